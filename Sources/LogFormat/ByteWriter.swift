/// A growing run of bytes in memory of its own. All numbers are little-endian.
///
/// Not copyable, so that growing never copies behind one's back, and uninitialized beyond its count, unlike `[UInt8]`.
public struct ByteWriter: ~Copyable {
    public private(set) var base: UnsafeMutableRawPointer
    public private(set) var count: Int
    public private(set) var capacity: Int

    public init(capacity: Int = 256) {
        self.capacity = Swift.max(capacity, 64)
        count = 0
        base = .allocate(byteCount: self.capacity, alignment: 8)
    }

    deinit {
        base.deallocate()
    }

    public var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count) }

    public mutating func removeAll() {
        count = 0
    }

    public mutating func reserve(_ additional: Int) {
        if count &+ additional > capacity { grow(additional) }
    }

    private mutating func grow(_ additional: Int) {
        let larger = Swift.max(capacity * 2, count + additional)
        let memory = UnsafeMutableRawPointer.allocate(byteCount: larger, alignment: 8)
        memory.copyMemory(from: base, byteCount: count)
        base.deallocate()
        base = memory
        capacity = larger
    }

    private mutating func append<T: FixedWidthInteger & BitwiseCopyable>(integer value: T) {
        reserve(MemoryLayout<T>.size)
        base.storeBytes(of: value.littleEndian, toByteOffset: count, as: T.self)
        count += MemoryLayout<T>.size
    }

    public mutating func append(_ value: UInt8) { append(integer: value) }
    public mutating func append(_ value: UInt16) { append(integer: value) }
    public mutating func append(_ value: UInt32) { append(integer: value) }
    public mutating func append(_ value: UInt64) { append(integer: value) }
    public mutating func append(_ value: Int64) { append(integer: value) }

    public mutating func append(_ identity: Identity) {
        append(identity.high)
        append(identity.low)
    }

    public mutating func append(_ part: UnsafeRawBufferPointer) {
        guard let source = part.baseAddress, part.count > 0 else { return }
        reserve(part.count)
        (base + count).copyMemory(from: source, byteCount: part.count)
        count += part.count
    }

    /// An unsigned LEB128 number.
    public mutating func append(varint value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(rest))
    }

    /// A signed number, zigzag-coded.
    public mutating func append(signedVarint value: Int64) {
        append(varint: UInt64(bitPattern: (value << 1) ^ (value >> 63)))
    }

    /// A text, with its length in bytes before it.
    public mutating func append(text: String) {
        var text = text
        text.withUTF8 { utf8 in
            append(varint: UInt64(utf8.count))
            append(UnsafeRawBufferPointer(utf8))
        }
    }

    /// Forgets the bytes from an offset on.
    public mutating func truncate(to size: Int) {
        precondition(size <= count)
        count = size
    }

    /// Fills with zeros up to `size`.
    public mutating func pad(to size: Int) {
        guard size > count else { return }
        reserve(size - count)
        (base + count).initializeMemory(as: UInt8.self, repeating: 0, count: size - count)
        count = size
    }

    /// Overwrites what stands at an offset.
    public mutating func store(_ value: UInt32, at offset: Int) {
        precondition(offset + 4 <= count)
        base.storeBytes(of: value.littleEndian, toByteOffset: offset, as: UInt32.self)
    }

    /// Overwrites the byte at an offset.
    public mutating func store(_ value: UInt8, at offset: Int) {
        precondition(offset < count)
        base.storeBytes(of: value, toByteOffset: offset, as: UInt8.self)
    }

    /// Grows by bytes that `fill` writes; it returns how many it wrote.
    public mutating func append(upTo maximum: Int, _ fill: (UnsafeMutableRawBufferPointer) -> Int) {
        reserve(maximum)
        let written = fill(UnsafeMutableRawBufferPointer(start: base + count, count: maximum))
        precondition(written >= 0 && written <= maximum)
        count += written
    }

    /// Gives the memory away: the receiver deallocates it.
    public consuming func take() -> (base: UnsafeMutableRawPointer, count: Int) {
        let result = (base, count)
        discard self
        return result
    }

    /// A copy, for tests and small results.
    public func array() -> [UInt8] { Array(bytes) }
}
