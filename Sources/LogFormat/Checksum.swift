private import CChecksum

/// The checksums of the format.
public enum Checksum {
    /// CRC-32C of the bytes, continued from `seed`.
    ///
    /// About 20 GB/s where the processor has the instruction.
    public static func crc32c(_ bytes: UnsafeRawBufferPointer, seed: UInt32) -> UInt32 {
        amber_crc32c(seed, bytes.baseAddress, bytes.count)
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
