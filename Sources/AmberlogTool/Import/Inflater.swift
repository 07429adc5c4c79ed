internal import AgentMemory
internal import CZlib

/// Inflates gzip: one member after another, as concatenated files have them.
final class Inflater {
    enum Failure: Error {
        case source(MemoryError)
        case data(String)
    }

    static let magic: [UInt8] = [0x1F, 0x8B]
    private static let inputBytes = 128 << 10
    /// A gzip header, and the largest window.
    private static let windowBits: Int32 = 15 + 16

    private let stream: UnsafeMutablePointer<z_stream>
    private let input: UnsafeMutableRawBufferPointer
    private var isInMember = false
    private var isAtEnd = false

    init() throws(MemoryError) {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        input = .allocate(byteCount: Self.inputBytes, alignment: 8)
        let status = inflateInit2_(stream, Self.windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        guard status == Z_OK else {
            throw MemoryError(.inputOutput, "zlib can't be started (\(status))")
        }
        isInMember = true
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
        input.deallocate()
    }

    /// Fills the buffer as far as the data goes. Returns 0 at the end of the last member.
    ///
    /// - Parameter more: Reads compressed bytes; returns 0 at their end.
    func read(
        into buffer: UnsafeMutableRawBufferPointer,
        _ more: (UnsafeMutableRawBufferPointer) throws(Failure) -> Int
    ) throws(Failure) -> Int {
        stream.pointee.next_out = buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
        stream.pointee.avail_out = UInt32(buffer.count)
        while stream.pointee.avail_out > 0, !isAtEnd {
            if stream.pointee.avail_in == 0 {
                let count = try more(input)
                if count == 0 {
                    guard !isInMember else { throw .data("The compressed data ends too early") }
                    isAtEnd = true
                    break
                }
                stream.pointee.next_in = input.baseAddress?.assumingMemoryBound(to: UInt8.self)
                stream.pointee.avail_in = UInt32(count)
            }
            if !isInMember, !startMember() { break }
            let status = inflate(stream, Z_NO_FLUSH)
            switch status {
            case Z_OK, Z_BUF_ERROR: break
            case Z_STREAM_END: isInMember = false
            default: throw .data("The compressed data is damaged")
            }
        }
        return buffer.count - Int(stream.pointee.avail_out)
    }

    /// Another member may follow; zeros that fill up a block, or anything else, end the data as they do for gzip itself.
    private func startMember() -> Bool {
        guard let next = stream.pointee.next_in, next.pointee == Self.magic[0] else {
            isAtEnd = true
            return false
        }
        inflateReset(stream)
        isInMember = true
        return true
    }
}
