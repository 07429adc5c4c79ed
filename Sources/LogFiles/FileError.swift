private import CSystem

#if canImport(Glibc)
    private import Glibc
#elseif canImport(Musl)
    private import Musl
#elseif canImport(Darwin)
    private import Darwin
#endif

/// A system call that failed: which one, on which path, and the system's error number.
///
/// ```swift
/// do {
///     _ = try fileSystem.open("MANIFEST-1", .read)
/// } catch where error.isNotFound {
///     // No such store.
/// }
/// ```
public struct FileError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What was being done when the call failed.
    public enum Operation: String, Sendable, Hashable {
        case open, create, read, write, synchronize, truncate, rename, remove, list, lock, status
    }

    public var operation: Operation
    /// The path as it was given, relative to the root of the file system.
    public var path: String
    /// The value of `errno`.
    public var number: Int32

    public init(_ operation: Operation, _ path: String, number: Int32) {
        self.operation = operation
        self.path = path
        self.number = number
    }

    public var isNotFound: Bool { number == ENOENT || number == ENOTDIR }
    public var isAlreadyThere: Bool { number == EEXIST }
    public var isNoSpace: Bool { number == ENOSPC || number == EDQUOT || number == EFBIG }
    public var isReadOnly: Bool { number == EROFS || number == EACCES || number == EPERM }
    public var isTooManyFiles: Bool { number == EMFILE || number == ENFILE }
    public var isInterrupted: Bool { number == EINTR }

    /// The system's own words for ``number``.
    public var reason: String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
            guard let base = buffer.baseAddress else { return "error \(number)" }
            amber_error_text(number, base, buffer.count)
            return String(cString: base)
        }
    }

    public var description: String { "\(operation.rawValue) \(path): \(reason) (errno \(number))" }
}
