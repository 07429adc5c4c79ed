#if canImport(Glibc)
    private import Glibc
#elseif canImport(Musl)
    private import Musl
#elseif canImport(Darwin)
    private import Darwin
#endif

enum ProcessorCount {
    /// Whether another thread can do its work while this one looks for the outcome.
    static let isMany = sysconf(Int32(_SC_NPROCESSORS_ONLN)) > 1
}
