/// What is known about a session without reading its messages.
public struct SessionInfo: Sendable, Hashable {
    /// The id that the session is saved to and loaded by.
    public var id: String
    /// The time of the save that made the session.
    public var createdAt: Timestamp
    /// The time of the last save.
    public var updatedAt: Timestamp
    /// How many messages can be loaded.
    public var messageCount: Int
    /// The sequence of the oldest message that is still there, 0 when there is none.
    public var firstSequence: UInt64
    /// The newest sequence ever given, removed or not: what ``MemoryBackend/save(_:to:expecting:)`` compares with.
    public var lastSequence: UInt64
    /// The size of the live messages as stored, before compression.
    public var byteCount: UInt64
    /// When it expires, `nil` for never.
    public var expiresAt: Timestamp?
    /// The session's own metadata. Empty in listings of a backend that keeps it on disk until asked for
    /// (see ``MemoryBackend/info(_:)``).
    public var metadata: [String: JSONValue]

    /// What a backend tells about a session.
    public init(
        id: String, createdAt: Timestamp, updatedAt: Timestamp, messageCount: Int, firstSequence: UInt64,
        lastSequence: UInt64, byteCount: UInt64, expiresAt: Timestamp? = nil, metadata: [String: JSONValue] = [:]
    ) {
        self.id = id
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.messageCount = messageCount
        self.firstSequence = firstSequence
        self.lastSequence = lastSequence
        self.byteCount = byteCount
        self.expiresAt = expiresAt
        self.metadata = metadata
    }
}

/// The order of a listing of sessions.
public enum SessionOrder: String, Sendable, Hashable, CaseIterable {
    /// By the bytes of the id, ascending.
    case id
    /// The one saved to last comes first; ties by id.
    case updated
    /// The one with the most bytes comes first; ties by id.
    case size
}

/// One page of a listing.
public struct SessionPage: Sendable {
    /// The sessions of this page, in the order that was asked for.
    public var sessions: [SessionInfo]
    /// What to pass as `after` for the next page; `nil` on the last.
    public var next: String?

    /// A page, as a backend makes it.
    public init(sessions: [SessionInfo], next: String?) {
        self.sessions = sessions
        self.next = next
    }
}

/// What a save did.
public struct SaveReceipt: Sendable, Hashable {
    /// The sequences that the appended messages got, one after another. Empty when every message was a duplicate or
    /// there was none.
    public var sequences: Range<UInt64>
    /// The sequences that hold the messages of this save whose id the session had already, in their order.
    public var duplicates: [UInt64]

    /// A receipt, as a backend makes it.
    public init(sequences: Range<UInt64>, duplicates: [UInt64] = []) {
        self.sequences = sequences
        self.duplicates = duplicates
    }
}
