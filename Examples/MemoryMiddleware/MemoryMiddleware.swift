import AgentMemory

/// Something that is done to messages on their way into a memory and out of it.
protocol Middleware: Sendable {
    func beforeSave(_ message: Message, in session: String) throws -> Message
    func afterLoad(_ message: Message, in session: String) throws -> Message
}

extension Middleware {
    func beforeSave(_ message: Message, in session: String) throws -> Message { message }
    func afterLoad(_ message: Message, in session: String) throws -> Message { message }
}

/// A memory whose messages go through all of it: in order when they are saved, the other way round when they are read,
/// whichever way that is.
struct MemoryMiddleware: MemoryWrapper {
    let base: any MemoryBackend
    let middleware: [any Middleware]

    @discardableResult
    func save(
        _ messages: [Message], to session: String, expecting: UInt64?, origin: JSONValue?
    ) async throws -> SaveReceipt {
        let changed = try messages.map { message in
            try middleware.reduce(message) { try $1.beforeSave($0, in: session) }
        }
        return try await base.save(changed, to: session, expecting: expecting, origin: origin)
    }

    func load(_ session: String, limit: Int?, before: UInt64?) async throws -> [Message] {
        try read(try await base.load(session, limit: limit, before: before), session)
    }

    func load(_ session: String, from sequence: UInt64, limit: Int) async throws -> [Message] {
        try read(try await base.load(session, from: sequence, limit: limit), session)
    }

    @discardableResult
    func removeLast(_ count: Int, from session: String) async throws -> [Message] {
        try read(try await base.removeLast(count, from: session), session)
    }

    /// Finds what the base has: words that were taken out or encrypted are none of it.
    func searchHits(_ query: String, in session: String?, options: SearchOptions) async throws -> [SearchHit] {
        try await base.searchHits(query, in: session, options: options).map { hit in
            var hit = hit
            hit.message = try read([hit.message], hit.session)[0]
            hit.before = try read(hit.before, hit.session)
            hit.after = try read(hit.after, hit.session)
            return hit
        }
    }

    private func read(_ messages: [Message], _ session: String) throws -> [Message] {
        try messages.map { message in
            try middleware.reversed().reduce(message) { try $1.afterLoad($0, in: session) }
        }
    }
}
