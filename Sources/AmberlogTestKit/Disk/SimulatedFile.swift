internal import LogFiles

/// An open file of a ``SimulatedFileSystem``.
final class SimulatedFile: File {
    let path: String
    private let disk: SimulatedDisk
    private let inode: Inode
    private let number: OpenFileNumber
    private let isWritable: Bool
    private let cache: CacheModel

    init(
        disk: SimulatedDisk, path: String, inode: Inode, number: OpenFileNumber, isWritable: Bool, cache: CacheModel
    ) {
        self.disk = disk
        self.path = path
        self.inode = inode
        self.number = number
        self.isWritable = isWritable
        self.cache = cache
    }

    deinit {
        disk.withMachine { $0.close(inode, number) }
    }

    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(FileError) -> Int {
        disk.withMachine { machine in
            guard let content = machine.tree.contents[inode], offset < UInt64(content.count) else { return 0 }
            let start = Int(offset)
            let count = min(buffer.count, content.count - start)
            content.withUnsafeBytes { bytes in
                buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[start..<(start + count)]))
            }
            return count
        }
    }

    func readCached(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(FileError) -> Int? {
        guard let count = cache.cachedCount(of: buffer.count) else { return nil }
        return try read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<count]), at: offset)
    }

    func write(_ parts: UnsafeBufferPointer<UnsafeRawBufferPointer>, at offset: UInt64) throws(FileError) -> Int {
        guard isWritable else { throw FileError(.write, path, number: ErrorNumber.badDescriptor) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(parts.reduce(0) { $0 + $1.count })
        for part in parts { bytes.append(contentsOf: part) }
        // Nothing happens, not even a change of size.
        if bytes.isEmpty { return 0 }
        let count = bytes.count
        guard offset <= Self.sizeMax else { throw FileError(.write, path, number: ErrorNumber.fileTooLarge) }
        let operation = DiskOperation.write(inode, offset: Int(offset), bytes: bytes)
        disk.withMachine { $0.record(operation) }
        return count
    }

    /// Files that are larger no file system takes, and no array.
    private static let sizeMax: UInt64 = 1 << 40

    func synchronize() throws(FileError) {
        disk.withMachine { $0.record(.synchronizeFile(inode)) }
    }

    func startWriteback(from offset: UInt64, count: UInt64) {}

    func size() throws(FileError) -> UInt64 {
        disk.withMachine { UInt64($0.tree.contents[inode]?.count ?? 0) }
    }

    func truncate(to size: UInt64) throws(FileError) {
        guard isWritable else { throw FileError(.truncate, path, number: ErrorNumber.invalid) }
        disk.withMachine { $0.record(.truncate(inode, size: Int(size))) }
    }

    func tryLock(_ kind: FileLockKind) throws(FileError) -> Bool {
        disk.withMachine { $0.tryLock(inode, number, kind) }
    }

    func unlock() throws(FileError) {
        disk.withMachine { $0.unlock(inode, number) }
    }
}
