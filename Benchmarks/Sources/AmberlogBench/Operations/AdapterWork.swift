import AgentMemory

/// The saves and loads of ``Adapters``, the same ones for each row.
///
/// `@unchecked Sendable`: written by `init`, only read afterwards; each client has one caller.
final class AdapterWork: @unchecked Sendable {
    static let limit = 50
    private static let length = 100

    let messages: [Message]
    private let pool: MessagePool
    private let adapter: any MemoryBackend
    private let sessions: Int
    /// Those of the loads: popular ones more often.
    private let popular: [UInt32]

    init(_ context: Context, adapter: any MemoryBackend) {
        self.adapter = adapter
        pool = context.pool
        messages = BackendEngine<InMemoryBackend>.messages(context.pool, .encoded)
        sessions = context.scale.adapterSessions
        popular = Plan.popularSessions(count: 10_000, of: sessions, seed: 11)
    }

    /// Fills both stores: by the adapter, and by the client.
    func build(_ client: any TurnClient) async throws {
        for session in 0..<sessions {
            let start = session * Self.length % (pool.entries.count - Self.length)
            for first in stride(from: start, to: start + Self.length, by: Self.length / 2) {
                let range = first..<first + Self.length / 2
                try await adapter.save(Array(messages[range]), to: SessionNames.all[session])
                try client.save(pool, range, to: SessionNames.all[session])
            }
        }
    }

    /// That all load the same: adapter and client what they have saved themselves, and the adapter what the client has.
    func check(_ client: any TurnClient, _ mirror: any MemoryBackend) async throws {
        for session in SessionNames.all[..<sessions] {
            let own = try await adapter.load(session, limit: Self.limit)
            let page = try client.load(session, limit: Self.limit)
            for other in [own, try await mirror.load(session, limit: Self.limit)] {
                guard other.count == Self.limit, other.count == page.messages.count else {
                    throw EngineError("The adapter loads \(other.count) messages, the client \(page.messages.count)")
                }
                for (message, found) in zip(other, page.messages) {
                    let bytes = page.metadata[found.metadataStart..<found.metadataStart + found.metadataLength]
                    guard message.sequence == found.sequence, message.role.name == found.role,
                        message.timestamp.microseconds == found.time,
                        message.content.utf8.elementsEqual(found.content.utf8),
                        message.withEncodedMetadata({ $0.elementsEqual(bytes) })
                    else { throw EngineError("The client loads another message \(found.sequence) than the adapter") }
                }
            }
        }
    }

    /// The session of a save, and the place of its turn in the pool.
    @inline(__always)
    private func turn(_ index: Int) -> (session: String, messages: Range<Int>) {
        let start = index * 2 % (pool.entries.count - 1)
        let first = start - start % 2
        return (SessionNames.all[index * 7 % sessions], first..<first + 2)
    }

    @inline(__always)
    private func session(_ index: Int) -> String { SessionNames.all[Int(popular[index % popular.count])] }

    private func check(_ count: Int) throws {
        if count != Self.limit { throw EngineError("A load gave \(count) messages instead of \(Self.limit)") }
    }

    // MARK: One call

    func call(_ client: any TurnClient, _ index: Int, _ saves: Bool) throws {
        if saves {
            let turn = turn(index)
            try client.save(pool, turn.messages, to: turn.session)
        } else {
            try check(client.load(session(index), limit: Self.limit).messages.count)
        }
    }

    func call(_ index: Int, _ saves: Bool) async throws {
        if saves {
            let turn = turn(index)
            try await adapter.save(Array(messages[turn.messages]), to: turn.session)
        } else {
            try check(await adapter.load(session(index), limit: Self.limit).count)
        }
    }

    // MARK: One caller

    func save(_ client: any TurnClient, _ range: Range<Int>) throws {
        for index in range { try call(client, index, true) }
    }

    func load(_ client: any TurnClient, _ range: Range<Int>) throws {
        for index in range { try call(client, index, false) }
    }

    func save(_ client: any TurnClient, _ handOff: HandOff, _ range: Range<Int>) async throws {
        for index in range { try await handOff.call { try self.call(client, index, true) } }
    }

    func load(_ client: any TurnClient, _ handOff: HandOff, _ range: Range<Int>) async throws {
        for index in range {
            let session = session(index)
            let page = try await handOff.call { try client.load(session, limit: Self.limit) }
            try check(page.messages.count)
        }
    }

    func save(_ range: Range<Int>) async throws {
        for index in range { try await call(index, true) }
    }

    func load(_ range: Range<Int>) async throws {
        for index in range { try await call(index, false) }
    }
}
