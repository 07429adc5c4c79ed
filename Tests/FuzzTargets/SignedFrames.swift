package import AmberlogTestKit
import LogFormat

/// The frames of a store's files, which can be changed and signed again.
package struct SignedFrames {
    package struct Frame {
        package var path: String
        package var offset: Int
        package var checked: Int
        package var seed: UInt32
    }

    package private(set) var all: [Frame] = []

    package init(_ files: [String: [UInt8]]) {
        let identity = files["STORE"].flatMap { bytes in bytes.withUnsafeBytes { try? StoreIdentity.decode($0) } }
        let store = identity?.id.checksumSeed ?? 0
        for (path, bytes) in files.sorted(by: { $0.key < $1.key }) {
            bytes.withUnsafeBytes { bytes in
                let header = try? FileHeader.decode(bytes).header
                let seeds: Set<UInt32> = [0, store, header?.file.checksumSeed ?? 0]
                var offset = 0
                while offset + FrameHeader.byteCount <= bytes.count {
                    defer { offset += 8 }
                    guard let peeked = FrameHeader(peeking: bytes, at: offset), peeked.checksum != 0,
                        let seed = seeds.first(where: { FrameHeader(checking: bytes, at: offset, seed: $0) != nil })
                    else { continue }
                    all.append(Frame(path: path, offset: offset, checked: peeked.checked, seed: seed))
                }
            }
        }
    }

    /// Puts a hostile number somewhere into what the checksum covers, mostly near the beginning of the body.
    package func mutate(_ frame: Frame, _ bytes: inout [UInt8], _ generator: inout SeededGenerator) {
        let lower = frame.offset + (generator.chance(15) ? 8 : FrameHeader.byteCount)
        let end = frame.offset + FrameHeader.byteCount + frame.checked
        guard lower < end else { return }
        let reach = generator.chance(60) ? min(end - lower, 64) : end - lower
        let place = lower + generator.below(reach)
        let numbers: [UInt64] = [
            0, 1, 0x7F, 0x80, 0xFF, 0xFFFF, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, 1 << 33, .max >> 1, 1 << 63, .max,
            UInt64(generator.below(1 << 16)), generator.next(),
        ]
        let number = numbers[generator.below(numbers.count)]
        // The lengths of the frame itself stay: without them nobody looks at the rest.
        for index in 0..<[1, 2, 4, 8, 10][generator.below(5)] where place + index < end {
            let at = place + index
            if (4..<8).contains(at - frame.offset) || (12..<16).contains(at - frame.offset) { continue }
            bytes[at] = index < 8 ? UInt8(truncatingIfNeeded: number >> UInt64(8 * index)) : 0x01
        }
    }

    package func sign(_ frame: Frame, _ bytes: inout [UInt8]) {
        let sum = bytes.withUnsafeBytes {
            Checksum.crc32c(
                UnsafeRawBufferPointer(
                    rebasing: $0[(frame.offset + 4)..<(frame.offset + FrameHeader.byteCount + frame.checked)]),
                seed: frame.seed)
        }
        for index in 0..<4 { bytes[frame.offset + index] = UInt8(truncatingIfNeeded: sum >> UInt32(8 * index)) }
    }
}
