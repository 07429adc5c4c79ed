/// What every backend accepts at most. Over a limit, an operation fails with ``MemoryError/Code/tooLarge`` before it
/// changes anything; a session id over its limit fails with ``MemoryError/Code/invalidSessionID``.
public enum MemoryLimits {
    /// The longest session id, in bytes of UTF-8. The shortest is one byte.
    public static let sessionIDBytes = 1024
    /// The largest message: content, role, id and metadata together, in bytes of UTF-8 and JSON.
    public static let messageBytes = 16 << 20
    /// The most messages one save takes, measured as the sum of their ``messageBytes``.
    public static let saveBytes = 64 << 20
    /// The largest metadata of a message or a session, in bytes of JSON.
    public static let metadataBytes = 1 << 20
    /// The longest message id and the longest role, in bytes of UTF-8.
    public static let nameBytes = 1024
    /// How deep arrays and objects may be nested.
    public static let jsonDepth = 128
    /// So many of a session's newest message ids are remembered to tell duplicates.
    public static let rememberedIDs = 1000
}
