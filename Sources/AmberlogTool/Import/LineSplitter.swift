internal import LogFormat

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// Cuts blocks of bytes into lines, without their ends. A line that spans blocks is put together in a buffer.
final class LineSplitter {
    enum Piece {
        case line(UnsafeRawBufferPointer, number: Int)
        /// A line over the limit; its bytes are passed over.
        case tooLong(number: Int)
    }

    static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
    /// What the largest message takes when every character of it is escaped, and its metadata.
    static let lineBytesMax = 112 << 20

    private var block = UnsafeRawBufferPointer(start: nil, count: 0)
    private var at = 0
    private var number = 0
    /// The beginning of a line, from earlier blocks.
    private var carry = ByteWriter(capacity: 64 << 10)
    private var isCarryUsed = false
    private var isTooLong = false

    /// Goes on with the next block. It must stay as it is until ``next()`` returns `nil`, and so must every piece
    /// until the next one is asked for.
    func begin(_ bytes: UnsafeRawBufferPointer) {
        block = bytes
        at = 0
    }

    /// The next whole line, `nil` when the block is used up.
    func next() -> Piece? {
        if isCarryUsed {
            dropCarry()
            isCarryUsed = false
        }
        guard at < block.count else { return nil }
        let rest = UnsafeRawBufferPointer(rebasing: block[at...])
        guard let end = Self.newline(in: rest) else {
            keep(rest)
            at = block.count
            return nil
        }
        at += end + 1
        number += 1
        let line = UnsafeRawBufferPointer(rebasing: rest[..<end])
        if isTooLong {
            isTooLong = false
            return .tooLong(number: number)
        }
        if carry.count == 0 { return piece(line) }
        keep(line)
        if isTooLong {
            isTooLong = false
            return .tooLong(number: number)
        }
        isCarryUsed = true
        return piece(carry.bytes)
    }

    /// The last line, when no newline ends it.
    func finish() -> Piece? {
        if isCarryUsed || (carry.count == 0 && !isTooLong) { return nil }
        number += 1
        isCarryUsed = true
        if isTooLong { return .tooLong(number: number) }
        return piece(carry.bytes)
    }

    private func piece(_ line: UnsafeRawBufferPointer) -> Piece {
        var line = line
        if number == 1, line.starts(with: Self.byteOrderMark) { line = UnsafeRawBufferPointer(rebasing: line[3...]) }
        return .line(line, number: number)
    }

    private func keep(_ bytes: UnsafeRawBufferPointer) {
        if isTooLong { return }
        if carry.count + bytes.count > Self.lineBytesMax {
            isTooLong = true
            dropCarry()
        } else {
            carry.append(bytes)
        }
    }

    private func dropCarry() {
        if carry.capacity > 1 << 20 { carry = ByteWriter(capacity: 64 << 10) } else { carry.removeAll() }
    }

    static func newline(in bytes: UnsafeRawBufferPointer) -> Int? {
        guard let base = bytes.baseAddress, let found = memchr(base, 0x0A, bytes.count) else { return nil }
        return UnsafeRawPointer(found) - base
    }
}
