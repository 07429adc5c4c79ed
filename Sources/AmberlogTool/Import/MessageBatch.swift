internal import AgentMemory
internal import ForeignStores
internal import LogFormat

/// Messages of one session that wait to be saved together.
final class MessageBatch {
    let key: Identity
    let session: String
    fileprivate(set) var messages: [Message] = []
    fileprivate(set) var bytes = 0
    /// The JSON that messages were made of, by their places in the batch: what of it is kept.
    private var originals: [Int: String] = [:]
    var hasOriginals: Bool { !originals.isEmpty }
    /// What the source says of the session besides its messages.
    var metadata: [String: JSONValue] = [:]

    init(key: Identity, session: String) {
        self.key = key
        self.session = session
    }

    fileprivate func keep(_ original: String) {
        originals[messages.count] = original
    }

    /// A message of the batch, with what is kept of its origin.
    func withOriginal(_ message: Message, at index: Int) -> Message {
        guard let original = originals[index] else { return message }
        var message = message
        message.metadata[ForeignOutput.originalKey] = .string(original)
        return message
    }
}

/// The batches that are being filled: a bounded number of them, of a bounded size.
struct OpenBatches {
    /// One save takes at most so much.
    static let messagesMax = 256
    static let bytesMax = 1 << 20
    /// Over these, all of them are saved: sessions may be interleaved in a file, and then each save takes what has
    /// gathered of one.
    private static let batchesMax = 4096
    private static let totalBytesMax = 4 << 20

    private var batches: [Identity: MessageBatch] = [:]
    /// The keys of all batches, and of some that have been taken, in the order in which they began. Keys, because the
    /// messages of a batch that has been saved must not stay.
    private var order: [Identity] = []
    private var last: MessageBatch?
    private var bytes = 0
    /// Batches that are to be saved, the next one last.
    private var draining: [MessageBatch] = []

    /// The batch that a message of the session goes to.
    mutating func batch(of session: String, key: Identity) -> MessageBatch {
        if let last, last.key == key { return last }
        if let known = batches[key] {
            last = known
            return known
        }
        let batch = MessageBatch(key: key, session: session)
        batches[key] = batch
        order.append(key)
        last = batch
        return batch
    }

    mutating func add(_ message: Message, to batch: MessageBatch, original: String? = nil) {
        // What a message takes in memory beside its content.
        let size = message.content.utf8.count + 400 + (original?.utf8.count ?? 0)
        if let original { batch.keep(original) }
        batch.messages.append(message)
        batch.bytes += size
        bytes += size
    }

    /// The next batch that must be saved before more is added, taken out; `nil` while there is room.
    mutating func takeFull() -> MessageBatch? {
        if let next = draining.popLast() { return next }
        if let last, last.messages.count >= Self.messagesMax || last.bytes >= Self.bytesMax {
            batches[last.key] = nil
            bytes -= last.bytes
            if order.last == last.key { order.removeLast() }
            self.last = nil
            return last
        }
        guard order.count > 2 * Self.batchesMax || batches.count > Self.batchesMax || bytes > Self.totalBytesMax else {
            return nil
        }
        return takeAny()
    }

    /// The next of all batches, taken out.
    mutating func takeAny() -> MessageBatch? {
        if draining.isEmpty {
            // A key that stands twice gives its batch once.
            for key in order {
                if let batch = batches.removeValue(forKey: key) { draining.append(batch) }
            }
            draining.reverse()
            (batches, order, last, bytes) = ([:], [], nil, 0)
        }
        return draining.popLast()
    }
}
