/// How ``migrateMemory(from:to:sessions:batchSize:options:progress:)`` goes about it.
public struct MigrationOptions: Sendable, Hashable {
    /// What happens to a session that the target has already.
    public enum Conflict: String, Sendable, Hashable, CaseIterable, Codable {
        /// It goes on where the copy ends, when the target's messages are the source's first ones; else the session
        /// fails. The default: running again after any interruption adds what is missing, and nothing twice.
        case resume
        /// It is left alone, unless an earlier run has begun to copy it.
        case skip
        /// It is cleared and copied anew, unless it is a copy already: that goes on as with ``resume``.
        case replace
        /// The run ends with ``MemoryError/Code/conflict``, unless it is a copy already.
        case fail
    }

    /// How a copied session is compared with its source.
    public enum Verification: String, Sendable, Hashable, CaseIterable, Codable {
        /// Not at all.
        case none
        /// By the number of messages. The default.
        case count
        /// By a digest of everything that was said: reads the copy once more. See ``ContentDigest``.
        case digest
    }

    /// What happens to a session that the target has already.
    public var onConflict: Conflict
    /// How a copied session is compared with its source.
    public var verification: Verification
    /// Says what would be done, and changes nothing.
    public var isDryRun: Bool
    /// How many sessions are copied at once, at least 1.
    public var concurrency: Int

    /// Options; those that are left out have their defaults.
    public init(
        onConflict: Conflict = .resume, verification: Verification = .count, isDryRun: Bool = false,
        concurrency: Int = 8
    ) {
        self.onConflict = onConflict
        self.verification = verification
        self.isDryRun = isDryRun
        self.concurrency = max(1, concurrency)
    }
}

/// How far a migration has come.
public struct MigrationProgress: Sendable, Hashable {
    /// Sessions that are done, failed ones included.
    public var sessions = 0
    /// How many there are; `nil` when nobody has counted them.
    public var totalSessions: Int?
    /// Messages that were copied.
    public var messages = 0
}
