/// One session of an ``InMemoryBackend``.
struct InMemorySession: Sendable {
    var createdAt: Timestamp
    var updatedAt: Timestamp
    /// How long it stays after its last save; `nil` for ever.
    let timeToLive: Duration?
    var lastSequence: UInt64 = 0
    var metadata: [String: JSONValue] = [:]
    var origin: JSONValue?

    /// The messages, by rising sequence; those before `start` have been trimmed.
    private var storage: [Message] = []
    private var start = 0
    private var byteCount: UInt64 = 0
    private var ids = RecentIDs()

    init(createdAt: Timestamp, updatedAt: Timestamp, timeToLive: Duration?) {
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.timeToLive = timeToLive
    }

    var expiresAt: Timestamp? { timeToLive.map { updatedAt + $0 } }

    func hasExpired(_ now: Timestamp) -> Bool { expiresAt.map { $0 <= now } ?? false }

    var messages: ArraySlice<Message> { storage[start...] }

    func info(_ id: String) -> SessionInfo {
        SessionInfo(
            id: id, createdAt: createdAt, updatedAt: updatedAt, messageCount: messages.count,
            firstSequence: messages.first?.sequence ?? 0, lastSequence: lastSequence, byteCount: byteCount,
            expiresAt: expiresAt, metadata: metadata)
    }

    // MARK: Reading

    /// O(log *n* + *m*) for *m* messages out of *n*.
    func newest(_ limit: Int?, before: UInt64?) -> [Message] {
        let below = before.map { messages[..<firstIndex(from: $0)] } ?? messages
        return Array(below.suffix(limit ?? below.count))
    }

    /// O(log *n* + *m*) for *m* messages out of *n*.
    func oldest(_ limit: Int, from sequence: UInt64) -> [Message] {
        Array(messages[firstIndex(from: sequence)...].prefix(limit))
    }

    /// The place of the first message whose sequence is `sequence` or larger.
    private func firstIndex(from sequence: UInt64) -> Int {
        var (low, high) = (start, storage.count)
        while low < high {
            let middle = low + (high - low) / 2
            if storage[middle].sequence ?? 0 < sequence { low = middle + 1 } else { high = middle }
        }
        return low
    }

    // MARK: Changing

    mutating func append(_ added: [Message], maxMessages: Int, now: Timestamp) -> SaveReceipt {
        let first = lastSequence + 1
        var duplicates: [UInt64] = []
        for var message in added {
            if let id = message.id, let known = ids[id] {
                duplicates.append(known)
                continue
            }
            lastSequence += 1
            message.sequence = lastSequence
            if let id = message.id { ids.insert(id, lastSequence) }
            byteCount += UInt64(MemoryLimits.size(of: message))
            storage.append(message)
        }
        if lastSequence >= first { updatedAt = now }
        trim(toLast: maxMessages)
        return SaveReceipt(sequences: first..<lastSequence + 1, duplicates: duplicates)
    }

    /// Removes all but the newest messages. The ids of the others are still known.
    mutating func trim(toLast keep: Int) {
        let count = messages.count - keep
        guard count > 0 else { return }
        for message in messages.prefix(count) { byteCount -= UInt64(MemoryLimits.size(of: message)) }
        start += count
        // Moving the rest once half is dead keeps the cost of each message constant.
        if start >= storage.count / 2 {
            storage.removeSubrange(..<start)
            start = 0
        } else {
            // What was trimmed must not be kept alive by the slots it leaves.
            let empty = Message(role: .user, content: "", timestamp: Timestamp(microseconds: 0))
            for index in start - count..<start { storage[index] = empty }
        }
    }

    mutating func removeLast(_ count: Int) -> [Message] {
        let removed = Array(messages.suffix(count))
        storage.removeLast(removed.count)
        for message in removed {
            byteCount -= UInt64(MemoryLimits.size(of: message))
            if let id = message.id { ids.remove(id) }
        }
        return removed
    }
}

/// The newest ids of a session and the sequences that they got.
struct RecentIDs: Sendable {
    private struct Entry: Sendable {
        var id: ExactString
        var sequence: UInt64
    }

    private var sequences: [ExactString: UInt64] = [:]
    /// By age. An entry counts as long as its sequence is still the id's; the others were removed since.
    private var entries: [Entry] = []
    private var start = 0

    subscript(id: String) -> UInt64? { sequences[ExactString(id)] }

    mutating func insert(_ id: String, _ sequence: UInt64) {
        let entry = Entry(id: ExactString(id), sequence: sequence)
        sequences[entry.id] = sequence
        entries.append(entry)
        while sequences.count > MemoryLimits.rememberedIDs {
            if counts(entries[start]) { sequences[entries[start].id] = nil }
            start += 1
        }
        if entries.count > 3 * MemoryLimits.rememberedIDs {
            entries = entries[start...].filter(counts)
            start = 0
        }
    }

    mutating func remove(_ id: String) {
        sequences[ExactString(id)] = nil
    }

    private func counts(_ entry: Entry) -> Bool { sequences[entry.id] == entry.sequence }
}
