import AgentMemory
import Amberlog
import AmberlogTestKit
import StoreModel
import Testing

/// Judges a repair: the store is whole afterwards and can be written to, no message is other than it was, what is
/// missing has been told, and repairing once more changes nothing.
struct RepairJudge {
    let fixture: StoreFixture
    let whole: StoreSnapshot
    private(set) var states = 0
    private(set) var repaired = 0
    private(set) var lossless = 0

    init(_ fixture: StoreFixture) async throws {
        self.fixture = fixture
        let store = try await fixture.on(fixture.disk.copy()).open { $0.access = .readOnly }
        whole = try await StoreSnapshot(of: store)
        try await store.close()
    }

    mutating func judge(_ what: String, _ damage: (SimulatedDisk) -> Void) async throws {
        states += 1
        await Task.yield()
        let disk = SimulatedDisk(files: fixture.disk.files)
        damage(disk)
        let before = disk.files
        let report: RepairReport
        do {
            report = try AmberlogStore.repair(SimulatedFileSystem(disk), clock: fixture.clock)
        } catch let error as MemoryError {
            #expect([.unsupportedFormat, .notAStore].contains(error.code), "\(what): \(error)")
            #expect(disk.files.filter { $0.key != "LOCK" } == before.filter { $0.key != "LOCK" }, "\(what)")
            return
        }
        if !report.isChanged {
            #expect(disk.files.filter { $0.key != "LOCK" } == before.filter { $0.key != "LOCK" }, "\(what)")
            return
        }
        repaired += 1
        try await check(fixture.on(disk), report.losses, what, { "it did \(report.actions)" })
    }

    /// Checks a store that a repair has returned from.
    ///
    /// - Parameter told: What is known to be gone.
    mutating func check(
        _ fixture: StoreFixture, _ told: [RepairReport.Loss], _ what: String, _ note: () -> String = { "" }
    ) async throws {
        let files = SimulatedFileSystem(fixture.disk)
        let after = try AmberlogStore.verify(files, depth: .deep, clock: fixture.clock)
        #expect(after.isWhole, "\(what): \(after.damages); \(note())")
        let left = fixture.disk.files
        let again = try AmberlogStore.repair(files, clock: fixture.clock)
        #expect(!again.isChanged, "\(what): \(again.actions)")
        #expect(fixture.disk.files.filter { $0.key != "LOCK" } == left.filter { $0.key != "LOCK" }, "\(what)")

        let store = try await fixture.open()
        var isLossless = true
        for (id, expected) in whole.sessions {
            let losses = told.filter { $0.session == id || $0.session == nil }
            let known = Dictionary(uniqueKeysWithValues: zip(expected.sequences, expected.messages))
            let messages = try await store.load(id)
            for message in messages {
                #expect(known[message.sequence ?? 0] == message, "\(what): another message in \(id)")
            }
            let missing = Set(expected.sequences).subtracting(messages.compactMap(\.sequence))
            if !missing.isEmpty { isLossless = false }
            for sequence in missing {
                #expect(
                    losses.contains { $0.sequences?.contains(sequence) ?? true },
                    "\(what): message \(sequence) of \(id) is gone, and nobody says so")
            }
            // New messages get numbers that nobody had, unless nobody knows which were lost.
            let receipt = try await store.save(numbered(900...900), to: id)
            let isNew = receipt.sequences.lowerBound > expected.sequences.max() ?? 0
            #expect(isNew || losses.contains { $0.session == nil }, "\(what): \(id)")
        }
        if isLossless { lossless += 1 }
        try await store.close()
        #expect(try AmberlogStore.verify(files, depth: .deep, clock: fixture.clock).isWhole, "\(what), after saving")
    }
}
