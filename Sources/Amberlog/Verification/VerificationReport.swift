/// How much of a store is looked at.
public enum VerificationDepth: String, Sendable, Hashable, CaseIterable {
    /// Manifest, journals, and the first and the last frame of every other file.
    case quick
    /// Every frame of every file. The default.
    case standard
    /// And every message, the sequences, the manifest's account of each session, and the index against one that is made
    /// again.
    case deep
}

/// Something that a verification found.
public struct VerificationFinding: Sendable, Hashable {
    /// Whether something has to be done.
    public enum Severity: String, Sendable, Hashable {
        /// Bytes that were written are not what they should be, or are missing.
        case damage
        /// Nothing is wrong with it: what a crash left, or what will be put right by itself.
        case note
    }

    /// What it is about.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        case store, current, anchor, manifest, journal, segment, message, index, leftover
    }

    /// Whether something has to be done.
    public var severity: Severity
    /// What part of the store it is about.
    public var kind: Kind
    /// Relative to the store's directory.
    public var file: String?
    /// In bytes, from the beginning of the file.
    public var offset: UInt64?
    /// The session concerned; `nil` where it is several, none, or not known.
    public var session: String?
    /// The messages concerned, where that is known.
    public var sequences: Range<UInt64>?
    /// What is wrong, as a sentence.
    public var what: String

    /// A finding; what is not known is left out.
    public init(
        _ severity: Severity, _ kind: Kind, file: String? = nil, offset: UInt64? = nil, session: String? = nil,
        sequences: Range<UInt64>? = nil, _ what: String
    ) {
        self.severity = severity
        self.kind = kind
        self.file = file
        self.offset = offset
        self.session = session
        self.sequences = sequences
        self.what = what
    }
}

extension VerificationFinding: CustomStringConvertible {
    /// One line: where, and what.
    public var description: String {
        var place = file ?? kind.rawValue
        if let offset { place += " at \(offset)" }
        if let session { place += ", session \(session)" }
        if let sequences, let last = sequences.last {
            place += sequences.count == 1 ? ", message \(last)" : ", messages \(sequences.lowerBound) to \(last)"
        }
        return "\(place): \(what)"
    }
}

/// What a verification looked at and found.
public struct VerificationReport: Sendable, Hashable {
    /// How thoroughly was looked.
    public var depth: VerificationDepth
    public internal(set) var findings: [VerificationFinding] = []
    public internal(set) var files = 0
    /// Bytes that were checked.
    public internal(set) var bytes: UInt64 = 0
    public internal(set) var sessions = 0
    /// Live messages, as the manifest and the journals have it.
    public internal(set) var messages: UInt64 = 0

    init(depth: VerificationDepth) { self.depth = depth }

    /// Whether nothing is damaged.
    public var isWhole: Bool { !findings.contains { $0.severity == .damage } }

    /// What is wrong, without the notes.
    public var damages: [VerificationFinding] { findings.filter { $0.severity == .damage } }
}
