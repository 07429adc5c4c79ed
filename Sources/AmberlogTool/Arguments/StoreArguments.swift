internal import AgentMemory
internal import Amberlog
internal import ArgumentParser

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// Which store a command works on.
struct StoreArguments: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "The directory of the store (default: $AMBERLOG_STORE, else ./agent-memory).", valueName: "dir"))
    var store: String?

    @Flag(
        help: ArgumentHelp(
            "Leave the search index alone.",
            discussion: "What is saved is indexed by the first command that searches or writes without this."))
    var noIndex = false

    /// The store's directory.
    var path: String {
        get throws {
            let environment = getenv("AMBERLOG_STORE").map { String(cString: $0) }
            let name = store ?? environment.flatMap { $0.isEmpty ? nil : $0 } ?? "./agent-memory"
            if name.hasPrefix("log:") { return String(name.dropFirst(4)) }
            guard !name.isEmpty else { throw ValidationError("The store's directory can't be an empty name.") }
            if let scheme = name.firstRange(of: "://") {
                throw ValidationError(
                    "This command works on a store in a directory, not on \(name[..<scheme.lowerBound]):.")
            }
            return name
        }
    }

    /// Opens the store, hands it over, and closes it. What fails is told with the store's path.
    func open<Result>(
        _ access: StoreOptions.Access, durability: StoreOptions.Durability = .synced,
        _ body: (AmberlogStore) async throws -> Result
    ) async throws -> Result {
        let path = try path
        do {
            var options = StoreOptions.ofCommand
            options.access = access
            options.durability = durability
            options.searchEnabled = !noIndex
            let store = try await AmberlogStore.open(path, options: options)
            let result: Result
            do {
                result = try await body(store)
            } catch {
                // The first failure is the one to tell.
                try? await store.close()
                throw error
            }
            try await store.close()
            return result
        } catch var error as MemoryError {
            if error.place.backend == nil { error.place.backend = path }
            if error.code == .notAStore { error.message += "; import and save make a store" }
            throw error
        }
    }

    /// Opens the store for reading: needs no lock, waits for nobody, changes nothing.
    func read<Result>(_ body: (AmberlogStore) async throws -> Result) async throws -> Result {
        try await open(.readOnly, body)
    }
}

extension StoreOptions {
    /// What a command opens a store with.
    static var ofCommand: StoreOptions {
        var options = StoreOptions()
        // A command is short; the store's own programs compact in the background.
        options.compactAfter = nil
        // What waits for a checkpoint waits in memory: a command that moves millions of messages takes little of it.
        options.maximumJournalBytes = 5 << 20
        return options
    }
}
