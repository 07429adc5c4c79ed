package import AgentMemory
package import ForeignStores

/// What of a database is of one layout.
package struct DatabaseSource: Sendable {
    /// Where a database is.
    private enum Location: Sendable {
        case file(String)
        case server(ServerLocation, schema: String)
    }

    /// As it is told: a file, or a server without a secret.
    package var path: String
    package var layout: any TableLayout
    package var recognition: Recognition
    package var tables: DatabaseShape
    private var location: Location

    private init(
        _ path: String, _ layout: any TableLayout, _ recognition: Recognition, _ tables: DatabaseShape,
        at location: Location
    ) {
        (self.path, self.layout, self.recognition) = (path, layout, recognition)
        (self.tables, self.location) = (tables, location)
    }

    // MARK: Finding

    /// What the tables of a database are: the layouts that are likely or surer, the surest first. Blocks.
    ///
    /// - Parameter chosen: Only this layout, which the database has to have.
    package static func sources(
        in path: String, layouts: ForeignLayouts = .tables, chosen: (any TableLayout)? = nil
    ) throws(MemoryError) -> [DatabaseSource] {
        let tables = try SQLiteFile(path).shape()
        let found = sources(path, tables, layouts, .sqlite, chosen, at: .file(path))
        if let chosen, found.isEmpty {
            throw MemoryError(
                .invalidArgument, "The database has no tables of \(chosen.name)", at: .init(file: path))
        }
        return found
    }

    /// What the tables of a PostgreSQL server are, schema by schema. Blocks.
    ///
    /// - Parameters:
    ///   - location: Its URL as libpq reads it.
    ///   - chosen: Only this layout, which the database has to have.
    /// - Throws: ``MemoryError/Code/unsupported`` if this build reaches no such server.
    package static func sources(
        onServer location: ServerLocation, layouts: ForeignLayouts = .postgreSQL, chosen: (any TableLayout)? = nil
    ) throws(MemoryError) -> [DatabaseSource] {
        let server = try PostgreSQLTables(location)
        var found: [DatabaseSource] = []
        for (schema, tables) in try server.shapes() {
            let path = schema == "public" ? server.description : "\(server.description) schema \(schema)"
            found += sources(path, tables, layouts, .postgreSQL, chosen, at: .server(location, schema: schema))
        }
        if let chosen, found.isEmpty {
            throw MemoryError(
                .invalidArgument, "The database has no tables of \(chosen.name)",
                at: .init(backend: server.description))
        }
        return found
    }

    private static func sources(
        _ path: String, _ tables: DatabaseShape, _ layouts: ForeignLayouts, _ engine: DatabaseEngine,
        _ chosen: (any TableLayout)?, at location: Location
    ) -> [DatabaseSource] {
        if let chosen {
            guard chosen.engine == engine, chosen.recognize(tables) != nil else { return [] }
            return [DatabaseSource(path, chosen, Recognition(.certain, "it was asked for"), tables, at: location)]
        }
        var sources: [DatabaseSource] = []
        for (layout, recognition) in layouts.recognize(tables) where recognition.confidence >= .likely {
            guard let layout = layout as? any TableLayout, layout.engine == engine else { continue }
            sources.append(DatabaseSource(path, layout, recognition, tables, at: location))
        }
        return sources
    }

    // MARK: Reading

    /// Opens it to be read. Blocks.
    package func open() throws(MemoryError) -> any ForeignDatabase {
        switch location {
        case .file(let path): return try SQLiteFile(path)
        case .server(let server, let schema): return try PostgreSQLTables(server, schema: schema, path: path)
        }
    }

    /// A row may be damaged: so many are tried before a key is wrong.
    private static let triesMax = 32

    /// Tries the keys before anything is imported. Blocks.
    ///
    /// - Parameter keys: The masters, as they were given.
    /// - Returns: What opens encrypted rows; `nil` if no keys were given and there are no such rows.
    /// - Throws: ``MemoryError/Code/unsupported`` if the database has encrypted rows and this build opens none,
    ///   ``MemoryError/Code/invalidArgument`` if keys are missing, or open none of the rows that were tried.
    package func decryption(_ keys: [String]) throws(MemoryError) -> RowKeys? {
        guard layout is OpenAIAgentsTables else { return nil }
        let database = try open()
        var sealed = 0
        var opener: RowKeys?
        for probe in OpenAIAgentsTables.probes(tables) {
            try database.begin(probe)
            while sealed < Self.triesMax, let next = try database.next() {
                guard case .row(let row, _) = next, let session = row.text("session_id"),
                    let text = row.text("message_data"), let json = try? JSONValue(parsing: text),
                    json["__enc__"]?.integerValue == 1, let payload = json["payload"]?.stringValue
                else { continue }
                sealed += 1
                do throws(MemoryError) {
                    if opener == nil { opener = try RowKeys(keys) }
                } catch {
                    throw MemoryError(error.code, error.message, at: .init(file: path))
                }
                if opener?.open(payload, of: session) != nil { return opener }
            }
        }
        // Rows elsewhere may be encrypted: they are told of one by one.
        guard sealed > 0 else { return keys.isEmpty ? nil : try? RowKeys(keys) }
        throw MemoryError(
            .invalidArgument,
            keys.isEmpty
                ? "The rows are encrypted: give the key with --key-file, or in AMBERLOG_IMPORT_KEY"
                : "The rows are encrypted with another key than the \(keys.count == 1 ? "one" : "ones") given",
            at: .init(file: path))
    }
}
