#if canImport(Glibc)
    private import Glibc
#elseif canImport(Musl)
    private import Musl
#elseif canImport(Darwin)
    private import Darwin
#endif

/// The system's error numbers that the suites inject and expect, so that they need no C library import.
public enum ErrorNumber {
    public static let interrupted: Int32 = EINTR
    public static let inputOutput: Int32 = EIO
    public static let noSpace: Int32 = ENOSPC
    public static let overQuota: Int32 = EDQUOT
    public static let fileTooLarge: Int32 = EFBIG
    public static let tooManyFiles: Int32 = EMFILE
    public static let noAccess: Int32 = EACCES
    public static let notPermitted: Int32 = EPERM
    public static let readOnly: Int32 = EROFS
    public static let notFound: Int32 = ENOENT
    public static let alreadyThere: Int32 = EEXIST
    public static let isDirectory: Int32 = EISDIR
    public static let notDirectory: Int32 = ENOTDIR
    public static let notEmpty: Int32 = ENOTEMPTY
    public static let badDescriptor: Int32 = EBADF
    public static let invalid: Int32 = EINVAL
}
