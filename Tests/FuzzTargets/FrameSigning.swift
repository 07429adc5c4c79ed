import LogFormat

/// Makes the checksums of frames right again, so that what a mutation has changed is looked at rather than refused.
///
/// A checksum of all ones is left as it is: that is how an input has a frame that doesn't match.
struct FrameSigning {
    /// What the checksums start from.
    var seed: UInt32
    /// The frames of a segment say where they stand, and repeat their length at their end.
    var isSegment = false

    /// Signs whatever may be a frame, from an offset on.
    func sign(_ bytes: inout [UInt8], from start: Int = 0) {
        bytes.withUnsafeMutableBytes { bytes in
            var offset = start
            while let frame = FrameHeader(peeking: UnsafeRawBufferPointer(bytes), at: offset) {
                let room = bytes.count - offset
                if FrameHeader.byteCount + frame.checked <= room {
                    sign(frame, UnsafeMutableRawBufferPointer(rebasing: bytes[offset...]), at: offset)
                }
                offset += min(frame.length, room)
                // The next one may begin a block.
                let isThere = FrameHeader(peeking: UnsafeRawBufferPointer(bytes), at: offset) != nil
                if !isThere { offset = Int(UInt64(offset).roundedUpToBlock) }
            }
        }
    }

    private func sign(_ frame: FrameHeader, _ bytes: UnsafeMutableRawBufferPointer, at offset: Int) {
        if frame.checksum == .max { return }
        if isSegment {
            bytes.storeBytes(of: UInt64(offset).littleEndian, toByteOffset: 16, as: UInt64.self)
            if frame.length <= bytes.count, frame.length - FrameHeader.byteCount - frame.checked >= 4 {
                bytes.storeBytes(
                    of: UInt32(frame.length).littleEndian, toByteOffset: frame.length - 4, as: UInt32.self)
            }
        }
        let covered = UnsafeRawBufferPointer(rebasing: bytes[4..<FrameHeader.byteCount + frame.checked])
        bytes.storeBytes(of: Checksum.crc32c(covered, seed: seed).littleEndian, as: UInt32.self)
    }
}
