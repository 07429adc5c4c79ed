import AgentMemory
import CZlib

@testable import AmberlogTool

/// Compressed input: however it comes and whatever room there is, the same bytes come out.
extension FuzzTarget {
    static let inflate = FuzzTarget("inflate", rounds: 600, seeds: seedCompressed) { input in
        let whole = try inflated(input, pieces: input.count, room: 64 << 10)
        let parts = try inflated(input, pieces: 7, room: 1000)
        try require(whole.bytes.starts(with: parts.bytes) || parts.bytes.starts(with: whole.bytes), "Other bytes")
        if max(whole.bytes.count, parts.bytes.count) >= inflatedMax { return }
        try require(whole.isWhole == parts.isWhole, "Damaged only in one piece, or only in several")
        try require(!whole.isWhole || whole.bytes == parts.bytes, "Other bytes at the end")
    }

    /// So many bytes of output are enough.
    private static let inflatedMax = 1 << 20

    private static func inflated(
        _ input: UnsafeRawBufferPointer, pieces: Int, room: Int
    ) throws -> (bytes: [UInt8], isWhole: Bool) {
        let inflater = try Inflater()
        var rest = input[...]
        var output: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: room)
        while output.count < inflatedMax {
            let count = try? buffer.withUnsafeMutableBytes { buffer in
                try inflater.read(into: buffer) { (target) throws(Inflater.Failure) in
                    let piece = rest.prefix(min(pieces, target.count))
                    rest = rest.dropFirst(piece.count)
                    target.copyBytes(from: piece)
                    return piece.count
                }
            }
            guard let count else { return (output, false) }
            if count == 0 { break }
            output += buffer[..<count]
        }
        return (output, true)
    }

    @Sendable private static func seedCompressed() throws -> [String: [UInt8]] {
        let text = Array(#"{"session_id":"s","role":"user","content":"Hello, hello, hello"}"#.utf8)
        let one = try gzip(text)
        return [
            "one": one, "empty": try gzip([]), "two": one + (try gzip(Array("x".utf8))), "cut": one.dropLast(9),
            "filled": one + [0, 0, 0, 0], "long": try gzip([UInt8](repeating: 0x61, count: 20_000)),
            "something-behind": one + text, "a-member-behind-something": one + [0x66] + one,
        ]
    }

    /// One gzip member.
    ///
    /// - Throws: ``Contradiction`` when zlib fails.
    package static func gzip(_ input: [UInt8]) throws -> [UInt8] {
        var stream = z_stream()
        let begun = deflateInit2_(
            &stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        try require(begun == Z_OK, "zlib can't be started")
        defer { deflateEnd(&stream) }
        var output = [UInt8](repeating: 0, count: Int(deflateBound(&stream, UInt(input.count))))
        let status = input.withUnsafeBufferPointer { source in
            output.withUnsafeMutableBufferPointer { target in
                stream.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
                stream.avail_in = UInt32(source.count)
                stream.next_out = target.baseAddress
                stream.avail_out = UInt32(target.count)
                return deflate(&stream, Z_FINISH)
            }
        }
        try require(status == Z_STREAM_END, "zlib doesn't end")
        return Array(output[..<Int(stream.total_out)])
    }
}
