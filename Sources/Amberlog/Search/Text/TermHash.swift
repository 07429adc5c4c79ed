/// The 64-bit hash of a term, eight bytes at a time.
///
/// ```swift
/// TermHash.of(term) == TermHash.of(sameBytesElsewhere)
/// ```
///
/// The last bytes are filled up with zeros, which no term contains. Each step is a bijection, so terms of up to eight
/// bytes never collide with each other. The last step is the finalizer of MurmurHash3 (public domain).
/// Not meant to withstand somebody who looks for collisions.
package enum TermHash {
    static let seed: UInt64 = 0x9E37_79B9_7F4A_7C15

    @inline(__always)
    static func add(_ block: UInt64, to hash: UInt64) -> UInt64 {
        let product = (hash ^ block) &* 0xD6E8_FEB8_6659_FD93
        return product ^ product >> 32
    }

    @inline(__always)
    static func finish(_ hash: UInt64) -> UInt64 {
        var hash = hash
        hash = (hash ^ hash >> 33) &* 0xFF51_AFD7_ED55_8CCD
        hash = (hash ^ hash >> 33) &* 0xC4CE_B9FE_1A85_EC53
        return hash ^ hash >> 33
    }

    /// The hash of any bytes, in time linear in their number.
    package static func of(_ term: UnsafeRawBufferPointer) -> UInt64 {
        var hash = seed
        var at = 0
        while at &+ 8 <= term.count {
            hash = add(UInt64(littleEndian: term.loadUnaligned(fromByteOffset: at, as: UInt64.self)), to: hash)
            at &+= 8
        }
        if at < term.count {
            var block: UInt64 = 0
            var shift: UInt64 = 0
            while at < term.count {
                block |= UInt64(term[at]) &<< shift
                shift &+= 8
                at &+= 1
            }
            hash = add(block, to: hash)
        }
        return finish(hash)
    }
}
