internal import AgentMemory
internal import LogFiles
internal import LogFormat

/// Reads a segment from its end backwards or from a place forwards. Everything it returns has been verified.
struct SegmentReader: Sendable {
    var file: any File
    var seed: UInt32
    /// So many bytes exist; what is behind is not part of the segment.
    var length: UInt64
    /// For errors.
    var session: String

    /// A place in the segment: the frames before `offset` hold only sequences below `sequence`.
    struct Cursor: Sendable, Hashable {
        var sequence: UInt64
        var offset: UInt64
    }

    /// The largest piece that is read at once, but for a frame that is larger.
    private static let windowBytes = 4 << 20

    /// Whether reads may wait for the disk.
    enum Patience {
        case cachedOnly, mayWait
    }

    /// The newest messages of a range of sequences, oldest first.
    ///
    /// - Parameters:
    ///   - wanted: Only these sequences, and none of `removed`.
    ///   - limit: At most so many.
    ///   - estimate: About the bytes that they take, for the first read.
    ///   - start: Where to begin, when it is known that nothing of `wanted` stands behind.
    /// - Returns: `nil` when the bytes are not cached and `patience` is not to wait.
    func newest(
        _ wanted: Range<UInt64>, removed: [Range<UInt64>], limit: Int, estimate: Int, from start: Cursor?,
        _ patience: Patience
    ) throws(MemoryError) -> (messages: [Message], cursor: Cursor?)? {
        var position = start?.offset ?? length
        var pieces: [[Message]] = []
        var left = limit
        var size = min(max(estimate, Limits.blockBytes), Self.windowBytes)
        var cursor: Cursor?
        while left > 0, position > 0 {
            let count = min(UInt64(size), position)
            let window = Window(offset: position - count, count: Int(count))
            guard try window.fill(from: file, patience, session: session) else { return nil }
            var runs: [RecordRun] = []
            runs.reserveCapacity(16)
            var isFirstReached = false
            while left > 0, !isFirstReached, let start = try frameStart(endingAt: position, in: window) {
                let frame = try frameHeader(at: start, in: window)
                if frame.kind == FrameKind.block.rawValue {
                    let block = try verifiedBlock(frame, at: start, in: window)
                    guard window.appendNewest(&left, of: block, at: start, wanted, removed: removed, to: &runs)
                    else { throw damaged("A block doesn't decompress", at: start) }
                    cursor = Cursor(sequence: block.firstSequence, offset: start)
                    isFirstReached = block.firstSequence <= wanted.lowerBound
                } else if frame.kind == FrameKind.fileHeader.rawValue {
                    isFirstReached = true
                }
                position = start
            }
            if !runs.isEmpty {
                // The runs point into the window.
                guard let messages = withExtendedLifetime(window, { MessageDecoder.decode(runs, in: .newestFirst) })
                else { throw damaged("A message record doesn't fit its block", at: position) }
                pieces.append(messages)
            }
            if isFirstReached || left == 0 { break }
            // The next frame reaches beyond the window: read on from its end, at least all of it.
            let needed = try frameLength(endingAt: position, in: window) ?? 0
            guard needed > 0 || window.offset > 0 || position == 0 else {
                throw damaged("No frame ends where one should", at: position)
            }
            size = max(min(4 * size, Self.windowBytes), needed)
        }
        if pieces.count == 1 { return (pieces[0], cursor) }
        return (pieces.reversed().flatMap { $0 }, cursor)
    }

    /// The oldest messages of a range of sequences.
    ///
    /// - Parameter start: Where to begin, when it is known that nothing of `wanted` stands before.
    func oldest(
        _ wanted: Range<UInt64>, removed: [Range<UInt64>], limit: Int, estimate: Int, from start: Cursor?,
        _ patience: Patience
    ) throws(MemoryError) -> (messages: [Message], cursor: Cursor?)? {
        var position = start?.offset ?? 0
        var pieces: [[Message]] = []
        var left = limit
        var size = min(max(estimate, Limits.blockBytes), Self.windowBytes)
        var cursor: Cursor?
        while left > 0, position < length {
            let count = min(UInt64(size), length - position)
            let window = Window(offset: position, count: Int(count))
            guard try window.fill(from: file, patience, session: session) else { return nil }
            var runs: [RecordRun] = []
            var isLastReached = false
            let windowEnd = position + count
            while left > 0, !isLastReached, position + UInt64(FrameHeader.byteCount) <= windowEnd {
                let frame = try frameHeader(at: position, in: window)
                if position + UInt64(frame.length) > windowEnd { break }
                if frame.kind == FrameKind.block.rawValue {
                    let block = try verifiedBlock(frame, at: position, in: window)
                    if block.firstSequence >= wanted.upperBound {
                        isLastReached = true
                        break
                    }
                    guard window.appendOldest(&left, of: block, at: position, wanted, removed: removed, to: &runs)
                    else { throw damaged("A block doesn't decompress", at: position) }
                    if left > 0 {
                        cursor = Cursor(sequence: block.endSequence, offset: position + UInt64(frame.length))
                    } else if let last = runs.last {
                        // The page may end inside the block: the next one begins with this block again.
                        cursor =
                            last.wanted.upperBound == block.endSequence
                            ? Cursor(sequence: block.endSequence, offset: position + UInt64(frame.length))
                            : Cursor(sequence: block.firstSequence, offset: position)
                    }
                }
                position += UInt64(frame.length)
            }
            if !runs.isEmpty {
                // The runs point into the window.
                guard let messages = withExtendedLifetime(window, { MessageDecoder.decode(runs, in: .oldestFirst) })
                else { throw damaged("A message record doesn't fit its block", at: position) }
                pieces.append(messages)
            }
            if isLastReached || left == 0 { break }
            guard windowEnd < length || position == length else {
                throw damaged("A frame reaches beyond the segment", at: position)
            }
            size = max(min(4 * size, Self.windowBytes), Limits.blockBytes)
            if let frame = window.peek(at: position) { size = max(size, frame.length) }
        }
        if pieces.count == 1 { return (pieces[0], cursor) }
        return (pieces.flatMap { $0 }, cursor)
    }

    /// The last commit frame.
    func commit() throws(MemoryError) -> SegmentCommit {
        var size = UInt64(Limits.blockBytes)
        while true {
            let count = min(size, length)
            let window = Window(offset: length - count, count: Int(count))
            _ = try window.fill(from: file, .mayWait, session: session)
            guard let start = try frameStart(endingAt: length, in: window) else {
                guard let needed = try frameLength(endingAt: length, in: window), count < length else {
                    throw damaged("The segment has no commit frame", at: length)
                }
                size = max(size * 2, UInt64(needed))
                continue
            }
            let at = Int(start - window.offset)
            guard let frame = FrameHeader(checking: window.bytes, at: at, seed: seed), frame.sequence == start,
                frame.kind == FrameKind.commit.rawValue
            else { throw damaged("The commit frame doesn't match its checksum", at: start) }
            do throws(FormatError) {
                return try SegmentCommit.decode(window.bytes, frame: frame, at: at)
            } catch {
                throw MemoryError(error, file: file.path, base: window.offset, session: session)
            }
        }
    }

    /// The frame of client ids at an offset.
    func ids(at offset: UInt64) throws(MemoryError) -> SegmentIDs {
        var count = 32 << 10
        while true {
            let window = Window(offset: offset, count: Int(min(UInt64(count), length - min(length, offset))))
            _ = try window.fill(from: file, .mayWait, session: session)
            guard let peeked = window.peek(at: offset) else { throw damaged("No frame of client ids", at: offset) }
            if peeked.length > window.bytes.count, window.bytes.count == count {
                count = peeked.length
                continue
            }
            guard let frame = FrameHeader(checking: window.bytes, at: 0, seed: seed), frame.sequence == offset,
                frame.kind == FrameKind.ids.rawValue
            else { throw damaged("The frame of client ids doesn't match its checksum", at: offset) }
            do throws(FormatError) {
                return try SegmentIDs.decode(window.bytes, frame: frame, at: 0)
            } catch {
                throw MemoryError(error, file: file.path, base: offset, session: session)
            }
        }
    }

    // MARK: Frames

    /// The length of the frame that ends at a position, from its trailer; `nil` when that is outside the window.
    private func frameLength(endingAt position: UInt64, in window: Window) throws(MemoryError) -> Int? {
        guard position >= window.offset + 4 else { return nil }
        let at = Int(position - window.offset) - 4
        let length = Int(UInt32(littleEndian: window.bytes.loadUnaligned(fromByteOffset: at, as: UInt32.self)))
        guard length > FrameHeader.byteCount, length & 7 == 0, UInt64(length) <= position else {
            throw damaged("A frame's trailer is out of bounds", at: position - 4)
        }
        return length
    }

    private func frameStart(endingAt position: UInt64, in window: Window) throws(MemoryError) -> UInt64? {
        guard let length = try frameLength(endingAt: position, in: window) else { return nil }
        let start = position - UInt64(length)
        return start >= window.offset ? start : nil
    }

    /// The header at an offset, checked against where it stands. The first frame of the file has sequence 0.
    private func frameHeader(at offset: UInt64, in window: Window) throws(MemoryError) -> FrameHeader {
        guard let frame = window.peek(at: offset), frame.sequence == offset else {
            throw damaged("No frame where one should begin", at: offset)
        }
        return frame
    }

    private func verifiedBlock(
        _ frame: FrameHeader, at offset: UInt64, in window: Window
    ) throws(MemoryError) -> BlockHeader {
        let at = Int(offset - window.offset)
        guard FrameHeader(checking: window.bytes, at: at, seed: seed) != nil else {
            throw damaged("A block doesn't match its checksum", at: offset)
        }
        do throws(FormatError) {
            return try BlockHeader(window.bytes, frame: frame, at: at)
        } catch {
            throw MemoryError(error, file: file.path, base: window.offset, session: session)
        }
    }

    private func damaged(_ what: String, at offset: UInt64) -> MemoryError {
        .damaged(what, file: file.path, offset: offset, session: session)
    }
}

/// A piece of a file in memory, and what was decompressed from it.
private final class Window {
    let offset: UInt64
    private let base: UnsafeMutableRawPointer
    private let count: Int
    private let capacity: Int
    private var decompressed: [(base: UnsafeMutableRawPointer, capacity: Int)] = []

    init(offset: UInt64, count: Int) {
        self.offset = offset
        self.count = count
        (base, capacity) = ReadBuffers.take(count)
    }

    deinit {
        ReadBuffers.give(base, capacity)
        for buffer in decompressed { ReadBuffers.give(buffer.base, buffer.capacity) }
    }

    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count) }

    func fill(
        from file: any File, _ patience: SegmentReader.Patience, session: String
    ) throws(MemoryError) -> Bool {
        let buffer = UnsafeMutableRawBufferPointer(start: base, count: count)
        let read: Int?
        do throws(FileError) {
            read = try file.read(into: buffer, at: offset, patience)
        } catch {
            throw MemoryError(error, "Reading a segment", session: session)
        }
        if read == count { return true }
        // A short cached read ends at a page that is not cached.
        if patience == .cachedOnly { return false }
        throw .damaged(
            "The segment is shorter than the manifest says", file: file.path, offset: offset + UInt64(read ?? 0),
            session: session)
    }

    func peek(at position: UInt64) -> FrameHeader? {
        guard position >= offset else { return nil }
        return FrameHeader(peeking: bytes, at: Int(position - offset))
    }

    /// Appends the wanted runs of a block, newest first, until `left` messages are found.
    ///
    /// - Returns: `false` when the block doesn't decompress.
    func appendNewest(
        _ left: inout Int, of block: BlockHeader, at position: UInt64, _ wanted: Range<UInt64>,
        removed: [Range<UInt64>], to runs: inout [RecordRun]
    ) -> Bool {
        let covered = (block.firstSequence..<block.endSequence).clamped(to: wanted)
        if covered.isEmpty { return true }
        guard let records = records(of: block, at: position) else { return false }
        func append(_ range: Range<UInt64>) {
            let lower = range.upperBound - UInt64(min(left, range.count))
            if lower == range.upperBound { return }
            left -= Int(range.upperBound - lower)
            runs.append(
                RecordRun(
                    bytes: records, firstSequence: block.firstSequence, count: block.count,
                    wanted: lower..<range.upperBound))
        }
        var rest = covered
        if !removed.isEmpty {
            for gap in removed.reversed() where gap.overlaps(rest) {
                append(min(gap.upperBound, rest.upperBound)..<rest.upperBound)
                rest = rest.lowerBound..<max(gap.lowerBound, rest.lowerBound)
            }
        }
        append(rest)
        return true
    }

    /// Appends the wanted runs of a block, oldest first, until `left` messages are found.
    ///
    /// - Returns: `false` when the block doesn't decompress.
    func appendOldest(
        _ left: inout Int, of block: BlockHeader, at position: UInt64, _ wanted: Range<UInt64>,
        removed: [Range<UInt64>], to runs: inout [RecordRun]
    ) -> Bool {
        let covered = (block.firstSequence..<block.endSequence).clamped(to: wanted)
        if covered.isEmpty { return true }
        guard let records = records(of: block, at: position) else { return false }
        func append(_ range: Range<UInt64>) {
            let upper = range.lowerBound + UInt64(min(left, range.count))
            if upper == range.lowerBound { return }
            left -= Int(upper - range.lowerBound)
            runs.append(
                RecordRun(
                    bytes: records, firstSequence: block.firstSequence, count: block.count,
                    wanted: range.lowerBound..<upper))
        }
        var rest = covered
        for gap in removed where gap.overlaps(rest) {
            append(rest.lowerBound..<max(gap.lowerBound, rest.lowerBound))
            rest = min(gap.upperBound, rest.upperBound)..<rest.upperBound
        }
        append(rest)
        return true
    }

    /// The records of a verified block; `nil` when they don't decompress.
    private func records(of block: BlockHeader, at position: UInt64) -> UnsafeRawBufferPointer? {
        let start = Int(position - offset) + FrameHeader.byteCount + BlockHeader.byteCount
        let stored = UnsafeRawBufferPointer(rebasing: bytes[start..<start + block.storedLength])
        switch block.codec {
        case .raw:
            return stored
        case .lz4:
            let target = ReadBuffers.take(block.rawLength)
            decompressed.append(target)
            let buffer = UnsafeMutableRawBufferPointer(start: target.base, count: block.rawLength)
            return Compression.decompress(stored, into: buffer) ? UnsafeRawBufferPointer(buffer) : nil
        }
    }
}

extension File {
    /// Reads as much as there is, up to the buffer's size; `nil` when that would wait for the disk and `patience` says
    /// not to.
    func read(
        into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64, _ patience: SegmentReader.Patience
    ) throws(FileError) -> Int? {
        do throws(FileError) {
            switch patience {
            case .cachedOnly: return try readCached(into: buffer, at: offset)
            case .mayWait: return try readFully(into: buffer, at: offset)
            }
        } catch  where error.isInterrupted && patience == .cachedOnly {
            return nil
        }
    }
}
