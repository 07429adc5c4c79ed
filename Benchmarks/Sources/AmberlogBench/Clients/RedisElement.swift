import CLZ4Client
import Glibc

/// A message as `RedisBackend` keeps it in a list: `sequence:size:` and JSON, or `l`, the length of that JSON, `:`, its
/// CRC-32C and the JSON as an LZ4 block.
///
/// IMPORTANT: to be kept as Sources/AmberlogRedis has it (MessageCodec, LZ4Block); arguments are compared byte by byte
/// before anything is timed.
final class RedisElement {
    private static let compressedMin = 256

    private var json: [UInt8] = []
    private var plain: [UInt8] = []

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
        let (start, limit) = (bytes.count, json.count - json.count / 8 - 4)
        bytes.append(UInt8(ascii: "l"))
        bytes.append(contentsOf: String(json.count).utf8)
        bytes.append(UInt8(ascii: ":"))
        withUnsafeBytes(of: client_crc32c(json, json.count).littleEndian) { bytes.append(contentsOf: $0) }
        let head = bytes.count
        bytes.append(contentsOf: repeatElement(0, count: limit))
        let count = json.withUnsafeBytes { json in
            bytes.withUnsafeMutableBytes { bytes in
                Int(
                    LZ4_compress_default(
                        json.baseAddress!.assumingMemoryBound(to: CChar.self),
                        (bytes.baseAddress! + head).assumingMemoryBound(to: CChar.self), Int32(json.count),
                        Int32(limit)))
            }
        }
        bytes.removeLast(count > 0 ? limit - count : bytes.count - start)
        return count > 0
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
        guard scanner.take("l") else { return try Self.read(&scanner, UInt64(sequence), into: &page) }
        guard let number = scanner.number(), scanner.take(":"), number <= 1 << 28, element.count > scanner.at + 4 else {
            throw Scanner.damaged
        }
        let count = Int(number)
        let checksum = UInt32(littleEndian: element.loadUnaligned(fromByteOffset: scanner.at, as: UInt32.self))
        let block = UnsafeRawBufferPointer(rebasing: element[(scanner.at + 4)...])
        if plain.count < count { plain = Array(repeating: 0, count: count * 2) }
        try plain.withUnsafeMutableBytes { plain in
            let written = LZ4_decompress_safe(
                block.baseAddress!.assumingMemoryBound(to: CChar.self),
                plain.baseAddress!.assumingMemoryBound(to: CChar.self), Int32(block.count), Int32(count))
            guard written == count, client_crc32c(plain.baseAddress!, count) == checksum else { throw Scanner.damaged }
            var scanner = Scanner(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(plain)[..<count]))
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
