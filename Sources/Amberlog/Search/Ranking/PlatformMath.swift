#if canImport(Glibc)
    private import Glibc
#elseif canImport(Musl)
    private import Musl
#elseif canImport(Darwin)
    private import Darwin
#endif

/// What the standard library leaves to the system.
enum PlatformMath {
    static func pow(_ base: Double, _ exponent: Double) -> Double {
        #if canImport(Glibc)
            Glibc.pow(base, exponent)
        #elseif canImport(Musl)
            Musl.pow(base, exponent)
        #else
            Darwin.pow(base, exponent)
        #endif
    }

    /// The natural logarithm.
    static func log(_ value: Double) -> Double {
        #if canImport(Glibc)
            Glibc.log(value)
        #elseif canImport(Musl)
            Musl.log(value)
        #else
            Darwin.log(value)
        #endif
    }
}
