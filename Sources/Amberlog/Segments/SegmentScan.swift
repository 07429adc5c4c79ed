internal import AgentMemory
internal import LogFiles
internal import LogFormat

extension SegmentReader {
    /// The records of one block.
    struct BlockContents {
        var records: UnsafeRawBufferPointer
        var firstSequence: UInt64
        var count: Int
    }

    /// Walks every frame of the segment from its beginning, verifying each, and hands over the blocks.
    ///
    /// Memory: one window. Every byte up to ``length`` is accounted for, or the walk fails.
    func scan(_ body: (BlockContents) throws(MemoryError) -> Void) throws(MemoryError) {
        var position: UInt64 = 0
        var size = 1 << 20
        while position < length {
            let count = Int(min(UInt64(size), length - position))
            let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: max(count, 1), alignment: 8)
            defer { memory.deallocate() }
            let window = UnsafeMutableRawBufferPointer(rebasing: memory[..<count])
            let read = try withFileErrors("Reading a segment", session: session) { () throws(FileError) in
                try file.readFully(into: window, at: position)
            }
            guard read == count else {
                throw .damaged(
                    "The segment is shorter than the manifest says", file: file.path, offset: position + UInt64(read),
                    session: session)
            }
            let used = try scan(UnsafeRawBufferPointer(window), at: position, body)
            if used == 0 {
                // The next frame is larger than the window.
                guard let frame = FrameHeader(peeking: UnsafeRawBufferPointer(window), at: 0),
                    UInt64(frame.length) <= length - position, frame.length > size
                else { throw damaged(at: position) }
                size = frame.length
            }
            position += UInt64(used)
        }
    }

    private func scan(
        _ bytes: UnsafeRawBufferPointer, at base: UInt64, _ body: (BlockContents) throws(MemoryError) -> Void
    ) throws(MemoryError) -> Int {
        var at = 0
        while at + FrameHeader.byteCount <= bytes.count {
            guard let peeked = FrameHeader(peeking: bytes, at: at) else { throw damaged(at: base + UInt64(at)) }
            if peeked.length > bytes.count - at { break }
            // The header of the file brings the seed, so its own is 0.
            let seed = base == 0 && at == 0 ? 0 : self.seed
            guard let frame = FrameHeader(checking: bytes, at: at, seed: seed), frame.sequence == base + UInt64(at)
            else { throw damaged(at: base + UInt64(at)) }
            if frame.kind == FrameKind.block.rawValue { try scanBlock(bytes, frame, at: at, base: base, body) }
            at += frame.length
        }
        return at
    }

    private func scanBlock(
        _ bytes: UnsafeRawBufferPointer, _ frame: FrameHeader, at: Int, base: UInt64,
        _ body: (BlockContents) throws(MemoryError) -> Void
    ) throws(MemoryError) {
        let block: BlockHeader
        do throws(FormatError) {
            block = try BlockHeader(bytes, frame: frame, at: at)
        } catch {
            throw MemoryError(error, file: file.path, base: base, session: session)
        }
        let start = at + FrameHeader.byteCount + BlockHeader.byteCount
        let stored = UnsafeRawBufferPointer(rebasing: bytes[start..<start + block.storedLength])
        switch block.codec {
        case .raw:
            guard MessageRecord.validate(stored, count: block.count) else { throw damaged(at: base + UInt64(at)) }
            try body(BlockContents(records: stored, firstSequence: block.firstSequence, count: block.count))
        case .lz4:
            let target = UnsafeMutableRawBufferPointer.allocate(byteCount: max(block.rawLength, 1), alignment: 8)
            defer { target.deallocate() }
            let buffer = UnsafeMutableRawBufferPointer(rebasing: target[..<block.rawLength])
            guard Compression.decompress(stored, into: buffer),
                MessageRecord.validate(UnsafeRawBufferPointer(buffer), count: block.count)
            else { throw damaged(at: base + UInt64(at)) }
            try body(
                BlockContents(
                    records: UnsafeRawBufferPointer(buffer), firstSequence: block.firstSequence, count: block.count))
        }
    }

    private func damaged(at offset: UInt64) -> MemoryError {
        .damaged("A frame doesn't match its checksum or its place", file: file.path, offset: offset, session: session)
    }

    /// The newest client ids, oldest first, following the chain back from the newest frame of them.
    func rememberedIDs(from offset: UInt64) throws(MemoryError) -> [SegmentIDs.Entry] {
        var frames: [[SegmentIDs.Entry]] = []
        var count = 0
        var position = offset
        while position > 0, count < Limits.rememberedIDs {
            let ids = try ids(at: position)
            frames.append(ids.entries)
            count += ids.entries.count
            // Older frames stand before newer ones; anything else would be a loop.
            guard ids.previousOffset < position else { throw damaged(at: position) }
            position = ids.previousOffset
        }
        return Array(frames.reversed().joined().suffix(Limits.rememberedIDs))
    }
}
