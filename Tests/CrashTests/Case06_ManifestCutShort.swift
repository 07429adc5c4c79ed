import AgentMemory
import Amberlog
import AmberlogTestKit
import LogFiles
import StoreModel
import Testing

/// A manifest that has lost its newest edits, together with the anchor that would tell, is whole as far as it goes.
/// Either nothing is missed by it, because the journals have all that the edits said, or the store says so and takes
/// no more writes.
@Suite(.ownThreads) struct Case06_ManifestCutShort {
    @Test(arguments: 0..<8)
    func `at every edit`(_ number: Int) async throws {
        let seed = TestSeed.next(named: "case 6, a manifest cut short, \(number)")
        var recording = Recording()
        recording = try await Recording.random(
            seed: seed, count: 60, contentBytesMax: 4000, reopens: number.isMultiple(of: 2), in: recording)
        let fixture = recording.fixture
        let whole = try #require(recording.states.last)
        let path = try #require(fixture.disk.files.keys.first { $0.hasPrefix("MANIFEST-") })
        let manifest = try #require(fixture.disk.files[path])
        var cuts = 0, told = 0
        for block in 1..<manifest.count / 4096
        where manifest[(block * 4096)...].prefix(4096).contains(where: { $0 != 0 }) {
            cuts += 1
            let disk = SimulatedDisk(files: fixture.disk.files)
            let files = SimulatedFileSystem(disk)
            let file = try files.open(path, .readWrite)
            try file.writeZeros(from: UInt64(block * 4096), count: UInt64(manifest.count - block * 4096))
            try file.synchronize()
            try files.remove("ANCHOR")
            let cut = fixture.on(disk)
            let context = "seed \(seed), block \(block)"
            do {
                let store = try await cut.open { $0.access = .readOnly }
                let seen = try await StoreSnapshot(of: store)
                if store.statistics.damages.isEmpty, seen == whole { continue }
            } catch let error as MemoryError {
                #expect(error.code == .damaged, "\(context): \(error)")
            }
            told += 1
            // What no journal tells, a look at every segment does.
            let report = try AmberlogStore.verify(files, depth: .quick, clock: fixture.clock)
            #expect(report.damages.contains { $0.kind != .anchor }, "\(context)")
            if let store = try? await cut.open() {
                if !store.statistics.damages.isEmpty {
                    #expect(await code { try await store.save(texts("x"), to: "a") } == .damaged, "\(context)")
                }
                try await store.close()
            }
            // What opening it took for orphans is not what a repair needs.
            let repair = try AmberlogStore.repair(files, clock: fixture.clock)
            let after = try AmberlogStore.verify(files, depth: .deep, clock: fixture.clock)
            #expect(after.isWhole, "\(context): \(after.damages), after \(repair.actions) for \(report.damages)")
            let store = try await cut.open()
            for (id, session) in whole.sessions {
                let kept = try await store.load(id)
                let isThere = session.messages.allSatisfy { kept.contains($0) }
                #expect(
                    isThere,
                    "\(context): \(id) has \(kept.count) messages, of \(session.messages.count); \(repair.actions) for \(report.damages)"
                )
            }
            try await store.close()
        }
        print("case 6, a manifest cut short, \(number): \(cuts) cuts, \(told) told")
        #expect(cuts > 0)
    }
}
