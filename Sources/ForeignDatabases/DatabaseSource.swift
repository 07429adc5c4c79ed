package import AgentMemory
package import ForeignStores

/// What of a database is of one layout.
package struct DatabaseSource: Sendable {
    package var path: String
    package var layout: any TableLayout
    package var recognition: Recognition
    package var tables: DatabaseShape

    /// What the tables of a database are: the layouts that are likely or surer, the surest first. Blocks.
    ///
    /// - Parameter chosen: Only this layout, which the database has to have.
    package static func sources(
        in path: String, layouts: ForeignLayouts = .tables, chosen: (any TableLayout)? = nil
    ) throws(MemoryError) -> [DatabaseSource] {
        let tables = try SQLiteFile(path).shape()
        if let chosen {
            guard chosen.recognize(tables) != nil else {
                throw MemoryError(
                    .invalidArgument, "The database has no tables of \(chosen.name)", at: .init(file: path))
            }
            return [
                DatabaseSource(
                    path: path, layout: chosen, recognition: Recognition(.certain, "it was asked for"), tables: tables)
            ]
        }
        var sources: [DatabaseSource] = []
        for (layout, recognition) in layouts.recognize(tables) where recognition.confidence >= .likely {
            guard let layout = layout as? any TableLayout else { continue }
            sources.append(
                DatabaseSource(path: path, layout: layout, recognition: recognition, tables: tables))
        }
        return sources
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
        let file = try SQLiteFile(path)
        var sealed = 0
        var opener: RowKeys?
        for probe in OpenAIAgentsTables.probes(tables) {
            try file.begin(probe)
            while sealed < Self.triesMax, let next = try file.next() {
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
