/// Everything an ``InMemoryBackend`` holds, behind its lock.
struct InMemoryState: Sendable {
    let maxSessions: Int
    let maxMessages: Int
    let timeToLive: Duration?
    var isClosed = false
    /// By use: the least recently used session first.
    private var sessions = UsageOrdered<InMemorySession>()
    /// Sessions with a time to live of their own: those that expire first need not be those that were saved to first.
    private var areTimesMixed = false
    /// By the last save: what expires first comes first, as long as the clock runs forwards and none
    /// has a time to live of its own.
    private var saves = UsageOrdered<Timestamp>()

    init(maxSessions: Int, maxMessages: Int, timeToLive: Duration?) {
        self.maxSessions = maxSessions
        self.maxMessages = maxMessages
        self.timeToLive = timeToLive
    }

    func checkOpen() throws(MemoryError) {
        if isClosed { throw MemoryError(.closed, "The backend has been closed") }
    }

    // MARK: Reading

    /// A session that hasn't expired, without using it.
    mutating func look(at session: String, now: Timestamp) -> InMemorySession? {
        expire(session, now: now)
        return sessions[session]
    }

    /// A session that hasn't expired, which is the most recently used one then.
    mutating func use(_ session: String, now: Timestamp) -> InMemorySession? {
        expire(session, now: now)
        sessions.touch(session)
        return sessions[session]
    }

    /// All sessions that haven't expired.
    mutating func all(now: Timestamp) -> [ExactString: InMemorySession] {
        for (id, record) in sessions.values where record.hasExpired(now) { remove(id.string) }
        return sessions.values
    }

    mutating func infos(now: Timestamp) -> [SessionInfo] {
        all(now: now).map { id, record in record.info(id.string) }
    }

    // MARK: Changing

    mutating func save(
        _ messages: [Message], to session: String, expecting: UInt64?, origin: JSONValue?, now: Timestamp
    ) throws(MemoryError) -> SaveReceipt {
        expire(session, now: now)
        let last = sessions[session]?.lastSequence
        if let expecting, expecting != last ?? 0 {
            throw MemoryError(
                .conflict, "The session's last sequence is \(last ?? 0), not \(expecting)",
                at: MemoryError.Place(session: session))
        }
        let nothing = SaveReceipt(sequences: (last ?? 0) + 1..<(last ?? 0) + 1)
        guard !messages.isEmpty else { return nothing }
        if last == nil {
            makeRoom(now: now)
            sessions.insert(InMemorySession(createdAt: now, updatedAt: now, timeToLive: timeToLive), for: session)
        }
        let receipt = sessions.modify(session) { record in
            if let origin { record.origin = origin }
            return record.append(messages, maxMessages: maxMessages, now: now)
        }
        sessions.touch(session)
        // A save of duplicates alone doesn't prolong the session's life.
        if receipt?.sequences.isEmpty == false { saves.insert(now, for: session) }
        return receipt ?? nothing
    }

    mutating func begin(
        _ session: String, createdAt: Timestamp, timeToLive: Duration?, now: Timestamp
    ) throws(MemoryError) {
        expire(session, now: now)
        if sessions[session] != nil {
            throw MemoryError(.conflict, "The session exists already", at: MemoryError.Place(session: session))
        }
        makeRoom(now: now)
        if timeToLive != self.timeToLive { areTimesMixed = true }
        sessions.insert(InMemorySession(createdAt: createdAt, updatedAt: now, timeToLive: timeToLive), for: session)
        saves.insert(now, for: session)
    }

    /// Changes a session in place. Counts as neither use nor save.
    mutating func modify<Result>(
        _ session: String, now: Timestamp, _ body: (inout InMemorySession) -> Result
    ) -> Result? {
        expire(session, now: now)
        return sessions.modify(session, body)
    }

    mutating func remove(_ session: String) {
        sessions.remove(session)
        saves.remove(session)
    }

    mutating func removeAll() {
        sessions.removeAll()
        saves.removeAll()
    }

    /// Removes what has expired, then what was used least recently, until one more session fits.
    private mutating func makeRoom(now: Timestamp) {
        if areTimesMixed, sessions.count >= maxSessions { _ = all(now: now) }
        while let oldest = saves.leastRecentlyUsed, sessions[oldest.key]?.hasExpired(now) ?? true {
            remove(oldest.key)
        }
        while sessions.count >= maxSessions, let oldest = sessions.leastRecentlyUsed { remove(oldest.key) }
    }

    /// Removes the session if it has expired: what was once seen to be gone doesn't come back.
    private mutating func expire(_ session: String, now: Timestamp) {
        if sessions[session]?.hasExpired(now) ?? false { remove(session) }
    }
}
