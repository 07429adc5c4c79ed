/// What a migration did.
public struct MigrationResult: Sendable {
    /// Something that the target couldn't take, and was left out.
    public enum Loss: String, Sendable, Hashable, CaseIterable, Codable, Comparable {
        /// The client's id of a message: the target remembers none.
        case messageID
        /// A session's own metadata.
        case sessionMetadata
        /// When a session expires, or that it never does.
        case timeToLive
        /// When a session was made.
        case creationTime
        /// A session without any message.
        case emptySession
        /// Messages over the number that the target keeps of a session.
        case trimmedMessage

        /// By name.
        public static func < (left: Loss, right: Loss) -> Bool { left.rawValue < right.rawValue }
    }

    /// Whether every session is in the target as the source has it.
    public var success: Bool { failedSessions.isEmpty && stoppedBy == nil }
    /// Sessions that were looked at.
    public var totalSessions = 0
    /// Messages that were copied by this run, or would be by one that isn't dry.
    public var totalMessages = 0
    /// Sessions that were copied, wholly or on from where an earlier run had stopped.
    public var copiedSessions = 0
    /// Sessions that needed nothing: copied by an earlier run.
    public var unchangedSessions = 0
    /// Sessions that were left alone, as ``MigrationOptions/Conflict/skip`` says.
    public var skippedSessions = 0
    /// The ids of those that failed.
    public var failedSessions: [String] = []
    /// What failed, a line for each, beginning with the session's id.
    public var errors: [String] = []
    /// What the target couldn't take, counted.
    public var losses: [Loss: Int] = [:]
    /// The error after which going on made no sense: the source or the target is gone, full, or closed. Running again
    /// goes on.
    public var stoppedBy: MemoryError?
    /// How long it took.
    public var duration: Duration = .zero

    /// Nothing done yet.
    public init() {}

    mutating func lose(_ loss: Loss, _ count: Int = 1) {
        if count > 0 { losses[loss, default: 0] += count }
    }
}
