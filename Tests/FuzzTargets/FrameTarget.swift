import LogFormat

/// Frames as a log has them. What the scanner finds encodes to the same bytes.
extension FuzzTarget {
    static let frame = FuzzTarget("frame", rounds: 2000, seeds: seedFrames) { input in
        var bytes = Array(input)
        FrameSigning(seed: frameSeed).sign(&bytes)
        try bytes.withUnsafeBytes { bytes in
            for kind in [FrameKind.batch, .edit] { try scan(bytes, kind) }
        }
    }

    private static let frameSeed: UInt32 = 0xA3BE_410D

    private static func scan(_ bytes: UnsafeRawBufferPointer, _ kind: FrameKind) throws {
        let first = FrameHeader(peeking: bytes, at: 0)?.sequence ?? 1
        var scanner = LogScanner(bytes, seed: frameSeed, kind: kind, from: 0, number: first)
        while true {
            while let (frame, offset) = scanner.next() {
                try require(scanner.offset == offset + frame.length, "The scanner stands elsewhere")
                try encodesAgain(frame, bytes, at: offset)
            }
            guard let (frame, offset) = scanner.laterFrame() else { return }
            try require(offset >= scanner.offset && frame.sequence >= scanner.nextNumber, "A later frame is earlier")
            try encodesAgain(frame, bytes, at: offset)
            scanner.skip(to: offset, number: frame.sequence)
        }
    }

    private static func encodesAgain(_ frame: FrameHeader, _ bytes: UnsafeRawBufferPointer, at offset: Int) throws {
        guard let kind = FrameKind(rawValue: frame.kind) else { return }
        var writer = ByteWriter()
        let start = writer.beginFrame(kind, flags: frame.flags, sequence: frame.sequence)
        let body = offset + FrameHeader.byteCount
        writer.append(UnsafeRawBufferPointer(rebasing: bytes[body..<body + frame.checked]))
        let extra = frame.length - (FrameHeader.byteCount + frame.checked).roundedUpToWord
        writer.endFrame(start, seed: frameSeed, extra: extra)
        let covered = FrameHeader.byteCount + frame.checked
        try require(
            writer.bytes[..<covered].elementsEqual(bytes[offset..<offset + covered]),
            "The frame at \(offset) encodes to other bytes")
    }

    @Sendable private static func seedFrames() -> [String: [UInt8]] {
        func frames(_ kind: FrameKind, _ numbers: [UInt64], bodies: [Int], alignment: Int = 8) -> [UInt8] {
            encoded { writer in
                for (number, count) in zip(numbers, bodies) {
                    let start = writer.beginFrame(kind, sequence: number)
                    for index in 0..<count { writer.append(UInt8(truncatingIfNeeded: index)) }
                    writer.endFrame(start, seed: frameSeed, alignedTo: alignment)
                }
            }
        }
        let gap = frames(.batch, [1], bodies: [9]) + [UInt8](repeating: 0xA5, count: 24)
        return [
            "empty": [], "one": frames(.batch, [1], bodies: [0]),
            "three": frames(.batch, [5, 6, 7], bodies: [3, 40, 8]),
            "edits": frames(.edit, [1, 2], bodies: [30, 1]),
            "a-number-is-missing": frames(.batch, [1, 2, 4], bodies: [8, 8, 8]),
            "a-gap": gap + frames(.batch, [3], bodies: [16]),
            "the-highest-number": frames(.batch, [.max], bodies: [8]),
            "on-blocks": frames(.batch, [1, 2], bodies: [4, 5], alignment: 256),
            "a-wrong-checksum": frames(.batch, [1], bodies: [7]) + [UInt8](repeating: 0xFF, count: 4)
                + frames(.batch, [2], bodies: [7]).dropFirst(4) + frames(.batch, [3], bodies: [7]),
        ]
    }
}
