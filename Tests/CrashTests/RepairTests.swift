import AgentMemory
import Amberlog
import AmberlogTestKit
import LogFiles
import StoreModel
import Testing

/// Whatever has happened to one file, a repair makes a whole store of what is left.
@Suite(.ownThreads) struct RepairTests {
    @Test(arguments: [true, false])
    func `any file lost`(_ isClosed: Bool) async throws {
        var judge = try await RepairJudge(try await DamagedStores.make(isClosed: isClosed))
        for path in judge.fixture.disk.files.keys.sorted() {
            try await judge.judge("\(path) removed") { try? SimulatedFileSystem($0).remove(path) }
            try await judge.judge("\(path) emptied") { $0.truncate(path, to: 0) }
        }
        #expect(judge.repaired >= 10)
    }

    @Test(arguments: [true, false])
    func `any byte changed`(_ isClosed: Bool) async throws {
        var judge = try await RepairJudge(try await DamagedStores.make(isClosed: isClosed))
        for (path, bytes) in judge.fixture.disk.files.sorted(by: { $0.key < $1.key }) where path != "LOCK" {
            for offset in Exhaustive.offsets(of: bytes, in: path) where offset % 5 == 0 || Exhaustive.isWanted {
                try await judge.judge("\(path), byte \(offset)") { $0.corrupt(path, at: offset, xor: 0x24) }
            }
        }
        print("Repair: \(judge.states) bytes changed, \(judge.repaired) repaired, \(judge.lossless) without a loss")
        #expect(judge.repaired > 100 && judge.lossless > 50)
    }

    /// Everything at once: only segments and journals are left.
    @Test func `manifest, CURRENT, STORE, ANCHOR and the index lost together`() async throws {
        var judge = try await RepairJudge(try await DamagedStores.make(isClosed: false))
        try await judge.judge("all lost") { disk in
            let files = SimulatedFileSystem(disk)
            for path in disk.files.keys where !path.hasPrefix("sessions/") && !path.hasPrefix("journal/") {
                try? files.remove(path)
            }
        }
        #expect(judge.repaired == 1 && judge.lossless == 1)
    }

    /// Whatever a crash leaves of a repair, the next one finishes.
    @Test func `a crash at any operation of a repair`() async throws {
        var judge = try await RepairJudge(try await DamagedStores.make(isClosed: false))
        func path(_ prefix: String) throws -> String {
            try #require(judge.fixture.disk.files.keys.sorted().first { $0.hasPrefix(prefix) })
        }
        let segment = try path("sessions/01"), run = try path("index/"), manifest = try path("MANIFEST")
        // The one with the highest number that holds batches; recycled ones hold those of earlier lives.
        let journals = judge.fixture.disk.files.filter { $0.key.hasPrefix("journal/") }
        let journal = try #require(
            journals.filter { $0.value.dropFirst(4096).contains { $0 != 0 } }.keys.sorted().last)
        let damages: [(String, (SimulatedDisk) -> Void)] = [
            ("segment", { $0.corrupt(segment, at: 300, xor: 1) }), ("run", { $0.corrupt(run, at: 9000, xor: 1) }),
            ("manifest", { $0.corrupt(manifest, at: 4096 + 26, xor: 1) }),
            ("STORE", { try? SimulatedFileSystem($0).remove("STORE") }),
            ("CURRENT", { try? SimulatedFileSystem($0).remove("CURRENT") }),
            ("journal", { $0.corrupt(journal, at: 4096 + 30, xor: 1) }),
        ]
        let seed = TestSeed.next(named: "crashes of repairs")
        var generator = SeededGenerator(seed: seed)
        var states = 0
        for (name, damage) in damages {
            let damaged = SimulatedDisk(files: judge.fixture.disk.files)
            damage(damaged)
            let disk = SimulatedDisk(files: damaged.files)
            let report = try AmberlogStore.repair(SimulatedFileSystem(disk), clock: judge.fixture.clock)
            #expect(report.isChanged, "\(name)")
            var walker = CrashWalker(disk)
            while walker.advance() {
                let random = CrashChoice.random(generator.next())
                for choice in [.syncedOnly, .everything, random] where generator.chance(Exhaustive.isWanted ? 100 : 34)
                {
                    states += 1
                    await Task.yield()
                    let what = "\(name): \(choice) after \(walker.position), seed \(seed)"
                    let fixture = judge.fixture.on(walker.image(choice))
                    let files = SimulatedFileSystem(fixture.disk)
                    let second = try AmberlogStore.repair(files, clock: fixture.clock)
                    try await judge.check(fixture, report.losses + second.losses, what, { "\(second.actions)" })
                }
            }
        }
        print("Repairs interrupted: \(states) states")
        #expect(states > 100)
    }

    /// Without STORE, ANCHOR and CURRENT it looks like a creation that was interrupted, but for its data.
    @Test func `a store that lost its identity is not made anew over its data`() async throws {
        let fixture = try await DamagedStores.make(isClosed: true)
        let files = SimulatedFileSystem(fixture.disk)
        for path in ["STORE", "ANCHOR", "CURRENT"] { try files.remove(path) }
        for name in try files.list("index") { try files.remove("index/\(name)") }
        let before = fixture.disk.files
        #expect(await code { _ = try await fixture.open() } == .notAStore)
        #expect(fixture.disk.files == before)
        #expect(try AmberlogStore.repair(files, clock: fixture.clock).isChanged)
        let store = try await fixture.open()
        #expect(try await store.load("sealed").count == 12)
        try await store.close()
    }

    @Test func `a store in use is not repaired`() async throws {
        let fixture = try await DamagedStores.make(isClosed: true)
        let store = try await fixture.open()
        #expect(throws: MemoryError.self) {
            _ = try AmberlogStore.repair(SimulatedFileSystem(fixture.disk), clock: fixture.clock)
        }
        try await store.close()
    }
}
