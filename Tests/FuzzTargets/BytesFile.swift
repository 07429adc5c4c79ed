import LogFiles

/// A file that is only read, in memory.
final class BytesFile: File {
    let path: String
    private let bytes: [UInt8]

    init(_ bytes: [UInt8], path: String = "file") {
        self.bytes = bytes
        self.path = path
    }

    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(FileError) -> Int {
        guard offset < UInt64(bytes.count) else { return 0 }
        let part = bytes[Int(offset)...].prefix(buffer.count)
        buffer.copyBytes(from: part)
        return part.count
    }

    func readCached(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(FileError) -> Int? {
        try read(into: buffer, at: offset)
    }

    func size() throws(FileError) -> UInt64 { UInt64(bytes.count) }
    func tryLock(_ kind: FileLockKind) throws(FileError) -> Bool { true }
    func unlock() throws(FileError) {}
    func startWriteback(from offset: UInt64, count: UInt64) {}

    func write(_ parts: UnsafeBufferPointer<UnsafeRawBufferPointer>, at offset: UInt64) throws(FileError) -> Int {
        throw FileError(.write, path, number: Self.badDescriptor)
    }

    func synchronize() throws(FileError) { throw FileError(.synchronize, path, number: Self.badDescriptor) }
    func truncate(to size: UInt64) throws(FileError) { throw FileError(.truncate, path, number: Self.badDescriptor) }

    private static let badDescriptor: Int32 = 9
}
