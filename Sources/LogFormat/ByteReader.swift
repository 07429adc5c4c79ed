/// A cursor over bytes that checks every read against the end. All numbers are little-endian.
///
/// ```swift
/// var reader = ByteReader(bytes)
/// let count = try reader.uint32()
/// let id = try reader.slice(16)
/// ```
public struct ByteReader {
    public let bytes: UnsafeRawBufferPointer
    public private(set) var offset: Int

    public init(_ bytes: UnsafeRawBufferPointer, from offset: Int = 0) {
        self.bytes = bytes
        self.offset = offset
    }

    public var remaining: Int { bytes.count - offset }
    public var isAtEnd: Bool { offset >= bytes.count }

    /// The next `count` bytes.
    public mutating func slice(_ count: Int) throws(FormatError) -> UnsafeRawBufferPointer {
        guard count >= 0, count <= remaining else { throw FormatError(.truncated, at: offset) }
        let part = UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + count])
        offset += count
        return part
    }

    private mutating func integer<T: FixedWidthInteger & BitwiseCopyable>(_ type: T.Type) throws(FormatError) -> T {
        let size = MemoryLayout<T>.size
        guard size <= remaining else { throw FormatError(.truncated, at: offset) }
        let value = bytes.loadUnaligned(fromByteOffset: offset, as: T.self)
        offset += size
        return T(littleEndian: value)
    }

    public mutating func uint8() throws(FormatError) -> UInt8 { try integer(UInt8.self) }
    public mutating func uint16() throws(FormatError) -> UInt16 { try integer(UInt16.self) }
    public mutating func uint32() throws(FormatError) -> UInt32 { try integer(UInt32.self) }
    public mutating func uint64() throws(FormatError) -> UInt64 { try integer(UInt64.self) }
    public mutating func int64() throws(FormatError) -> Int64 { try integer(Int64.self) }

    /// A number, a count, a length or an offset: 8 bytes, at most ``Limits/numberMax``.
    public mutating func number() throws(FormatError) -> UInt64 {
        let start = offset
        let value = try uint64()
        guard value <= Limits.numberMax else { throw FormatError(.bounds, at: start) }
        return value
    }

    /// The same as a varint.
    public mutating func varnumber() throws(FormatError) -> UInt64 {
        let start = offset
        let value = try varint()
        guard value <= Limits.numberMax else { throw FormatError(.bounds, at: start) }
        return value
    }

    /// An unsigned LEB128 number.
    public mutating func varint() throws(FormatError) -> UInt64 {
        let start = offset
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            guard offset < bytes.count else { throw FormatError(.truncated, at: start) }
            let byte = bytes[offset]
            offset += 1
            // The tenth byte has room for one bit.
            guard shift < 63 || byte <= 1 else { throw FormatError(.bounds, at: start) }
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
    }

    /// A signed number, zigzag-coded: 0, -1, 1, -2, …
    public mutating func signedVarint() throws(FormatError) -> Int64 {
        let value = try varint()
        return Int64(bitPattern: (value >> 1) ^ (0 &- (value & 1)))
    }

    /// A 16-byte identity.
    public mutating func identity() throws(FormatError) -> Identity {
        Identity(high: try uint64(), low: try uint64())
    }

    /// A text with its length in bytes before it.
    public mutating func text(maximum: Int) throws(FormatError) -> String {
        let start = offset
        let count = try varint()
        guard count <= UInt64(maximum) else { throw FormatError(.bounds, at: start) }
        let part = try slice(Int(count))
        guard let text = String(validating: part, as: UTF8.self) else { throw FormatError(.text, at: start) }
        return text
    }
}

/// The random identity of a store or a file.
@frozen
public struct Identity: Sendable, Hashable, CustomStringConvertible {
    public var high: UInt64
    public var low: UInt64

    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// A new one from the system's random source.
    public static func random() -> Identity {
        var generator = SystemRandomNumberGenerator()
        return Identity(high: generator.next(), low: generator.next())
    }

    public var description: String {
        let digits = String(high, radix: 16), more = String(low, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
            + String(repeating: "0", count: 16 - more.count) + more
    }

    /// What the checksums of a file with this identity start from, so that frames of another file don't pass.
    public var checksumSeed: UInt32 {
        withUnsafeTemporaryAllocation(byteCount: 16, alignment: 8) { buffer in
            buffer.storeBytes(of: high.littleEndian, toByteOffset: 0, as: UInt64.self)
            buffer.storeBytes(of: low.littleEndian, toByteOffset: 8, as: UInt64.self)
            return Checksum.crc32c(UnsafeRawBufferPointer(buffer), seed: 0)
        }
    }
}
