#if canImport(Glibc)
    private import Glibc
#elseif canImport(Musl)
    private import Musl
#elseif canImport(Darwin)
    private import Darwin
#endif

/// The seed of a random test: fixed unless `AMBERLOG_SEED` is set, and always printed, so that every failure replays.
public enum TestSeed {
    /// What `AMBERLOG_SEED` says, decimal or hexadecimal with `0x`, else the fixed default.
    public static let base: UInt64 = {
        guard let value = getenv("AMBERLOG_SEED") else { return 0xA3B_E410 }
        let text = String(cString: value)
        let parsed = text.hasPrefix("0x") ? UInt64(text.dropFirst(2), radix: 16) : UInt64(text)
        guard let parsed else { preconditionFailure("AMBERLOG_SEED is not a number: \(text)") }
        return parsed
    }()

    /// The seed for the test of this name. The same base and name always give the same seed, whatever other tests
    /// run beside it.
    public static func next(named name: String) -> UInt64 {
        print("AMBERLOG_SEED=0x\(String(base, radix: 16)) seeds \(name)")
        // FNV-1a: `Hasher` differs from run to run.
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return hash ^ base
    }
}
