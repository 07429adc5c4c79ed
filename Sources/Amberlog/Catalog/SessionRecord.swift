internal import LogFormat

/// What the session index holds of a session: 120 bytes, whether it has ten messages or ten million.
///
/// Of trivial types only, so that a table of them is plain memory.
struct SessionRecord {
    var number: UInt64
    /// Of the segment file in force; 0 when there is none yet.
    var generation: UInt64
    var segmentLength: UInt64
    var firstLive: UInt64
    var nextSequence: UInt64
    var liveCount: UInt64
    var liveBytes: UInt64
    /// The last journal batch that the segment contains.
    var lastBatch: UInt64
    var created_µs: Int64
    var updated_µs: Int64
    var timeToLive_µs: Int64
    var id: UnsafeMutablePointer<UInt8>
    var idHash: UInt32
    var idCount: UInt16
    /// The flags of ``SessionState``.
    var flags: UInt8
    /// The bits below.
    var status: UInt8
    /// Index of its ``HotSession``, -1 for none.
    var hot: Int32
    /// Index in the descriptor cache, -1 for none.
    var descriptor: Int32
    /// Index in the message cache, -1 for none.
    var cached: Int32

    /// Readers see it: the batch that began it has been written.
    static let isVisible: UInt8 = 1
    /// It has expired, and stays so though the clock may jump back.
    static let isExpired: UInt8 = 2
    /// Some sequences were removed from the end: the table has their ranges.
    static let hasRemoved: UInt8 = 4

    var extent: SessionExtent {
        SessionExtent(number: number, firstLive: firstLive, nextSequence: nextSequence, liveCount: liveCount)
    }

    var idBytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: id, count: Int(idCount)) }

    var idText: String {
        String(decoding: UnsafeBufferPointer(start: id, count: Int(idCount)), as: UTF8.self)
    }

    /// When it expires; `nil` for never.
    var expiry_µs: Int64? {
        guard timeToLive_µs > 0 else { return nil }
        let (sum, overflow) = updated_µs.addingReportingOverflow(timeToLive_µs)
        return overflow ? nil : sum
    }

    func isHidden(at now_µs: @autoclosure () -> Int64) -> Bool {
        if status & Self.isVisible == 0 || status & Self.isExpired != 0 { return true }
        guard let expiry = expiry_µs else { return false }
        return expiry <= now_µs()
    }
}
