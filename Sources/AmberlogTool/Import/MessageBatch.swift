internal import AgentMemory
internal import LogFormat

/// Messages of one session that wait to be saved together.
final class MessageBatch {
    let key: Identity
    let session: String
    var messages: [Message] = []
    var bytes = 0
    /// When it last grew, in additions.
    var lastUse: UInt64 = 0
    /// What the source says of the session besides its messages.
    var metadata: [String: JSONValue] = [:]

    init(key: Identity, session: String) {
        self.key = key
        self.session = session
    }
}

/// The batches that are being filled: a bounded number of them, of a bounded size.
struct OpenBatches {
    /// One save takes at most so much.
    static let messagesMax = 256
    static let bytesMax = 1 << 20
    /// So many sessions may come interleaved before batches become smaller.
    private static let batchesMax = 64
    private static let totalBytesMax = 16 << 20

    private var batches: [Identity: MessageBatch] = [:]
    private var last: MessageBatch?
    private var bytes = 0
    private var additions: UInt64 = 0

    /// The batch that a message of the session goes to.
    mutating func batch(of session: String, key: Identity) -> MessageBatch {
        if let last, last.key == key { return last }
        if let known = batches[key] {
            last = known
            return known
        }
        let batch = MessageBatch(key: key, session: session)
        batches[key] = batch
        last = batch
        return batch
    }

    mutating func add(_ message: Message, to batch: MessageBatch) {
        let size = message.content.utf8.count + 128
        batch.messages.append(message)
        batch.bytes += size
        bytes += size
        additions += 1
        batch.lastUse = additions
    }

    /// The batch that must be saved before more is added, taken out; `nil` while there is room.
    mutating func takeFull() -> MessageBatch? {
        if let last, last.messages.count >= Self.messagesMax || last.bytes >= Self.bytesMax { return take(last) }
        if batches.count > Self.batchesMax || bytes > Self.totalBytesMax { return takeOldest() }
        return nil
    }

    /// The batch that has not grown for longest, taken out.
    mutating func takeOldest() -> MessageBatch? {
        batches.values.min { $0.lastUse < $1.lastUse }.map { take($0) }
    }

    private mutating func take(_ batch: MessageBatch) -> MessageBatch {
        batches[batch.key] = nil
        bytes -= batch.bytes
        if last === batch { last = nil }
        return batch
    }
}
