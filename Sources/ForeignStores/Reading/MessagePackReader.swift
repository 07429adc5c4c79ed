internal import AgentMemory

/// Reads MessagePack (https://github.com/msgpack/msgpack/blob/master/spec.md) value by value.
///
/// No bytes make it trap, run out of stack, or take more memory than a multiple of what is there: lengths are checked
/// against the bytes that are left, values that are passed over need no stack, and of values that are made there is a
/// limit.
struct MessagePackReader {
    /// What a value is. The elements of arrays and maps follow.
    enum Head: Equatable {
        case null
        case bool(Bool)
        case integer(Int64)
        /// One that is larger than any `Int64`.
        case large(UInt64)
        case double(Double)
        case string(Range<Int>)
        case bytes(Range<Int>)
        case array(Int)
        case map(Int)
        case `extension`(Int8, Range<Int>)
    }

    /// So many values are made at most, of all that is read with one reader.
    private static let valuesMax = 4 << 20

    let bytes: ArraySlice<UInt8>
    private(set) var position: Int
    private var values = 0

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        position = bytes.startIndex
    }

    var isAtEnd: Bool { position == bytes.endIndex }

    // MARK: One value

    /// Reads what comes next.
    mutating func head() throws(MemoryError) -> Head {
        let first = try byte()
        switch first {
        case 0x00...0x7F: return .integer(Int64(first))
        case 0xE0...0xFF: return .integer(Int64(Int8(bitPattern: first)))
        case 0x80...0x8F: return .map(try count(Int(first & 0x0F), of: 2))
        case 0x90...0x9F: return .array(try count(Int(first & 0x0F), of: 1))
        case 0xA0...0xBF: return .string(try take(Int(first & 0x1F)))
        case 0xC0: return .null
        case 0xC2: return .bool(false)
        case 0xC3: return .bool(true)
        case 0xC4, 0xC5, 0xC6: return .bytes(try take(try length(1 << (first - 0xC4))))
        case 0xC7, 0xC8, 0xC9:
            let count = try length(1 << (first - 0xC7))
            return .extension(Int8(bitPattern: try byte()), try take(count))
        case 0xCA: return .double(Double(Float(bitPattern: UInt32(try number(4)))))
        case 0xCB: return .double(Double(bitPattern: try number(8)))
        case 0xCC...0xCF:
            let number = try number(1 << (first - 0xCC))
            return Int64(exactly: number).map(Head.integer) ?? .large(number)
        case 0xD0: return .integer(Int64(Int8(truncatingIfNeeded: try number(1))))
        case 0xD1: return .integer(Int64(Int16(truncatingIfNeeded: try number(2))))
        case 0xD2: return .integer(Int64(Int32(truncatingIfNeeded: try number(4))))
        case 0xD3: return .integer(Int64(truncatingIfNeeded: try number(8)))
        case 0xD4...0xD8: return .extension(Int8(bitPattern: try byte()), try take(1 << (first - 0xD4)))
        case 0xD9, 0xDA, 0xDB: return .string(try take(try length(1 << (first - 0xD9))))
        case 0xDC, 0xDD: return .array(try count(try length(2 << (first - 0xDC)), of: 1))
        case 0xDE, 0xDF: return .map(try count(try length(2 << (first - 0xDE)), of: 2))
        default: throw .unreadable("The MessagePack has a byte that means nothing")
        }
    }

    /// Passes over one value and all that is in it.
    mutating func skip() throws(MemoryError) {
        var left = 1
        while left > 0 {
            left -= 1
            switch try head() {
            case .array(let count): left += count
            case .map(let count): left += 2 * count
            default: break
            }
        }
    }

    /// The text of a string.
    func text(_ range: Range<Int>) throws(MemoryError) -> String {
        guard let text = String(validating: bytes[range], as: UTF8.self) else {
            throw .unreadable("A text in the MessagePack is no UTF-8")
        }
        return text
    }

    /// The key of a member: a string.
    mutating func key() throws(MemoryError) -> String {
        guard case .string(let range) = try head() else { throw .unreadable("A key in the MessagePack is no text") }
        return try text(range)
    }

    // MARK: JSON

    /// Reads one value that is what JSON can be.
    mutating func json() throws(MemoryError) -> JSONValue { try json(depth: 0) }

    private mutating func json(depth: Int) throws(MemoryError) -> JSONValue {
        values += 1
        guard values <= Self.valuesMax else { throw .unreadable("The MessagePack has too many values") }
        guard depth < MemoryLimits.jsonDepth else { throw .unreadable("The MessagePack is nested too deep") }
        switch try head() {
        case .null: return .null
        case .bool(let value): return .bool(value)
        case .integer(let value): return .integer(value)
        case .large(let value): return .double(Double(value))
        case .double(let value):
            guard value.isFinite else { throw .unreadable("A number in the MessagePack is none that JSON has") }
            return .double(value)
        case .string(let range): return .string(try text(range))
        case .array(let count):
            var elements: [JSONValue] = []
            for _ in 0..<count { elements.append(try json(depth: depth + 1)) }
            return .array(elements)
        case .map(let count):
            var object: [String: JSONValue] = [:]
            for _ in 0..<count {
                let key = try key()
                object[key] = try json(depth: depth + 1)
            }
            return .object(object)
        case .bytes: throw .unreadable("The MessagePack has bytes where JSON has none")
        case .extension(let code, _): throw .unreadable("The MessagePack has an object (extension \(code)) inside")
        }
    }

    // MARK: Bytes

    private static let cutOff = MemoryError.unreadable("The MessagePack is cut off")

    private mutating func byte() throws(MemoryError) -> UInt8 {
        guard position < bytes.endIndex else { throw Self.cutOff }
        defer { position += 1 }
        return bytes[position]
    }

    /// A number of so many bytes, the highest first.
    private mutating func number(_ count: Int) throws(MemoryError) -> UInt64 {
        guard bytes.endIndex - position >= count else { throw Self.cutOff }
        defer { position += count }
        return bytes[position..<position + count].reduce(0) { $0 << 8 | UInt64($1) }
    }

    private mutating func length(_ count: Int) throws(MemoryError) -> Int {
        Int(truncatingIfNeeded: try number(count))
    }

    private mutating func take(_ count: Int) throws(MemoryError) -> Range<Int> {
        guard bytes.endIndex - position >= count else { throw Self.cutOff }
        defer { position += count }
        return position..<position + count
    }

    /// Every element takes a byte at least.
    private func count(_ count: Int, of bytesEach: Int) throws(MemoryError) -> Int {
        guard count <= (bytes.endIndex - position) / bytesEach else { throw Self.cutOff }
        return count
    }
}
