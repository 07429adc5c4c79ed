import AgentMemory
import Amberlog
import AmberlogTestKit
import StoreModel
import Testing

/// Whatever has happened to one file, a repair makes a whole store of what is left.
@Suite struct RepairTests {
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

    @Test func `a store in use is not repaired`() async throws {
        let fixture = try await DamagedStores.make(isClosed: true)
        let store = try await fixture.open()
        #expect(throws: MemoryError.self) {
            _ = try AmberlogStore.repair(SimulatedFileSystem(fixture.disk), clock: fixture.clock)
        }
        try await store.close()
    }
}
