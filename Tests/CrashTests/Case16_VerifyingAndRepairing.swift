import AgentMemory
import Amberlog
import AmberlogTestKit
import StoreModel
import Testing

/// Reading or writing fails while a store is verified or repaired.
@Suite(.ownThreads) struct Case16_VerifyingAndRepairing {
    /// A verdict is about everything that it covers: what can't be read is not called whole.
    @Test(
        arguments: [ErrorNumber.inputOutput, ErrorNumber.tooManyFiles, ErrorNumber.noAccess],
        VerificationDepth.allCases)
    func `verifying fails or says so, and changes nothing`(_ number: Int32, _ depth: VerificationDepth) async throws {
        let fixture = try await DamagedStores.make(isClosed: true)
        let before = fixture.disk.files
        func verify(_ fault: Fault, _ what: String) throws -> Bool {
            let faults = FaultFileSystem(SimulatedFileSystem(fixture.disk))
            faults.inject(fault)
            do {
                let report = try AmberlogStore.verify(faults, depth: depth, clock: fixture.clock)
                #expect(report.isWhole == (faults.injectedCount == 0), "\(what): \(report.damages)")
            } catch let error as MemoryError {
                #expect([.inputOutput, .readOnly].contains(error.code), "\(what): \(error)")
                #expect(error.systemErrorNumber == number, "\(what): \(error)")
            }
            return faults.injectedCount > 0
        }
        // From an operation on.
        let operations: Set<FileOperation> = [.open, .read, .readCached, .list, .size]
        var states = 0
        while try verify(Fault(number, at: operations, after: states, times: nil), "from operation \(states) on") {
            states += 1
        }
        // Every look at one file, or at one directory.
        for path in Set(before.keys).union(["sessions", "journal", "index"]) where path != "LOCK" {
            if try verify(Fault(number, at: operations, in: path, times: nil), path) { states += 1 }
        }
        #expect(fixture.disk.files == before)
        print("Case 16: error \(number) while verifying, \(depth): \(states) states")
        #expect(states > 10)
    }

    /// A repair that fails has lost nothing that the next one doesn't find.
    @Test(arguments: [ErrorNumber.inputOutput, ErrorNumber.noSpace, ErrorNumber.tooManyFiles])
    func `repairing fails, and succeeds the next time`(_ number: Int32) async throws {
        var judge = try await RepairJudge(try await DamagedStores.make(isClosed: false))
        let segment = try #require(judge.fixture.disk.files.keys.sorted().first { $0.hasPrefix("sessions/01") })
        var states = 0
        while true {
            let disk = SimulatedDisk(files: judge.fixture.disk.files)
            disk.corrupt(segment, at: 300, xor: 1)
            try SimulatedFileSystem(disk).remove("CURRENT")
            let faults = FaultFileSystem(SimulatedFileSystem(disk))
            let operations: Set<FileOperation> =
                number == ErrorNumber.noSpace
                ? [.write, .create, .rename, .createDirectory]
                : [.open, .create, .read, .write, .list, .size, .rename, .remove, .synchronize, .synchronizeDirectory]
            faults.inject(Fault(number, at: operations, after: states))
            var losses: [RepairReport.Loss] = []
            do {
                losses = try AmberlogStore.repair(faults, clock: judge.fixture.clock).losses
            } catch let error as MemoryError {
                #expect([.inputOutput, .noSpace, .poisoned].contains(error.code), "operation \(states): \(error)")
            }
            let fixture = judge.fixture.on(disk)
            let files = SimulatedFileSystem(disk)
            losses += try AmberlogStore.repair(files, clock: fixture.clock).losses
            // What the one that failed had found out stands in its report.
            for (path, bytes) in disk.files where path.hasSuffix("REPORT.txt") {
                let report = String(decoding: bytes, as: UTF8.self)
                for id in judge.whole.sessions.keys where report.contains("session \(id), messages") {
                    losses.append(RepairReport.Loss(session: id, sequences: nil, what: "in \(path)"))
                }
            }
            try await judge.check(fixture, losses, "error \(number) at operation \(states)")
            if faults.injectedCount == 0 { break }
            states += Exhaustive.isWanted ? 1 : 3
        }
        print("Case 16: error \(number) while repairing, \(states) operations")
        #expect(states > 30)
    }
}
