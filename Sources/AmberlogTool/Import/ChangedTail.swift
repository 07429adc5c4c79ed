internal import AgentMemory
internal import Amberlog
internal import LogFormat

/// The last messages that an earlier import took, as far as they have changed since: a conversation that was imported
/// while it went on may have been in the middle of an answer.
struct ChangedTail {
    /// Their present states, in their order, without any that came later.
    private(set) var messages: [Message] = []
    /// The id of the last message that is as it was; `nil` if there is none.
    private var lastKnownID: String?
    private var hasLastKnown = true

    /// Takes the next message of those that an earlier import took.
    ///
    /// - Parameter position: Its number in the source, from 1.
    mutating func add(_ message: Message, digest: Identity, at position: UInt64, in recorded: SourceRecord) {
        let back = recorded.messages - position
        guard back <= UInt64(recorded.before.count) else { return hasLastKnown = false }
        if (back == 0 ? recorded.digest : recorded.before[Int(back) - 1]) == digest {
            (messages, lastKnownID, hasLastKnown) = ([], message.id, true)
        } else {
            messages.append(message)
        }
    }

    /// Removes the earlier states of the messages from the session, if they are its newest: then the present ones can
    /// be saved in their place. A crash in between leaves them removed, which is noticed here the next time.
    ///
    /// - Returns: `false` if they are not there, or other messages than these have taken their places.
    func makeRoom(in store: AmberlogStore, _ session: String) async throws -> Bool {
        let ids = Set(messages.compactMap(\.id))
        guard hasLastKnown, !messages.isEmpty, ids.count == messages.count else { return false }
        let newest = try await store.load(session, limit: messages.count, before: nil)
        if newest.count == messages.count, newest.allSatisfy({ $0.id.map(ids.contains) ?? false }) {
            try await store.removeLast(messages.count, from: session)
            return true
        }
        guard let last = newest.last else { return lastKnownID == nil }
        return lastKnownID != nil && last.id == lastKnownID
    }
}
