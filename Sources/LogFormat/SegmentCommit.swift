/// The last frame of everything that a checkpoint appends to a segment: the session as of then. What stands after
/// the last one doesn't exist.
public struct SegmentCommit: Sendable, Hashable {
    public var firstLive: UInt64
    /// One past the newest sequence ever given.
    public var nextSequence: UInt64
    public var liveCount: UInt64
    public var liveBytes: UInt64
    /// The last journal batch that is contained.
    public var lastBatch: UInt64
    public var updated_µs: Int64
    /// Where the newest frame of client ids begins, 0 for none.
    public var idsOffset: UInt64
    /// Sequences that were removed from the end and are not given again.
    public var removed: [Range<UInt64>]
    /// JSON, empty for none.
    public var metadata: [UInt8]
    /// How far an import has come, as JSON; empty for none.
    public var origin: [UInt8]

    public init(
        firstLive: UInt64, nextSequence: UInt64, liveCount: UInt64, liveBytes: UInt64, lastBatch: UInt64,
        updated_µs: Int64, idsOffset: UInt64, removed: [Range<UInt64>], metadata: [UInt8], origin: [UInt8]
    ) {
        self.firstLive = firstLive
        self.nextSequence = nextSequence
        self.liveCount = liveCount
        self.liveBytes = liveBytes
        self.lastBatch = lastBatch
        self.updated_µs = updated_µs
        self.idsOffset = idsOffset
        self.removed = removed
        self.metadata = metadata
        self.origin = origin
    }

    /// An ``idsOffset`` that leads nowhere: the ids before a position can't be found any more, and whoever looks for one
    /// has to be told so.
    public static func lostIDs(before position: UInt64) -> UInt64 { position - min(position, 4) }

    /// Appends the frame, padded so that the file ends on a block.
    public func encode(into writer: inout ByteWriter, seed: UInt32, base: UInt64) {
        let start = writer.beginFrame(.commit, sequence: base + UInt64(writer.count))
        writer.append(firstLive)
        writer.append(nextSequence)
        writer.append(liveCount)
        writer.append(liveBytes)
        writer.append(lastBatch)
        writer.append(updated_µs)
        writer.append(idsOffset)
        writer.append(varint: UInt64(removed.count))
        for range in removed {
            writer.append(varint: range.lowerBound)
            writer.append(varint: UInt64(range.count))
        }
        writer.append(varint: UInt64(metadata.count))
        metadata.withUnsafeBytes { writer.append($0) }
        writer.append(varint: UInt64(origin.count))
        origin.withUnsafeBytes { writer.append($0) }
        writer.endFrame(start, seed: seed, trailer: true, alignedTo: Limits.blockBytes, base: base)
    }

    /// Decodes the body of a verified commit frame.
    public static func decode(
        _ bytes: UnsafeRawBufferPointer, frame: FrameHeader, at offset: Int
    ) throws(FormatError) -> SegmentCommit {
        guard bytes.count - offset >= FrameHeader.byteCount + frame.checked else {
            throw FormatError(.truncated, at: offset)
        }
        let body = UnsafeRawBufferPointer(rebasing: bytes[..<(offset + FrameHeader.byteCount + frame.checked)])
        var reader = ByteReader(body, from: offset + FrameHeader.byteCount)
        var commit = SegmentCommit(
            firstLive: try reader.number(), nextSequence: try reader.number(), liveCount: try reader.number(),
            liveBytes: try reader.number(), lastBatch: try reader.number(), updated_µs: try reader.int64(),
            idsOffset: try reader.number(), removed: [], metadata: [], origin: [])
        commit.removed = try reader.ranges()
        try reader.check(
            firstLive: commit.firstLive, nextSequence: commit.nextSequence, liveCount: commit.liveCount,
            removed: commit.removed)
        commit.metadata = try reader.array(maximum: Limits.metadataBytesMax)
        commit.origin = try reader.array(maximum: Limits.metadataBytesMax)
        return commit
    }
}

extension ByteReader {
    mutating func ranges() throws(FormatError) -> [Range<UInt64>] {
        let start = offset
        let count = try varint()
        guard count <= UInt64(remaining) else { throw FormatError(.bounds, at: start) }
        var ranges: [Range<UInt64>] = []
        for _ in 0..<count {
            let lower = try varnumber()
            let length = try varnumber()
            ranges.append(lower..<lower + length)
        }
        return ranges
    }

    /// Checks that what is said of a session's messages can be true: whoever counts on it would count below zero
    /// otherwise.
    func check(
        firstLive: UInt64, nextSequence: UInt64, liveCount: UInt64, removed: [Range<UInt64>]
    ) throws(FormatError) {
        var live = nextSequence - min(firstLive, nextSequence)
        var end: UInt64 = 0
        for range in removed {
            guard range.lowerBound >= end else { throw FormatError(.bounds, at: offset) }
            end = range.upperBound
            live -= min(live, UInt64(range.clamped(to: min(firstLive, end)..<end).count))
        }
        guard firstLive <= nextSequence, nextSequence > 0, end <= nextSequence, liveCount <= live else {
            throw FormatError(.bounds, at: offset)
        }
    }

    mutating func array(maximum: Int) throws(FormatError) -> [UInt8] {
        let start = offset
        let count = try varint()
        guard count <= UInt64(maximum) else { throw FormatError(.bounds, at: start) }
        return Array(try slice(Int(count)))
    }
}

/// The client ids of the messages that one checkpoint appended, as hashes with their sequences, and where the frame
/// before it is: together they reach back over the newest 1,000.
public struct SegmentIDs: Sendable, Hashable {
    public struct Entry: Sendable, Hashable {
        public var hash: Identity
        public var sequence: UInt64

        public init(hash: Identity, sequence: UInt64) {
            self.hash = hash
            self.sequence = sequence
        }
    }

    /// Where the older frame begins, 0 for none.
    public var previousOffset: UInt64
    /// Oldest first.
    public var entries: [Entry]

    public init(previousOffset: UInt64, entries: [Entry]) {
        self.previousOffset = previousOffset
        self.entries = entries
    }

    public func encode(into writer: inout ByteWriter, seed: UInt32, base: UInt64) {
        let start = writer.beginFrame(.ids, sequence: base + UInt64(writer.count))
        writer.append(previousOffset)
        writer.append(UInt32(entries.count))
        writer.append(UInt32(0))
        for entry in entries {
            writer.append(entry.hash)
            writer.append(entry.sequence)
        }
        writer.endFrame(start, seed: seed, trailer: true)
    }

    public static func decode(
        _ bytes: UnsafeRawBufferPointer, frame: FrameHeader, at offset: Int
    ) throws(FormatError) -> SegmentIDs {
        guard bytes.count - offset >= FrameHeader.byteCount + frame.checked else {
            throw FormatError(.truncated, at: offset)
        }
        let body = UnsafeRawBufferPointer(rebasing: bytes[..<(offset + FrameHeader.byteCount + frame.checked)])
        var reader = ByteReader(body, from: offset + FrameHeader.byteCount)
        var ids = SegmentIDs(previousOffset: try reader.number(), entries: [])
        let count = Int(try reader.uint32())
        _ = try reader.uint32()
        guard count * 24 <= reader.remaining else { throw FormatError(.bounds, at: offset) }
        ids.entries.reserveCapacity(count)
        for _ in 0..<count {
            ids.entries.append(Entry(hash: try reader.identity(), sequence: try reader.number()))
        }
        return ids
    }
}
