/// Every hard limit of the format, in one place. Lengths read from a file are checked against these before anything
/// is allocated.
public enum Limits {
    /// A session id, in bytes of UTF-8.
    public static let sessionIDBytesMax = 1024
    /// One message: content, role name and id together, in bytes.
    public static let messageBytesMax = 16 << 20
    /// The metadata of one message or one session, as JSON, in bytes.
    public static let metadataBytesMax = 1 << 20
    /// A client's message id, in bytes of UTF-8.
    public static let messageIDBytesMax = 1024
    /// A role's name, in bytes of UTF-8.
    public static let roleBytesMax = 1024
    /// All messages of one save together, without the headers of their records, in bytes.
    public static let saveBytesMax = 64 << 20
    /// The same as records. A batch of one save must fit a frame.
    public static let saveRecordBytesMax = 80 << 20
    /// One journal file, in bytes.
    public static let journalBytesMax = 128 << 20
    /// One frame of any file, in bytes.
    public static let frameBytesMax = 96 << 20
    /// Operations in one journal batch.
    public static let batchEntriesMax = 1 << 20
    /// Numbers of sessions, messages, batches, edits and files, counts, lengths and offsets. Nobody comes so far, and what
    /// is added to one never overflows.
    public static let numberMax: UInt64 = 1 << 48
    /// So many of the newest client ids of a session are remembered.
    public static let rememberedIDs = 1000
    /// The unit of a write that a power loss may tear: synced data and data that is not yet synced never share one.
    public static let blockBytes = 4096
}

extension UInt64 {
    /// The next multiple of ``Limits/blockBytes``.
    @inlinable
    public var roundedUpToBlock: UInt64 {
        (self &+ UInt64(Limits.blockBytes - 1)) & ~UInt64(Limits.blockBytes - 1)
    }
}

extension Int {
    /// The next multiple of 8: every frame starts on one.
    @inlinable
    public var roundedUpToWord: Int { (self &+ 7) & ~7 }
}
