/// What a repair found, did, and could not bring back.
public struct RepairReport: Sendable, Hashable {
    /// Something that is gone for good, as far as the bytes tell.
    public struct Loss: Sendable, Hashable, CustomStringConvertible {
        /// `nil` where nobody can know.
        public var session: String?
        /// Which messages; `nil` where nobody can know, or where it is something else.
        public var sequences: Range<UInt64>?
        /// What is gone, and why.
        public var what: String

        package init(session: String?, sequences: Range<UInt64>?, what: String) {
            self.session = session
            self.sequences = sequences
            self.what = what
        }

        /// What happened to which messages, as a sentence.
        public var description: String {
            guard let session else { return what }
            guard let sequences, let last = sequences.last else { return "session \(session): \(what)" }
            let messages = sequences.count == 1 ? "message \(last)" : "messages \(sequences.lowerBound) to \(last)"
            return "session \(session), \(messages): \(what)"
        }
    }

    /// What was wrong.
    public internal(set) var before: VerificationReport
    /// What was done, in order.
    public internal(set) var actions: [String] = []
    public internal(set) var losses: [Loss] = []
    /// Where the files that were damaged are kept as they were, relative to the store; `nil` when there were none.
    public internal(set) var quarantine: String?

    /// Whether anything was changed.
    public var isChanged: Bool { !actions.isEmpty }

    init(before: VerificationReport) { self.before = before }
}
