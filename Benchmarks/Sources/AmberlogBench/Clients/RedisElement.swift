import CZlibClient
import Glibc

/// A message as `RedisBackend` keeps it in a list: `sequence:size:` and JSON, or `z`, the length of that JSON, `:` and the
/// JSON as zlib makes it.
///
/// IMPORTANT: to be kept as Sources/AmberlogRedis has it (MessageCodec, Deflate); arguments are compared byte by byte
/// before anything is timed.
final class RedisElement {
    private static let compressedMin = 512

    private let deflating = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    private let inflating = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    private var json: [UInt8] = []
    private var inflated: [UInt8] = []

    init() throws {
        deflating.initialize(to: z_stream())
        inflating.initialize(to: z_stream())
        let size = Int32(MemoryLayout<z_stream>.size)
        guard deflateInit2_(deflating, 3, Z_DEFLATED, 14, 6, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size) == Z_OK,
            inflateInit2_(inflating, 15, ZLIB_VERSION, size) == Z_OK
        else { throw EngineError("zlib") }
    }

    deinit {
        deflateEnd(deflating)
        inflateEnd(inflating)
        deflating.deallocate()
        inflating.deallocate()
    }

    // MARK: Writing

    /// Appends what follows the sequence and the size.
    func append(_ pool: MessagePool, _ index: Int, to bytes: inout [UInt8]) {
        let entry = pool.entries[index]
        let (content, metadata) = (pool.content(index), pool.metadata(index))
        json.removeAll(keepingCapacity: true)
        json.append(
            contentsOf: (entry.role == 1 ? #"{"role":"user","content":""# : #"{"role":"assistant","content":""#).utf8)
        // ASCII, and of what JSON escapes there are quotes, backslashes and the ends of lines.
        var copied = 0
        for at in content.indices {
            let byte = content[at]
            guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else { continue }
            json.append(contentsOf: content[copied..<at])
            json.append(UInt8(ascii: "\\"))
            json.append(byte == 0x0A ? UInt8(ascii: "n") : byte)
            copied = at + 1
        }
        json.append(contentsOf: content[copied...])
        json.append(contentsOf: #"","timestamp":""#.utf8)
        Self.appendDate(entry.time, to: &json)
        json.append(contentsOf: #"","metadata":"#.utf8)
        json.append(contentsOf: metadata)
        json.append(UInt8(ascii: "}"))
        guard json.count >= Self.compressedMin, appendCompressed(to: &bytes) else {
            bytes.append(contentsOf: json)
            return
        }
    }

    /// Appends the JSON compressed, if that is an eighth less.
    private func appendCompressed(to bytes: inout [UInt8]) -> Bool {
        let (start, limit) = (bytes.count, json.count - json.count / 8)
        bytes.append(UInt8(ascii: "z"))
        bytes.append(contentsOf: String(json.count).utf8)
        bytes.append(UInt8(ascii: ":"))
        let head = bytes.count
        bytes.append(contentsOf: repeatElement(0, count: limit))
        deflateReset(deflating)
        let isDone = json.withUnsafeMutableBufferPointer { json in
            bytes.withUnsafeMutableBufferPointer { bytes in
                deflating.pointee.next_in = json.baseAddress
                deflating.pointee.avail_in = UInt32(json.count)
                deflating.pointee.next_out = bytes.baseAddress! + head
                deflating.pointee.avail_out = UInt32(limit)
                return deflate(deflating, Z_FINISH) == Z_STREAM_END
            }
        }
        bytes.removeLast(isDone ? Int(deflating.pointee.avail_out) : bytes.count - start)
        return isDone
    }

    private static func appendDate(_ microseconds: Int64, to bytes: inout [UInt8]) {
        var seconds = time_t(microseconds / 1_000_000)
        var date = tm()
        gmtime_r(&seconds, &date)
        func digits(_ number: Int, _ count: Int) {
            var divisor = 1
            for _ in 1..<count { divisor *= 10 }
            while divisor > 0 {
                bytes.append(UInt8(ascii: "0") + UInt8(number / divisor % 10))
                divisor /= 10
            }
        }
        let fields = [(Int(date.tm_year) + 1900, 4, "-"), (Int(date.tm_mon) + 1, 2, "-"), (Int(date.tm_mday), 2, "T")]
        for (number, count, mark) in fields {
            digits(number, count)
            bytes.append(mark.utf8.first!)
        }
        for (number, mark) in [(date.tm_hour, ":"), (date.tm_min, ":"), (date.tm_sec, ".")] {
            digits(Int(number), 2)
            bytes.append(mark.utf8.first!)
        }
        digits(Int(microseconds % 1_000_000), 6)
        bytes.append(UInt8(ascii: "Z"))
    }

    // MARK: Reading

    func read(_ element: UnsafeRawBufferPointer, into page: inout ClientPage) throws {
        var scanner = Scanner(element)
        guard let sequence = scanner.number(), scanner.take(":"), scanner.number() != nil, scanner.take(":") else {
            throw Scanner.damaged
        }
        guard scanner.take("z") else { return try Self.read(&scanner, UInt64(sequence), into: &page) }
        guard let count = scanner.number(), scanner.take(":"), count <= 1 << 28 else { throw Scanner.damaged }
        if inflated.count < count { inflated = Array(repeating: 0, count: Int(count) * 2) }
        inflateReset(inflating)
        try inflated.withUnsafeMutableBytes { inflated in
            inflating.pointee.next_in = UnsafeMutablePointer(
                mutating: scanner.bytes.baseAddress!.assumingMemoryBound(to: UInt8.self) + scanner.at)
            inflating.pointee.avail_in = UInt32(element.count - scanner.at)
            inflating.pointee.next_out = inflated.baseAddress!.assumingMemoryBound(to: UInt8.self)
            inflating.pointee.avail_out = UInt32(count)
            guard inflate(inflating, Z_FINISH) == Z_STREAM_END, inflating.pointee.avail_out == 0 else {
                throw Scanner.damaged
            }
            var scanner = Scanner(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(inflated)[..<Int(count)]))
            try Self.read(&scanner, UInt64(sequence), into: &page)
        }
    }

    private static func read(_ scanner: inout Scanner, _ sequence: UInt64, into page: inout ClientPage) throws {
        guard scanner.take(#"{"role":""#), let role = scanner.text(), scanner.take(#","content":""#),
            let content = scanner.text(), scanner.take(#","timestamp":""#), let date = scanner.text(),
            scanner.take(#","metadata":"#), let metadata = scanner.object(), scanner.take("}"), scanner.isAtEnd,
            let time = time(date.bytes)
        else { throw Scanner.damaged }
        page.append(
            sequence: sequence, time: time, role: role.bytes, content: content.string, metadata: metadata)
    }

    private static func time(_ date: UnsafeRawBufferPointer) -> Int64? {
        guard date.count == 27 else { return nil }
        func number(_ start: Int, _ count: Int) -> Int32 {
            var number: Int32 = 0
            for at in start..<start + count { number = number * 10 + Int32(date[at] &- 48) }
            return number
        }
        var civil = tm()
        civil.tm_year = number(0, 4) - 1900
        civil.tm_mon = number(5, 2) - 1
        civil.tm_mday = number(8, 2)
        (civil.tm_hour, civil.tm_min, civil.tm_sec) = (number(11, 2), number(14, 2), number(17, 2))
        return Int64(timegm(&civil)) * 1_000_000 + Int64(number(20, 6))
    }
}

/// Reads JSON of a known form, in place.
private struct Scanner {
    static let damaged = EngineError("redis client: an element is none")

    struct Text {
        var bytes: UnsafeRawBufferPointer
        var hasEscapes: Bool

        var string: String {
            guard hasEscapes else { return String(decoding: bytes, as: UTF8.self) }
            return String(unsafeUninitializedCapacity: bytes.count) { target in
                var (at, count) = (0, 0)
                while at < bytes.count {
                    let isEscape = bytes[at] == UInt8(ascii: "\\")
                    if isEscape { at += 1 }
                    target[count] = isEscape && bytes[at] == UInt8(ascii: "n") ? 0x0A : bytes[at]
                    count += 1
                    at += 1
                }
                return count
            }
        }
    }

    let bytes: UnsafeRawBufferPointer
    var at = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    var isAtEnd: Bool { at == bytes.count }

    @inline(__always)
    mutating func take(_ text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        guard bytes.count - at >= count, memcmp(bytes.baseAddress! + at, text.utf8Start, count) == 0 else {
            return false
        }
        at += count
        return true
    }

    @inline(__always)
    mutating func number() -> Int64? {
        let start = at
        var number: Int64 = 0
        while at < bytes.count, bytes[at] &- 48 <= 9, at - start < 18 {
            number = number * 10 + Int64(bytes[at] &- 48)
            at += 1
        }
        return at > start ? number : nil
    }

    /// A text up to its closing quote, which is taken.
    @inline(__always)
    mutating func text() -> Text? {
        let start = at
        var hasEscapes = false
        while at < bytes.count {
            switch bytes[at] {
            case UInt8(ascii: "\""):
                at += 1
                return Text(bytes: UnsafeRawBufferPointer(rebasing: bytes[start..<at - 1]), hasEscapes: hasEscapes)
            case UInt8(ascii: "\\"):
                hasEscapes = true
                at += 2
            default: at += 1
            }
        }
        return nil
    }

    /// An object without objects in it.
    @inline(__always)
    mutating func object() -> UnsafeRawBufferPointer? {
        let start = at
        guard take("{") else { return nil }
        while at < bytes.count, bytes[at] != UInt8(ascii: "}") {
            let isText = bytes[at] == UInt8(ascii: "\"")
            at += 1
            if isText, text() == nil { return nil }
        }
        guard take("}") else { return nil }
        return UnsafeRawBufferPointer(rebasing: bytes[start..<at])
    }
}
