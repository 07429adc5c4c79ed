import AgentMemory
import Amberlog
import AmberlogTestKit
import FuzzTargets
import LogFiles
import LogFormat
import StoreModel
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Lengths, counts, offsets and numbers that somebody chose, behind checksums that are right: no decoder traps, hangs or
/// allocates what a number says.
@Suite(.serialized, .ownThreads) struct Case08_HostileValues {
    private static let allocationMax = 400 << 20

    @Test(arguments: [true, false])
    func `in any frame of any file`(_ isClosed: Bool) async throws {
        let fixture = try await DamagedStores.make(isClosed: isClosed)
        let seed = TestSeed.next(named: "case 8, closed \(isClosed)")
        var generator = SeededGenerator(seed: seed)
        let frames = SignedFrames(fixture.disk.files)
        #expect(frames.all.count > 20)
        let before = peakMemory()
        var refused = 0
        let states = Exhaustive.isWanted ? 20_000 : 500
        for _ in 0..<states {
            let frame = frames.all[generator.below(frames.all.count)]
            var bytes = fixture.disk.files[frame.path] ?? []
            for _ in 0...generator.below(2) { frames.mutate(frame, &bytes, &generator) }
            frames.sign(frame, &bytes)
            let disk = SimulatedDisk(files: fixture.disk.files)
            disk.truncate(frame.path, to: 0)
            try SimulatedFileSystem(disk).open(frame.path, .readWrite).writeFully(bytes, at: 0)
            if try await !HostileStore.use(fixture.on(disk)) { refused += 1 }
        }
        let grown = peakMemory() - before
        #expect(grown < Self.allocationMax, "\(grown >> 20) MB were allocated; seed \(seed)")
        print("Case 8: \(states) states, \(refused) refused, peak memory grew by \(max(0, grown) >> 20) MB")
        #expect(refused > states / 10)
    }

    private func peakMemory() -> Int {
        var usage = rusage()
        // RUSAGE_SELF is 0 everywhere, and imported under different types.
        getrusage(0, &usage)
        #if canImport(Darwin)
            return usage.ru_maxrss
        #else
            return usage.ru_maxrss * 1024
        #endif
    }
}
