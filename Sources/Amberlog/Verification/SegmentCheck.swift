internal import AgentMemory
internal import LogFiles
internal import LogFormat

/// What a segment's frames say, damaged or not.
struct SegmentCheck {
    /// A run of consecutive messages that is whole.
    typealias Visit = (_ block: BlockHeader, _ records: UnsafeRawBufferPointer, _ offset: UInt64) -> Void

    var header: FileHeader?
    /// The last commit frame that is whole.
    var commit: SegmentCommit?
    /// The newest that a commit frame has, where the last one lacks it.
    var metadata: [UInt8] = []
    var origin: [UInt8] = []
    /// Where the last commit frame ends.
    var commitEnd: UInt64 = 0
    /// Ranges of bytes that are no frames, or frames that make no sense.
    var damages: [(range: Range<UInt64>, what: String)] = []
    /// The sequences that blocks have, in the order of the file.
    var sequences: [Range<UInt64>] = []
    var bytes: UInt64 = 0

    /// Reads a segment from its beginning to its end.
    ///
    /// - Parameters:
    ///   - length: So many bytes count.
    ///   - visit: Gets every block that is whole, decompressed. `nil` leaves blocks compressed.
    init(_ file: any File, seed: UInt32, length: UInt64, _ visit: Visit? = nil) throws(FileError) {
        let head = try file.bytes(from: 0, count: Int(min(length, 8192)))
        var start: UInt64 = 0
        head.withUnsafeBytes { head in
            if let (header, headerLength) = try? FileHeader.decode(head) {
                self.header = header
                start = UInt64(headerLength)
            }
        }
        if header == nil { damages.append((0..<min(length, 8), "The header is damaged")) }
        let stream = FrameStream(
            file, seed: seed, from: header == nil ? 8 : start, length: length, kinds: [.block, .ids, .commit])
        var scratch: [UInt8] = []
        bytes = start
        while let step = try stream.next() {
            switch step {
            case .damage(let range):
                // After a header that can't be read, nothing says where the first frame begins.
                if header == nil, range.lowerBound == 8 { continue }
                damages.append((range, "Bytes that match no checksum"))
            case .frame(let frame):
                bytes += UInt64(frame.header.length)
                do throws(FormatError) {
                    try take(frame, &scratch, visit)
                } catch {
                    damages.append(
                        (
                            frame.offset..<(frame.offset + UInt64(frame.header.length)),
                            "A frame that makes no sense: \(error)"
                        ))
                }
            }
        }
    }

    private mutating func take(
        _ frame: FrameStream.Frame, _ scratch: inout [UInt8], _ visit: Visit?
    ) throws(FormatError) {
        switch frame.header.kind {
        case FrameKind.commit.rawValue:
            let commit = try SegmentCommit.decode(frame.bytes, frame: frame.header, at: 0)
            self.commit = commit
            if !commit.metadata.isEmpty { metadata = commit.metadata }
            if !commit.origin.isEmpty { origin = commit.origin }
            commitEnd = frame.offset + UInt64(frame.header.length)
        case FrameKind.ids.rawValue:
            _ = try SegmentIDs.decode(frame.bytes, frame: frame.header, at: 0)
        case let kind where kind != FrameKind.block.rawValue:
            break  // May be skipped.
        default:
            let block = try BlockHeader(frame.bytes, frame: frame.header, at: 0)
            sequences.append(block.firstSequence..<block.endSequence)
            guard let visit else { return }
            let body = FrameHeader.byteCount + BlockHeader.byteCount
            let stored = UnsafeRawBufferPointer(rebasing: frame.bytes[body..<(body + block.storedLength)])
            if block.codec == .raw { return visit(block, stored, frame.offset) }
            if scratch.count < block.rawLength { scratch = [UInt8](repeating: 0, count: block.rawLength) }
            let isWhole = scratch.withUnsafeMutableBytes { scratch in
                let target = UnsafeMutableRawBufferPointer(rebasing: scratch[..<block.rawLength])
                guard Compression.decompress(stored, into: target) else { return false }
                visit(block, UnsafeRawBufferPointer(target), frame.offset)
                return true
            }
            if !isWhole { throw FormatError(.bounds, at: body) }
        }
    }
}
