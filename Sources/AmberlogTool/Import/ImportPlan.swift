internal import AgentMemory
internal import ForeignDatabases
internal import ForeignStores

/// What the names on the command line stand for, found before anything is imported.
struct ImportPlan: Sendable {
    enum Step: Sendable {
        /// Amberlog's own input, or what is taken for it.
        case own(InputFile, InputFormat, Recognition?)
        /// A store of another library; the file is open already if it was named itself.
        case foreign(ForeignSource, InputFile?)
        /// Tables of a database, what opens its encrypted rows, and the bytes of the file.
        case database(DatabaseSource, RowKeys?, UInt64)
        /// Keys of a server, and what opens what is encrypted there.
        case keys(KeySource, RowKeys?)
        /// A server that has not been looked into yet.
        case server(ServerURL)
        /// What has not been looked into yet. Standard input: whoever writes it may wait for the store to be open.
        case unread(InputFile)
    }

    private(set) var steps: [Step] = []
    /// The bytes of all files, `nil` if nobody knows.
    private(set) var total: UInt64? = 0
    private(set) var passedOver: [String] = []
    private(set) var refusals: [ForeignRefusal] = []
    let format: ImportFormat
    let layouts: ForeignLayouts
    let looksIntoPipes: Bool
    let keys: [String]

    /// Opens the files and looks into the directories; servers are looked into with ``lookIntoServers(_:)``. Blocks.
    ///
    /// - Throws: What can't be opened, archives, and a directory with nothing of a known layout in it.
    init(
        _ paths: [String], format: ImportFormat, layouts: ForeignLayouts = .known, keys: [String] = [],
        looksIntoPipes: Bool
    ) throws {
        self.format = format
        self.keys = keys
        self.looksIntoPipes = looksIntoPipes
        self.layouts = layouts
        for path in paths {
            if let server = ServerURL(path) {
                steps.append(.server(server))
                total = nil
            } else if let layout = chosenServerLayout {
                throw MemoryError(
                    .invalidArgument, "\(layout.name) is a layout of a server: give its URL", at: .init(file: path))
            } else if path != "-", DiskListing.isDirectory(path) {
                try addDirectory(path)
            } else {
                try addFile(path)
            }
        }
    }

    private var chosenServerLayout: (any ForeignLayout)? {
        guard case .foreign(let name) = format else { return nil }
        return ForeignLayouts.redis[name] ?? ForeignLayouts.postgreSQL[name]
    }

    /// What is known of servers takes the place of their names.
    mutating func set(_ steps: [Step], passedOver servers: [String]) {
        self.steps = steps
        passedOver += servers
    }

    private var chosen: (any FileLayout)? {
        if case .foreign(let name) = format { layouts[name] as? any FileLayout } else { nil }
    }

    private var chosenTables: (any TableLayout)? {
        guard case .foreign(let name) = format, let layout = layouts[name] as? any TableLayout,
            layout.engine == .sqlite
        else { return nil }
        return layout
    }

    private mutating func addDirectory(_ path: String) throws {
        if case .own(let format) = format, format != .auto {
            throw MemoryError(.inputOutput, "This is a directory", at: .init(file: path))
        }
        var walk = DirectoryWalk(
            DiskListing(), layouts: chosenTables == nil ? layouts : ForeignLayouts([]), chosen: chosen)
        walk.walk(path)
        let known = (steps.count, refusals.count)
        steps += walk.sources.map { .foreign($0, nil) }
        passedOver += walk.passedOver
        refusals += walk.refusals
        for database in walk.databases { lookInto(database) }
        guard (steps.count, refusals.count) != known else {
            throw MemoryError(
                .invalidArgument, "There is nothing of a known layout in this directory", at: .init(file: path))
        }
        total = nil
    }

    // MARK: Databases

    /// What in a directory is named like a database.
    private mutating func lookInto(_ path: String) {
        do {
            guard try DiskListing().head(of: path).isDatabase else { return passedOver.append(path) }
            let found = try databases(in: path)
            if found.isEmpty { passedOver.append(path) }
            steps += found
        } catch let error as MemoryError where chosenTables != nil && error.code == .invalidArgument {
            passedOver.append(path)
        } catch {
            refusals.append(
                ForeignRefusal(ForeignPlace(file: path), (error as? MemoryError)?.message ?? "\(error)"))
        }
    }

    /// A database that was named itself.
    private mutating func addDatabase(_ input: InputFile) throws {
        let found = try databases(in: input.name)
        if found.isEmpty {
            guard looksIntoPipes else {
                throw MemoryError(
                    .invalidArgument,
                    "The tables of this database are of no known layout (one of Amberlog's own is taken over with "
                        + "amberlog migrate)", at: .init(file: input.name))
            }
            passedOver.append(input.name)
        }
        steps += found
    }

    private func databases(in path: String) throws -> [Step] {
        let size = try InputFile(path).size ?? 0
        return try DatabaseSource.sources(in: path, layouts: layouts, chosen: chosenTables).map { source in
            .database(source, looksIntoPipes ? nil : try source.decryption(keys), size)
        }
    }

    // MARK: Files

    private mutating func addFile(_ path: String) throws {
        let input = try InputFile(path)
        if let size = input.size { total = total.map { $0 + size } } else { total = nil }
        if let chosen {
            guard !(chosen is any DirectoryLayout) else {
                throw MemoryError(
                    .invalidArgument, "\(chosen.name) is a layout of directories: name the directory",
                    at: .init(file: path))
            }
            let recognition = Recognition(.certain, "it was asked for")
            steps.append(
                .foreign(
                    ForeignSource(path: input.name, layout: chosen, recognition: recognition, files: [input.name]),
                    input))
            return
        }
        if case .own(let format) = format, format != .auto { return steps.append(.own(input, format, nil)) }
        if path != "-", input.size != nil {
            if chosenTables != nil { return try addDatabase(input) }
            if try DiskListing().head(of: path).isDatabase { return try addDatabase(input) }
        }
        let step = Step.unread(input)
        steps.append(path == "-" && !looksIntoPipes ? step : try recognized(step))
    }

    /// A step of which it is known what is read. Blocks.
    func recognized(_ step: Step) throws -> Step {
        guard case .unread(let input) = step else { return step }
        let head = input.readHead()
        if head.isArchive {
            throw MemoryError(
                .invalidArgument, "This is a zip archive: unpack it, and import what is in it",
                at: .init(file: input.name))
        }
        if head.isDatabase || chosenTables != nil {
            throw MemoryError(
                .invalidArgument, "A database must be a file: name it, uncompressed", at: .init(file: input.name))
        }
        guard let (layout, recognition) = layouts.recognize(head), recognition.confidence >= .likely,
            let layout = layout as? any FileLayout
        else { return .own(input, .auto, Self.recognizeOwn(head)) }
        return .foreign(
            ForeignSource(path: input.name, layout: layout, recognition: recognition, files: [input.name]), input)
    }

    /// Whether the beginning of a file is as Amberlog's own input is.
    private static func recognizeOwn(_ head: FileHead) -> Recognition? {
        for json in head.lines + head.elements {
            if json["role"] != nil, json["content"] != nil { return Recognition(.certain, "it has role and content") }
            if json["messages"]?.arrayValue != nil { return Recognition(.likely, "it has messages") }
        }
        return nil
    }
}
