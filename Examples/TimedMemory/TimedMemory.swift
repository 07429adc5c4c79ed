import AgentMemory

/// Notes with every message when it was saved, and finds the recent ones.
///
/// Where a class would inherit, a wrapper holds another backend, and does itself what is to be otherwise.
struct TimedMemory: MemoryWrapper {
    let base: any MemoryBackend

    @discardableResult
    func save(
        _ messages: [Message], to session: String, expecting: UInt64?, origin: JSONValue?
    ) async throws -> SaveReceipt {
        // A migration copies what was saved elsewhere, and compares: it stays as it is.
        guard origin == nil else {
            return try await base.save(messages, to: session, expecting: expecting, origin: origin)
        }
        var timed = messages
        let now = JSONValue.string(Timestamp.now.description)
        for index in timed.indices { timed[index].metadata["saved_at"] = now }
        return try await base.save(timed, to: session, expecting: expecting, origin: nil)
    }

    /// The messages that were saved after a time, read page by page.
    func recentMessages(in session: String, since time: Timestamp) async throws -> [Message] {
        var recent: [Message] = []
        for try await message in messages(in: session) {
            guard let text = message.metadata["saved_at"]?.stringValue, let saved = Timestamp(text) else { continue }
            if saved > time { recent.append(message) }
        }
        return recent
    }
}
