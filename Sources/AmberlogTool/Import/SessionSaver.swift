internal import AgentMemory
internal import Amberlog
internal import LogFormat

/// Saves messages by session, as far as a session doesn't have them from the source at hand.
final class SessionSaver {
    /// How far a session has been read in the source at hand.
    private struct Reading {
        var seen: UInt64 = 0
        var digest = SourceRecord.noDigest
        var source = SourceRecord.noDigest
        /// What an earlier import has taken.
        var recorded = SourceRecord(messages: 0, digest: SourceRecord.noDigest)
        /// The origin has other sources, which must stay in it.
        var hasOrigin = false
        /// The source doesn't go on as it did in an earlier import.
        var isRefused = false
        /// The digests before the last one, the newest first.
        var before: [Identity] = []
        /// What has changed since an earlier import, as far as the end of that.
        var changes = ChangedTail()

        /// - Parameter remembersBefore: The source is one whose end may change.
        mutating func step(to next: Identity, remembersBefore: Bool) {
            if remembersBefore {
                before.insert(digest, at: 0)
                if before.count > SourceRecord.beforeMax { before.removeLast() }
            }
            digest = next
            seen += 1
        }
    }

    private let store: AmberlogStore
    /// The name of the source; `nil` to know it by what it holds.
    private let source: String?
    /// Stands for the time of messages that tell none.
    let now = Timestamp.now
    /// Is told of a session whose source has other messages than before, and of how many.
    private let refuse: (String, UInt64) -> Void
    private var batches = OpenBatches()
    private var readings: [Identity: Reading] = [:]
    private var touched: Set<Identity> = []
    private var digest = MessageDigest()
    private let idKey = Identity.random()

    /// What is at hand has sessions that no other store has, and says so by this name: then they are known by their
    /// ids and not by what they begin with.
    var uniqueSessionsOf: String?

    /// Messages that were added, that an earlier import had added, whose id the session had already, and that took the
    /// place of an earlier state of themselves.
    private(set) var messages: UInt64 = 0
    private(set) var present: UInt64 = 0
    private(set) var duplicates: UInt64 = 0
    private(set) var replaced: UInt64 = 0
    /// Sessions that got some.
    var sessions: Int { touched.count }

    init(_ store: AmberlogStore, source: String?, refuse: @escaping (String, UInt64) -> Void) {
        (self.store, self.source, self.refuse) = (store, source, refuse)
    }

    /// Another source begins. Everything of the one before must have been saved.
    func beginSource() {
        readings = [:]
        uniqueSessionsOf = nil
    }

    // MARK: Collecting

    /// - Parameter original: The JSON it was made of, if that is to be kept with it. It takes no part in whether the
    ///   message is known.
    func add(_ message: Message, to session: String, original: String? = nil) throws(MemoryError) {
        try MemoryLimits.validate(sessionID: session)
        try MemoryLimits.validate([message])
        let batch = batches.batch(of: session, key: key(of: session))
        batches.add(message, to: batch, original: original)
    }

    /// What is known of a session besides its messages.
    func note(_ metadata: [String: JSONValue], of session: String) {
        batches.batch(of: session, key: key(of: session)).metadata = metadata
    }

    private func key(of session: String) -> Identity {
        var session = session
        return session.withUTF8 { Checksum.hash(ofID: UnsafeRawBufferPointer($0), key: idKey) }
    }

    // MARK: Saving

    /// Saves what must be saved before more is added.
    func saveFull() async throws {
        while let full = batches.takeFull() { try await save(full) }
    }

    func saveAll() async throws {
        while let batch = batches.takeAny() { try await save(batch) }
    }

    /// Saves what of a batch the session doesn't have from this source.
    private func save(_ batch: MessageBatch) async throws {
        var reading = readings[batch.key] ?? Reading()
        var fresh: [Message] = []
        // What is behind an earlier import is new as it is.
        let isNew = reading.seen > 0 && reading.seen >= reading.recorded.messages && !batch.hasOriginals
        if isNew {
            fresh = batch.messages
            for message in fresh { reading.step(to: next(after: reading, message), remembersBefore: remembersBefore) }
        }
        for (index, message) in batch.messages.enumerated() where !isNew {
            let next = next(after: reading, message)
            if reading.seen == 0 { try await begin(&reading, batch.session, first: next) }
            reading.step(to: next, remembersBefore: remembersBefore)
            if reading.seen > reading.recorded.messages {
                fresh.append(batch.withOriginal(message, at: index))
                continue
            }
            present += 1
            reading.changes.add(
                batch.withOriginal(message, at: index), digest: next, at: reading.seen, in: reading.recorded)
            guard reading.seen == reading.recorded.messages, next != reading.recorded.digest else { continue }
            if try await reading.changes.makeRoom(in: store, batch.session) {
                fresh += reading.changes.messages
                present -= UInt64(reading.changes.messages.count)
                replaced += UInt64(reading.changes.messages.count)
            } else {
                reading.isRefused = true
                refuse(batch.session, reading.seen)
            }
        }
        if !fresh.isEmpty, !reading.isRefused { try await save(fresh, of: batch, reading) }
        readings[batch.key] = reading
        if !batch.metadata.isEmpty, !reading.isRefused { try await saveMetadata(of: batch) }
    }

    private var remembersBefore: Bool { uniqueSessionsOf != nil }

    private func next(after reading: Reading, _ message: Message) -> Identity {
        digest.next(after: reading.digest, message, unknownTime: now)
    }

    private func save(_ fresh: [Message], of batch: MessageBatch, _ reading: Reading) async throws {
        let record = SourceRecord(messages: reading.seen, digest: reading.digest, before: reading.before)
        let old = reading.hasOrigin ? try await store.origin(of: batch.session) : nil
        let receipt = try await store.save(
            fresh, to: batch.session, expecting: nil, origin: record.origin(reading.source, updating: old, time: now))
        messages += UInt64(receipt.sequences.count)
        duplicates += UInt64(receipt.duplicates.count)
        touched.insert(batch.key)
    }

    private func begin(_ reading: inout Reading, _ session: String, first: Identity) async throws {
        let name = source ?? uniqueSessionsOf.map { "\($0) \(session)" }
        reading.source = name.map { Identity(hashing: $0) } ?? first
        guard let origin = try await store.origin(of: session) else { return }
        reading.hasOrigin = true
        if let record = SourceRecord(reading.source, in: origin) { reading.recorded = record }
    }

    private func saveMetadata(of batch: MessageBatch) async throws {
        guard let info = try await store.info(batch.session) else { return }
        let merged = info.metadata.merging(batch.metadata) { _, new in new }
        if merged != info.metadata { try await store.setMetadata(merged, for: batch.session) }
    }
}
