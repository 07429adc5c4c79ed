import AgentMemory

/// Several backends as one, for redundancy: saves go to all, and the first that answers is asked.
///
/// A save that some of them don't take is an error that says which, after all have been tried. With ids on the messages
/// it can be repeated: those that have them already take nothing twice.
struct MultiBackendMemory: MemoryBackend {
    let backends: [any MemoryBackend]

    @discardableResult
    func save(_ messages: [Message], to session: String, expecting: UInt64?) async throws -> SaveReceipt {
        try await inAll { try await $0.save(messages, to: session, expecting: expecting) }
    }

    func load(_ session: String, limit: Int?, before: UInt64?) async throws -> [Message] {
        try await inFirst { try await $0.load(session, limit: limit, before: before) }
    }

    func load(_ session: String, from sequence: UInt64, limit: Int) async throws -> [Message] {
        try await inFirst { try await $0.load(session, from: sequence, limit: limit) }
    }

    func clear(_ session: String) async throws {
        try await inAll { try await $0.clear(session) }
    }

    func sessions(by order: SessionOrder, after: String?, limit: Int) async throws -> SessionPage {
        try await inFirst { try await $0.sessions(by: order, after: after, limit: limit) }
    }

    func searchHits(_ query: String, in session: String?, options: SearchOptions) async throws -> [SearchHit] {
        try await inFirst { try await $0.searchHits(query, in: session, options: options) }
    }

    func close() async throws {
        try await inAll { try await $0.close() }
    }

    /// In all at the same time; gives what the first one gives.
    private func inAll<Value: Sendable>(
        _ call: @escaping @Sendable (any MemoryBackend) async throws -> Value
    ) async throws -> Value {
        let results = await withTaskGroup(of: (Int, Result<Value, any Error>).self) { group in
            for (index, backend) in backends.enumerated() {
                group.addTask {
                    do { return (index, .success(try await call(backend))) } catch { return (index, .failure(error)) }
                }
            }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        var failures: [Int: any Error] = [:]
        for case (let index, .failure(let error)) in results { failures[index] = error }
        guard failures.isEmpty, let first = results[0] else { throw PartialFailure(failures: failures) }
        return try first.get()
    }

    /// One after another, until one answers.
    private func inFirst<Value>(_ call: (any MemoryBackend) async throws -> Value) async throws -> Value {
        var failures: [Int: any Error] = [:]
        for (index, backend) in backends.enumerated() {
            do { return try await call(backend) } catch { failures[index] = error }
        }
        throw PartialFailure(failures: failures)
    }
}

/// Which backends failed, by their numbers, and why.
struct PartialFailure: Error, CustomStringConvertible {
    var failures: [Int: any Error]

    var description: String {
        failures.sorted { $0.key < $1.key }.map { "backend \($0.key): \($0.value)" }.joined(separator: "; ")
    }
}
