import AgentMemory
import Amberlog
import AmberlogTestKit
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
@Suite(.serialized) struct Case08_HostileValues {
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
            if await !use(fixture.on(disk)) { refused += 1 }
        }
        let grown = peakMemory() - before
        #expect(grown < Self.allocationMax, "\(grown >> 20) MB were allocated; seed \(seed)")
        print("Case 8: \(states) states, \(refused) refused, peak memory grew by \(max(0, grown) >> 20) MB")
        #expect(refused > states / 10)
    }

    /// Does everything that reads. Only typed errors may come of it.
    ///
    /// - Returns: Whether everything was read.
    private func use(_ fixture: StoreFixture) async -> Bool {
        var isRead = true
        func attempt(_ work: () async throws -> Void) async {
            do {
                try await work()
            } catch is MemoryError {
                isRead = false
            } catch {
                Issue.record("\(error)")
            }
        }
        let files = SimulatedFileSystem(fixture.disk)
        await attempt {
            let store = try await fixture.open { $0.access = .readOnly }
            for session in ["sealed", "appended", "fresh", "last"] {
                await attempt { _ = try await store.load(session) }
                await attempt { _ = try await store.load(session, from: 3, limit: 2) }
                await attempt { _ = try await store.info(session) }
            }
            await attempt { _ = try await store.searchResults("message 7 role:user", options: SearchOptions(limit: 3)) }
            await attempt { _ = try await store.searchResults("message", in: "sealed") }
            try await store.close()
        }
        await attempt {
            if try !AmberlogStore.verify(files, depth: .deep, clock: fixture.clock).isWhole { isRead = false }
        }
        await attempt { _ = try AmberlogStore.repair(files, clock: fixture.clock) }
        await attempt {
            let store = try await fixture.open()
            await attempt { _ = try await store.save(numbered(1...2), to: "appended") }
            await attempt { _ = try await store.compact() }
            try await store.close()
        }
        return isRead
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

/// The frames of a store's files, which can be changed and signed again.
private struct SignedFrames {
    struct Frame {
        var path: String
        var offset: Int
        var checked: Int
        var seed: UInt32
    }

    private(set) var all: [Frame] = []

    init(_ files: [String: [UInt8]]) {
        let identity = files["STORE"].flatMap { bytes in bytes.withUnsafeBytes { try? StoreIdentity.decode($0) } }
        let store = identity?.id.checksumSeed ?? 0
        for (path, bytes) in files.sorted(by: { $0.key < $1.key }) {
            bytes.withUnsafeBytes { bytes in
                let header = try? FileHeader.decode(bytes).header
                let seeds: Set<UInt32> = [0, store, header?.file.checksumSeed ?? 0]
                var offset = 0
                while offset + FrameHeader.byteCount <= bytes.count {
                    defer { offset += 8 }
                    guard let peeked = FrameHeader(peeking: bytes, at: offset), peeked.checksum != 0,
                        let seed = seeds.first(where: { FrameHeader(checking: bytes, at: offset, seed: $0) != nil })
                    else { continue }
                    all.append(Frame(path: path, offset: offset, checked: peeked.checked, seed: seed))
                }
            }
        }
    }

    /// Puts a hostile number somewhere into what the checksum covers, mostly near the beginning of the body.
    func mutate(_ frame: Frame, _ bytes: inout [UInt8], _ generator: inout SeededGenerator) {
        let lower = frame.offset + (generator.chance(15) ? 8 : FrameHeader.byteCount)
        let end = frame.offset + FrameHeader.byteCount + frame.checked
        guard lower < end else { return }
        let reach = generator.chance(60) ? min(end - lower, 64) : end - lower
        let place = lower + generator.below(reach)
        let numbers: [UInt64] = [
            0, 1, 0x7F, 0x80, 0xFF, 0xFFFF, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, 1 << 33, .max >> 1, 1 << 63, .max,
            UInt64(generator.below(1 << 16)), generator.next(),
        ]
        let number = numbers[generator.below(numbers.count)]
        // The lengths of the frame itself stay: without them nobody looks at the rest.
        for index in 0..<[1, 2, 4, 8, 10][generator.below(5)] where place + index < end {
            let at = place + index
            if (4..<8).contains(at - frame.offset) || (12..<16).contains(at - frame.offset) { continue }
            bytes[at] = index < 8 ? UInt8(truncatingIfNeeded: number >> UInt64(8 * index)) : 0x01
        }
    }

    func sign(_ frame: Frame, _ bytes: inout [UInt8]) {
        let sum = bytes.withUnsafeBytes {
            Checksum.crc32c(
                UnsafeRawBufferPointer(
                    rebasing: $0[(frame.offset + 4)..<(frame.offset + FrameHeader.byteCount + frame.checked)]),
                seed: frame.seed)
        }
        for index in 0..<4 { bytes[frame.offset + index] = UInt8(truncatingIfNeeded: sum >> UInt32(8 * index)) }
    }
}
