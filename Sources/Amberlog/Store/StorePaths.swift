internal import LogFormat

/// The names of the files of a store.
enum StorePaths {
    static let store = "STORE"
    static let lock = "LOCK"
    static let current = "CURRENT"
    static let anchor = "ANCHOR"
    static let journals = "journal"
    static let sessions = "sessions"
    /// There after a synchronization failed, until the store has been opened again.
    static let poisoned = "POISONED"
    static let tails = "tails"
    static let quarantine = "quarantine"
    static let temporarySuffix = ".tmp"

    static func manifest(_ number: UInt64) -> String { "MANIFEST-\(number)" }

    static let index = "index"

    static func indexRun(_ number: UInt64) -> String { "index/\(number).run" }

    /// The number in an index run's name.
    static func indexRunNumber(_ name: String) -> UInt64? {
        name.hasSuffix(".run") ? number(name.dropLast(4)) : nil
    }

    private static func number(_ digits: Substring) -> UInt64? {
        UInt64(digits).flatMap { $0 <= Limits.numberMax ? $0 : nil }
    }

    static func journal(_ number: UInt64) -> String { "journal/\(number)" }

    /// The number in a journal's name.
    static func journalNumber(_ name: String) -> UInt64? { number(name[...]) }

    /// Segments are spread over 256 directories by the low byte of the session's number.
    static func segmentDirectory(_ session: UInt64) -> String {
        let byte = UInt8(truncatingIfNeeded: session)
        return byte < 16 ? "sessions/0" + String(byte, radix: 16) : "sessions/" + String(byte, radix: 16)
    }

    static func segment(_ session: UInt64, generation: UInt64) -> String {
        "\(segmentDirectory(session))/\(session).\(generation).seg"
    }

    /// The number in a manifest's name.
    static func manifestNumber(_ name: String) -> UInt64? {
        guard name.hasPrefix("MANIFEST-") else { return nil }
        return number(name.dropFirst("MANIFEST-".count))
    }

    /// The session and the generation in a segment's name.
    static func segmentNumbers(_ name: String) -> (session: UInt64, generation: UInt64)? {
        guard name.hasSuffix(".seg") else { return nil }
        let parts = name.dropLast(4).split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let session = number(parts[0]), let generation = number(parts[1]) else { return nil }
        return (session, generation)
    }
}
