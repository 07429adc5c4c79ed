/// What a backend can do beyond what every backend must.
///
/// ```swift
/// let capabilities: BackendCapabilities = [.clientIDs, .sessionMetadata, .removeLast]
/// ```
///
/// Nothing is left out silently: what a backend doesn't declare it has to refuse with `MemoryError.Code.unsupported`,
/// and ``BackendConformance`` checks that it does. Exceptions are ``queryLanguage``, ``closing`` and ``persistence``,
/// where there is nothing to refuse.
public struct BackendCapabilities: OptionSet, Sendable, Hashable {
    /// A bit for each capability.
    public let rawValue: UInt32

    /// The capabilities of a set of bits.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// A message with an id that its session knows is not appended again.
    public static let clientIDs = BackendCapabilities(rawValue: 1)
    /// Sessions have metadata of their own.
    public static let sessionMetadata = BackendCapabilities(rawValue: 1 << 1)
    /// The newest messages can be taken back.
    public static let removeLast = BackendCapabilities(rawValue: 1 << 2)
    /// All but the newest messages can be dropped.
    public static let trim = BackendCapabilities(rawValue: 1 << 3)
    /// A save can record where its messages came from.
    public static let origin = BackendCapabilities(rawValue: 1 << 4)
    /// Sessions expire, when a backend is made so.
    public static let timeToLive = BackendCapabilities(rawValue: 1 << 5)
    /// Sessions keep at most so many messages, when a backend is made so.
    public static let messageLimit = BackendCapabilities(rawValue: 1 << 6)
    /// Searches understand phrases, `+must`, `-not`, `prefix*`, `role:`, `after:` and `before:`. To others, those are
    /// words.
    public static let queryLanguage = BackendCapabilities(rawValue: 1 << 7)
    /// A closed backend refuses every call. Others go on working.
    public static let closing = BackendCapabilities(rawValue: 1 << 8)
    /// What was saved outlives the backend: one that is made at the same ``BackendConformance/Setup/place`` has it.
    public static let persistence = BackendCapabilities(rawValue: 1 << 9)
    /// Sessions can begin without a message, with a time of creation and a time to live of their own.
    public static let beginning = BackendCapabilities(rawValue: 1 << 10)

    /// All of them.
    public static let all: BackendCapabilities = [
        .clientIDs, .sessionMetadata, .removeLast, .trim, .origin, .timeToLive, .messageLimit, .queryLanguage, .closing,
        .persistence, .beginning,
    ]
}
