internal import AgentMemory
internal import CSearch

/// Decodes blocks of postings: rising numbers of messages, and how often each has the term.
enum PostingsBlock {
    /// 128 gaps of so many bits can't overflow 32 bits: what is decoded always rises.
    static let gapBitsMax = 24

    /// Decodes a block of a long list.
    ///
    /// - Parameters:
    ///   - bytes: From the block to the end of its page.
    ///   - next: One past the last number of the block before.
    ///   - last: What the last number must be.
    /// - Returns: How many there are; `nil` when the bytes can't be a block.
    @inline(__always)
    static func decode(
        _ bytes: UnsafeRawBufferPointer, after next: UInt32, last: UInt32,
        _ documents: UnsafeMutablePointer<UInt32>, _ counts: UnsafeMutablePointer<UInt32>
    ) -> Int? {
        guard bytes.count >= 2, let base = bytes.baseAddress else { return nil }
        let gapBits = Int(base.load(as: UInt8.self))
        let second = Int(base.load(fromByteOffset: 1, as: UInt8.self))
        if gapBits == 0xFF {
            let count = second + 1
            guard count <= RunLayout.blockValues,
                decodeVarints(bytes, from: 2, count: count, after: next, documents, counts) != nil,
                documents[count - 1] == last
            else { return nil }
            return count
        }
        guard gapBits <= gapBitsMax, second <= 8, bytes.count >= 2 + 16 * (gapBits + second) else { return nil }
        let packed = (base + 2).assumingMemoryBound(to: UInt8.self)
        // The first number is base + 1 + gap, so the base is one before the next.
        amber_unpack_ascending(packed, UInt32(gapBits), next &- 1, documents)
        guard documents[RunLayout.blockValues - 1] == last else { return nil }
        amber_unpack(packed + 16 * gapBits, UInt32(second), counts)
        return RunLayout.blockValues
    }

    /// Decodes a list of gaps with counts.
    ///
    /// - Returns: Where it ends; `nil` when the bytes can't be one.
    static func decodeVarints(
        _ bytes: UnsafeRawBufferPointer, from offset: Int, count: Int, after base: UInt32,
        _ documents: UnsafeMutablePointer<UInt32>, _ counts: UnsafeMutablePointer<UInt32>
    ) -> Int? {
        var at = offset
        var next = UInt64(base)
        for index in 0..<count {
            var value: UInt64 = 0
            var shift: UInt64 = 0
            while true {
                guard at < bytes.count, shift < 42 else { return nil }
                let byte = bytes[at]
                at &+= 1
                value |= UInt64(byte & 0x7F) << shift
                if byte < 0x80 { break }
                shift &+= 7
            }
            let document = next &+ value >> 1
            guard document < UInt64(RunLayout.documentsMax) else { return nil }
            documents[index] = UInt32(truncatingIfNeeded: document)
            if value & 1 == 1 {
                counts[index] = 0
            } else {
                guard at < bytes.count, bytes[at] > 0 else { return nil }
                counts[index] = UInt32(bytes[at]) &- 1
                at &+= 1
            }
            next = document &+ 1
        }
        return at
    }
}
