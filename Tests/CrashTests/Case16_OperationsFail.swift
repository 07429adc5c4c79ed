import AgentMemory
import Amberlog
import AmberlogTestKit
import StoreModel
import Testing

/// Reading fails, descriptors run out, access is denied, the medium turns read-only.
@Suite(.ownThreads) struct Case16_OperationsFail {
    struct Failure: Sendable, CustomTestStringConvertible {
        var number: Int32
        var operations: Set<FileOperation>
        var testDescription: String { "error \(number)" }
    }

    @Test(arguments: [
        Failure(number: ErrorNumber.inputOutput, operations: FileOperation.reads),
        Failure(number: ErrorNumber.tooManyFiles, operations: [.open, .create]),
        Failure(number: ErrorNumber.noAccess, operations: [.open, .create, .list, .createDirectory]),
    ])
    func `at each operation, once`(_ failure: Failure) async throws {
        let (number, operations) = (failure.number, failure.operations)
        let seed = TestSeed.next(named: "case 16, \(number)")
        var workload = FaultedWorkload(seed: seed, codes: [.inputOutput, .poisoned, .readOnly])
        var position = 0
        while true {
            let passes = position
            let hasStruck = try await workload.run("error \(number) at \(position), seed \(seed)") {
                $0.inject(Fault(number, at: operations, after: passes))
            }
            if !hasStruck { break }
            position += Exhaustive.isWanted || position < 10 ? 1 : 4
        }
        print("Case 16: error \(number), \(workload.states) states, \(workload.failures) operations refused")
        #expect(workload.states > 5)
    }

    /// Whatever fails while a store opens is told, and the next opening finds everything.
    @Test(arguments: [ErrorNumber.inputOutput, ErrorNumber.tooManyFiles, ErrorNumber.noAccess])
    func `while opening`(_ number: Int32) async throws {
        let fixture = try await DamagedStores.make(isClosed: false)
        let reader = try await fixture.on(fixture.disk.copy()).open { $0.access = .readOnly }
        let whole = try await StoreSnapshot(of: reader)
        try await reader.close()
        var states = 0
        while true {
            let copy = fixture.on(fixture.disk.copy())
            let faults = FaultFileSystem(SimulatedFileSystem(copy.disk))
            faults.inject(Fault(number, at: [.open, .create, .read, .list, .size, .lock], after: states))
            do {
                let store = try await copy.open(faults)
                faults.removeFaults()
                let seen = try await StoreSnapshot(of: store)
                #expect(seen == whole, "operation \(states): \(seen.difference(from: whole))")
                try await store.close()
            } catch let error as MemoryError {
                #expect([.inputOutput, .readOnly].contains(error.code), "operation \(states): \(error)")
                #expect(error.place.file != nil || error.systemErrorNumber != nil, "\(error)")
            }
            let again = try await copy.open()
            let seen = try await StoreSnapshot(of: again)
            #expect(seen == whole, "after operation \(states): \(seen.difference(from: whole))")
            if faults.injectedCount == 0 { break }
            states += 1
            await Task.yield()
        }
        print("Case 16: error \(number) while opening, \(states) states")
        #expect(states > 10)
    }

    /// A medium that can't be written to: reading works and changes nothing, opening for writing says why it can't.
    @Test func `a read-only medium`() async throws {
        let fixture = try await DamagedStores.make(isClosed: false)
        let before = fixture.disk.files
        let faults = FaultFileSystem(SimulatedFileSystem(fixture.disk))
        faults.inject(Fault(ErrorNumber.readOnly, at: FileOperation.changes, times: nil))
        #expect(await code { _ = try await fixture.open(faults) } == .readOnly)
        let reader = try await fixture.open(faults) { $0.access = .readOnly }
        #expect(try await reader.load("sealed").count == 12)
        #expect(try await reader.load("fresh").count == 3)
        #expect(await code { try await reader.save(numbered(1...1), to: "sealed") } == .readOnly)
        try await reader.close()
        #expect(try AmberlogStore.verify(faults, depth: .deep, clock: fixture.clock).isWhole)
        #expect(fixture.disk.files.filter { $0.key != "LOCK" } == before.filter { $0.key != "LOCK" })
    }
}
