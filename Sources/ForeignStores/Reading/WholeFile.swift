internal import AgentMemory

/// A file that is read as one: its bytes, as far as they may be held.
struct WholeFile {
    private(set) var bytes: [UInt8] = []
    private var isTooLong = false

    mutating func add(_ block: UnsafeRawBufferPointer) {
        if isTooLong { return }
        if bytes.count + block.count > ReadingLimits.recordBytes {
            (bytes, isTooLong) = ([], true)
        } else {
            bytes.append(contentsOf: block)
        }
    }

    /// The file's JSON.
    func json() throws(MemoryError) -> JSONValue {
        if isTooLong { throw MemoryError(.tooLarge, "The file is longer than \(ReadingLimits.recordBytes) bytes") }
        if bytes.allSatisfy({ $0 <= 0x20 }) { throw .unreadable("The file is empty") }
        return try JSONValue(parsing: Array(text))
    }

    /// The bytes without a byte order mark.
    var text: ArraySlice<UInt8> { bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...] }
}
