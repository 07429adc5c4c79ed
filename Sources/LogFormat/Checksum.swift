private import CChecksum

/// The checksums of the format.
public enum Checksum {
    /// CRC-32C of the bytes, continued from `seed`.
    ///
    /// About 20 GB/s where the processor has the instruction.
    public static func crc32c(_ bytes: UnsafeRawBufferPointer, seed: UInt32) -> UInt32 {
        amber_crc32c(seed, bytes.baseAddress, bytes.count)
    }

    /// What ``crc32c(_:of:prefixes:seed:)`` works from: 4 bytes for each 8.
    static func prefixes(of bytes: UnsafeRawBufferPointer) -> [UInt32] {
        [UInt32](unsafeUninitializedCapacity: bytes.count / 8 + 1) { buffer, initialized in
            amber_crc32c_prefixes(bytes.baseAddress, bytes.count, buffer.baseAddress)
            initialized = buffer.count
        }
    }

    /// CRC-32C of a part of the bytes, in O(log *n*) for a part of *n* bytes.
    static func crc32c(
        _ part: Range<Int>, of bytes: UnsafeRawBufferPointer, prefixes: [UInt32], seed: UInt32
    ) -> UInt32 {
        prefixes.withUnsafeBufferPointer {
            amber_crc32c_range(bytes.baseAddress, $0.baseAddress, part.lowerBound, part.upperBound, seed)
        }
    }

    /// Whether every byte is below 0x80.
    public static func isASCII(_ bytes: UnsafeRawBufferPointer) -> Bool {
        amber_is_ascii(bytes.baseAddress, bytes.count) != 0
    }

    /// Whether every byte is 0.
    public static func isZero(_ bytes: UnsafeRawBufferPointer) -> Bool {
        amber_is_zero(bytes.baseAddress, bytes.count) != 0
    }

    /// The first offset from `from` on, in steps of 8, where a frame of a kind may begin, by its kind alone.
    static func find(_ kind: FrameKind, in bytes: UnsafeRawBufferPointer, from offset: Int) -> Int? {
        let found = amber_find_kind(bytes.baseAddress, bytes.count, offset, kind.rawValue)
        return found < bytes.count ? found : nil
    }

    /// SipHash-2-4-128 of a client's message id, keyed by the store: what the store remembers instead of the id.
    ///
    /// A keyed hash, because ids come from outside: whoever could make two ids collide could make a message vanish.
    public static func hash(ofID bytes: UnsafeRawBufferPointer, key: Identity) -> Identity {
        withUnsafeTemporaryAllocation(of: UInt64.self, capacity: 4) { words in
            guard let base = words.baseAddress else { return Identity(high: 0, low: 0) }
            words.initialize(repeating: 0)
            words[0] = key.high.littleEndian
            words[1] = key.low.littleEndian
            amber_siphash128(
                UnsafeRawPointer(base).assumingMemoryBound(to: UInt8.self), bytes.baseAddress, bytes.count, base + 2)
            return Identity(high: words[2], low: words[3])
        }
    }
}
