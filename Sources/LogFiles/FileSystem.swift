/// The seam between the engine and the operating system: every file operation of a store goes through it.
///
/// The engine is written against this protocol alone, so that tests can put a simulated disk under it and cut the
/// power at any operation. Paths are relative to the root that the file system was made for, with `/` between
/// components; they never contain `..` or a leading `/`.
///
/// Durability, clause by clause:
/// - A write is durable once ``File/synchronize()`` of the same file, or ``VolumeSync/finish()`` of a volume sync
///   that began before the write, has returned.
/// - A file's *name* (create, rename, remove) is durable once ``synchronizeDirectory(_:)`` of the directory that
///   holds it, or such a volume sync, has returned. Synchronizing the file alone doesn't do it.
/// - Nothing is ordered before it is durable: of what is pending at a crash, any part may survive.
public protocol FileSystem: AnyObject, Sendable {
    /// Opens a file.
    func open(_ path: String, _ mode: OpenMode) throws(FileError) -> any File

    /// Opens a file for reading, like ``open(_:_:)``, but returns `nil` where that would wait for the disk, or where the
    /// system can't tell.
    func openCached(_ path: String) throws(FileError) -> (any File)?

    /// Creates a directory whose parent exists. A directory that is there already is no error.
    func createDirectory(_ path: String) throws(FileError)

    /// The names in a directory, in no particular order, without `.` and `..`. `""` is the root.
    func list(_ path: String) throws(FileError) -> [String]

    /// Renames a file, replacing what has the new name. Atomic: a crash leaves the old or the new state.
    func rename(_ path: String, to newPath: String) throws(FileError)

    /// Removes a file's name. Files that are open stay readable.
    func remove(_ path: String) throws(FileError)

    /// Makes the names in a directory durable. `""` is the root.
    func synchronizeDirectory(_ path: String) throws(FileError)

    /// Begins a synchronization of the whole volume, or returns `nil` where the system has none that reports errors.
    ///
    /// Begin it before the writes it is to cover: write-back errors from before it began are not reported by it.
    func beginVolumeSync() throws(FileError) -> (any VolumeSync)?
}

extension FileSystem {
    public func openCached(_ path: String) throws(FileError) -> (any File)? { nil }
}

/// A synchronization of everything written to a volume. See ``FileSystem/beginVolumeSync()``.
public protocol VolumeSync: AnyObject, Sendable {
    /// Returns when every write and every name since the beginning is durable.
    func finish() throws(FileError)
}

/// How ``FileSystem/open(_:_:)`` opens a file.
public enum OpenMode: Sendable, Hashable {
    /// For reading; the file must exist.
    case read
    /// For reading and writing; the file must exist.
    case readWrite
    /// For reading and writing; the file must not exist.
    case create
    /// For reading and writing; made when it doesn't exist.
    case createIfMissing
}

/// An open file. Closed when the last reference goes.
///
/// The methods are the system calls themselves: they may read or write less than was asked for, and fail with
/// `EINTR`. Callers use ``readFully(into:at:)`` and ``writeFully(_:at:)``, which loop.
public protocol File: AnyObject, Sendable {
    /// The path it was opened by.
    var path: String { get }

    /// pread(2): up to `buffer.count` bytes from `offset`; 0 at the end of the file.
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(FileError) -> Int

    /// Like ``read(into:at:)``, but returns `nil` where that would wait for the disk.
    func readCached(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(FileError) -> Int?

    /// pwritev(2): the parts one after another, from `offset`.
    func write(_ parts: UnsafeBufferPointer<UnsafeRawBufferPointer>, at offset: UInt64) throws(FileError) -> Int

    /// fdatasync(2), on Darwin `F_FULLFSYNC`. An error is final: the state of what was pending is unknown, and a
    /// second call may report success for data that is lost.
    func synchronize() throws(FileError)

    /// Starts write-back without waiting. A hint.
    func startWriteback(from offset: UInt64, count: UInt64)

    /// The size in bytes.
    func size() throws(FileError) -> UInt64

    /// Cuts or extends the file. New bytes read as zero.
    func truncate(to size: UInt64) throws(FileError)

    /// Takes a flock(2) on the file without waiting. Returns `false` when another open file holds one that excludes
    /// it. The lock belongs to this open file and goes when it is closed.
    func tryLock(_ kind: FileLockKind) throws(FileError) -> Bool

    /// Gives the lock back.
    func unlock() throws(FileError)
}

public enum FileLockKind: Sendable, Hashable {
    case shared, exclusive
}

extension File {
    /// Reads until the buffer is full or the file ends. Returns how much was read.
    public func readFully(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(FileError) -> Int {
        var done = 0
        while done < buffer.count {
            do throws(FileError) {
                let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
                let count = try read(into: rest, at: offset + UInt64(done))
                if count == 0 { break }
                done += count
            } catch  where error.isInterrupted {
                continue
            }
        }
        return done
    }

    /// Writes all of the parts. On an error any part of the range may have been written.
    public func writeFully(
        _ parts: UnsafeBufferPointer<UnsafeRawBufferPointer>, at offset: UInt64
    ) throws(FileError) {
        var total = 0
        for part in parts { total += part.count }
        var done = 0
        // The common case: one call takes everything.
        do throws(FileError) {
            done = try write(parts, at: offset)
        } catch  where error.isInterrupted {
            done = 0
        }
        while done < total {
            // Find where the last call stopped and go on from there, one part at a time.
            var skip = done
            var index = 0
            while skip >= parts[index].count {
                skip -= parts[index].count
                index += 1
            }
            var rest = UnsafeRawBufferPointer(rebasing: parts[index][skip...])
            do throws(FileError) {
                let count = try withUnsafePointer(to: &rest) { (pointer) throws(FileError) -> Int in
                    try write(UnsafeBufferPointer(start: pointer, count: 1), at: offset + UInt64(done))
                }
                done += count
            } catch  where error.isInterrupted {
                continue
            }
        }
    }

    /// Writes all of the bytes. On an error any part of the range may have been written.
    public func writeFully(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws(FileError) {
        var part = bytes
        try withUnsafePointer(to: &part) { (pointer) throws(FileError) in
            try writeFully(UnsafeBufferPointer(start: pointer, count: 1), at: offset)
        }
    }

    /// Writes all of the bytes. On an error any part of the range may have been written.
    public func writeFully(_ bytes: [UInt8], at offset: UInt64) throws(FileError) {
        let result = bytes.withUnsafeBytes { (buffer) -> Result<Void, FileError> in
            do throws(FileError) {
                return .success(try writeFully(buffer, at: offset))
            } catch {
                return .failure(error)
            }
        }
        try result.get()
    }

    /// Reads the whole range, or fewer bytes where the file ends first.
    public func bytes(from offset: UInt64, count: Int) throws(FileError) -> [UInt8] {
        if count <= 0 { return [] }
        var failure: FileError?
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            do throws(FileError) {
                initialized = try readFully(into: UnsafeMutableRawBufferPointer(buffer), at: offset)
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return bytes
    }

    /// Fills a range with zeros, in writes of at most 1 MiB.
    public func writeZeros(from offset: UInt64, count: UInt64) throws(FileError) {
        let zeros = [UInt8](repeating: 0, count: Int(min(count, 1 << 20)))
        var done: UInt64 = 0
        while done < count {
            let step = Int(min(UInt64(zeros.count), count - done))
            if step == zeros.count {
                try writeFully(zeros, at: offset + done)
            } else {
                try writeFully([UInt8](zeros[..<step]), at: offset + done)
            }
            done += UInt64(step)
        }
    }
}
