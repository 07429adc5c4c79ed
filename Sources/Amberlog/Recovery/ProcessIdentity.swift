#if canImport(Glibc)
    private import Glibc
#elseif canImport(Musl)
    private import Musl
#elseif canImport(Darwin)
    private import Darwin
#endif

/// What the engine needs to know of its process.
enum ProcessIdentity {
    static var pid: Int32 { getpid() }

    static func sleep_ms(_ milliseconds: Int) {
        usleep(UInt32(milliseconds) * 1000)
    }
}

/// How many files the store may keep open.
enum DescriptorLimit {
    /// Half of what the process may open, so that the program around the store has room, and at most 16,384.
    static func recommended() -> Int {
        var limit = rlimit()
        #if canImport(Glibc)
            let result = getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        #else
            let result = getrlimit(RLIMIT_NOFILE, &limit)
        #endif
        guard result == 0 else { return 128 }
        return Int(min(limit.rlim_cur / 2, 16_384))
    }
}
