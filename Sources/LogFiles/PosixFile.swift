private import CSystem
private import Synchronization

#if canImport(Glibc)
    private import Glibc
#elseif canImport(Musl)
    private import Musl
#elseif canImport(Darwin)
    private import Darwin
#endif

/// A file descriptor.
final class PosixFile: File {
    let path: String
    private let descriptor: Int32
    private let isLocked = Atomic(false)

    init(descriptor: Int32, path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    deinit {
        // Closing alone leaves the lock with a child that is between fork and exec, and holds a copy of the descriptor
        // until then. A store that is closed and opened again while the process starts another would be in use.
        if isLocked.load(ordering: .relaxed) { flock(descriptor, LOCK_UN) }
        close(descriptor)
    }

    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(FileError) -> Int {
        let count = pread(descriptor, buffer.baseAddress, buffer.count, off_t(offset))
        guard count >= 0 else { throw FileError(.read, path, number: errno) }
        return count
    }

    func readCached(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(FileError) -> Int? {
        guard let base = buffer.baseAddress else { return 0 }
        let count = amber_pread_nowait(descriptor, base, buffer.count, off_t(offset))
        if count >= 0 { return count }
        switch errno {
        case EAGAIN, EOPNOTSUPP, ENOSYS: return nil
        default: throw FileError(.read, path, number: errno)
        }
    }

    func write(_ parts: UnsafeBufferPointer<UnsafeRawBufferPointer>, at offset: UInt64) throws(FileError) -> Int {
        let count: Int
        if parts.count == 1 {
            count = pwrite(descriptor, parts[0].baseAddress, parts[0].count, off_t(offset))
        } else {
            // More parts than IOV_MAX are a short write, which the caller continues.
            let parts = parts.prefix(Self.maximumParts)
            count = withUnsafeTemporaryAllocation(of: iovec.self, capacity: parts.count) { vectors in
                for (index, part) in parts.enumerated() {
                    vectors.initializeElement(
                        at: index,
                        to: iovec(iov_base: UnsafeMutableRawPointer(mutating: part.baseAddress), iov_len: part.count))
                }
                return pwritev(descriptor, vectors.baseAddress, Int32(vectors.count), off_t(offset))
            }
        }
        guard count >= 0 else { throw FileError(.write, path, number: errno) }
        return count
    }

    private static let maximumParts = 1024

    func synchronize() throws(FileError) {
        // Not repeated on EINTR: POSIX leaves the state of the pending writes open then, as for any other error.
        guard amber_datasync(descriptor) == 0 else { throw FileError(.synchronize, path, number: errno) }
    }

    func startWriteback(from offset: UInt64, count: UInt64) {
        amber_start_writeback(descriptor, off_t(offset), off_t(count))
    }

    func size() throws(FileError) -> UInt64 {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw FileError(.status, path, number: errno) }
        return UInt64(status.st_size)
    }

    func truncate(to size: UInt64) throws(FileError) {
        guard ftruncate(descriptor, off_t(size)) == 0 else { throw FileError(.truncate, path, number: errno) }
    }

    func tryLock(_ kind: FileLockKind) throws(FileError) -> Bool {
        while flock(descriptor, (kind == .shared ? LOCK_SH : LOCK_EX) | LOCK_NB) != 0 {
            switch errno {
            case EWOULDBLOCK: return false
            case EINTR: continue
            default: throw FileError(.lock, path, number: errno)
            }
        }
        isLocked.store(true, ordering: .relaxed)
        return true
    }

    func unlock() throws(FileError) {
        guard flock(descriptor, LOCK_UN) == 0 else { throw FileError(.lock, path, number: errno) }
    }
}
