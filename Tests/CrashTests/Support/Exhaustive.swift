#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// How much of a file is tried. Every byte takes minutes in a debug build; with AMBERLOG_EXHAUSTIVE set it is done.
enum Exhaustive {
    static let isWanted = getenv("AMBERLOG_EXHAUSTIVE") != nil

    /// Every byte of headers and of what isn't zero near them; of long stretches, one of so many.
    static func offsets(of bytes: [UInt8], in path: String) -> [Int] {
        if isWanted { return Array(bytes.indices) }
        let stride = path.hasPrefix("index/") ? 211 : 7
        let zeros = path.hasPrefix("index/") ? 4001 : 509
        return bytes.indices.filter { offset in
            if bytes[offset] == 0 { return offset.isMultiple(of: zeros) }
            return offset.isMultiple(of: stride) || offset < 64
        }
    }
}
