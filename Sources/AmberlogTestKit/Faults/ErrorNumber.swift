#if canImport(Glibc)
    private import Glibc
#elseif canImport(Musl)
    private import Musl
#elseif canImport(Darwin)
    private import Darwin
#endif

/// The system's error numbers that the suites inject and expect, so that they need no C library import.
public enum ErrorNumber {
    /// A signal came in between.
    public static let interrupted: Int32 = EINTR
    /// The medium could not be read or written.
    public static let inputOutput: Int32 = EIO
    /// The volume is full.
    public static let noSpace: Int32 = ENOSPC
    /// The user's quota is used up.
    public static let overQuota: Int32 = EDQUOT
    /// The file would become larger than it may.
    public static let fileTooLarge: Int32 = EFBIG
    /// The process has as many descriptors as it may have.
    public static let tooManyFiles: Int32 = EMFILE
    /// The permissions forbid it.
    public static let noAccess: Int32 = EACCES
    /// Only another user may do it.
    public static let notPermitted: Int32 = EPERM
    /// The volume is mounted to be read.
    public static let readOnly: Int32 = EROFS
    /// There is no such file.
    public static let notFound: Int32 = ENOENT
    /// There is one of that name already.
    public static let alreadyThere: Int32 = EEXIST
    /// It is a directory.
    public static let isDirectory: Int32 = EISDIR
    /// It is no directory.
    public static let notDirectory: Int32 = ENOTDIR
    /// The directory has files in it.
    public static let notEmpty: Int32 = ENOTEMPTY
    /// The descriptor is not open.
    public static let badDescriptor: Int32 = EBADF
    /// An argument makes no sense.
    public static let invalid: Int32 = EINVAL
}
