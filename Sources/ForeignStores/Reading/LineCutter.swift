internal import AgentMemory

/// Cuts blocks of bytes into lines, without their ends. A line that spans blocks is put together.
struct LineCutter {
    struct Line {
        /// `nil` for a line that is longer than it may be.
        var bytes: ArraySlice<UInt8>?
        var number: Int

        /// The line as JSON.
        func json() throws(MemoryError) -> JSONValue {
            guard let bytes else {
                throw MemoryError(.tooLarge, "The line is longer than \(ReadingLimits.recordBytes) bytes")
            }
            return try JSONValue(parsing: Array(bytes))
        }
    }

    private var carry: [UInt8] = []
    private var isTooLong = false
    /// The number of the last line given, from 1.
    private(set) var number = 0

    /// The lines that end in the block, without empty ones.
    mutating func add(_ block: UnsafeRawBufferPointer) -> [Line] {
        var lines: [Line] = []
        var start = 0
        while start < block.count {
            let rest = UnsafeRawBufferPointer(rebasing: block[start...])
            guard let end = rest.firstIndex(of: 0x0A) else {
                keep(rest)
                break
            }
            keep(UnsafeRawBufferPointer(rebasing: rest[..<end]))
            if let line = take() { lines.append(line) }
            start += end + 1
        }
        return lines
    }

    /// The last line, when no newline ends it.
    mutating func finish() -> Line? {
        carry.isEmpty && !isTooLong ? nil : take()
    }

    private mutating func keep(_ bytes: UnsafeRawBufferPointer) {
        if isTooLong { return }
        if carry.count + bytes.count > ReadingLimits.recordBytes {
            (carry, isTooLong) = ([], true)
        } else {
            carry.append(contentsOf: bytes)
        }
    }

    private mutating func take() -> Line? {
        defer { (carry, isTooLong) = ([], false) }
        number += 1
        if isTooLong { return Line(bytes: nil, number: number) }
        var line = carry[...]
        if number == 1, line.starts(with: [0xEF, 0xBB, 0xBF]) { line = line.dropFirst(3) }
        return line.contains { $0 > 0x20 } ? Line(bytes: line, number: number) : nil
    }
}
