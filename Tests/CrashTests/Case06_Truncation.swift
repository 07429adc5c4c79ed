import AmberlogTestKit
import StoreModel
import Testing

/// Any file is cut short, or is gone.
@Suite(.ownThreads) struct Case06_Truncation {
    @Test(arguments: [true, false])
    func `to every length, and to none`(_ isClosed: Bool) async throws {
        var judge = try await DamageJudge(try await DamagedStores.make(isClosed: isClosed))
        for (path, bytes) in judge.fixture.disk.files.sorted(by: { $0.key < $1.key }) where path != "LOCK" {
            for length in Exhaustive.offsets(of: bytes, in: path) {
                try await judge.judge("\(path), cut to \(length)") { $0.truncate(path, to: length) }
            }
            try await judge.judge("\(path), removed") { disk in
                try? SimulatedFileSystem(disk).remove(path)
            }
        }
        print("Case 6: \(judge.states) states, \(judge.found) found by verifying, \(judge.harmless) harmless")
        #expect(judge.states > 500 && judge.found > judge.states / 4)
    }
}
