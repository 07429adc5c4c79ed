internal import AgentMemory
internal import Amberlog
internal import AmberlogAllBackends
internal import ArgumentParser

/// A backend as an argument names it: a URL, or the directory of a store.
struct BackendArgument: ExpressibleByArgument {
    let source: String

    init?(argument: String) {
        if argument.isEmpty { return nil }
        source = argument
    }

    /// Opens it.
    ///
    /// - Parameter isSource: Only read: a store in a directory may be in use meanwhile, and is not made.
    func open(isSource: Bool) async throws -> any MemoryBackend {
        let scheme = BackendURL.scheme(of: source)
        do {
            if scheme == nil { return try await store(at: source, isSource) }
            if scheme == "log", isSource {
                return try await createMemory(source, ["read_only": true], registry: .ofCommand)
            }
            return try await createMemory(source, registry: .ofCommand)
        } catch var error as MemoryError {
            if error.place.backend == nil { error.place.backend = BackendURL.redacted(source) }
            throw error
        }
    }

    private func store(at path: String, _ isSource: Bool) async throws -> any MemoryBackend {
        try await createMemory(
            "log", ["path": .string(path), "read_only": .bool(isSource)], registry: .ofCommand)
    }
}

extension BackendRegistry {
    /// Every backend, a store with the options of a command.
    fileprivate static let ofCommand: BackendRegistry = {
        var registry = BackendRegistry.all
        var options = StoreOptions.ofCommand
        // Each save goes to the operating system, and closing makes everything durable at once: a copy that a power
        // failure cuts short is a beginning of the source, and the next run goes on from there.
        options.durability = .buffered
        registry.register(.log(options))
        return registry
    }()
}
