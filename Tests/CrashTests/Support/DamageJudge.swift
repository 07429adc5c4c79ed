import AgentMemory
import Amberlog
import AmberlogTestKit
import StoreModel
import Testing

/// Judges a store after bytes of it have changed: nothing wrong is ever returned, what can't be returned is an error that
/// names the file, and verifying finds what there is to find.
struct DamageJudge {
    /// The store before it was damaged, closed or killed.
    let fixture: StoreFixture
    let whole: StoreSnapshot
    private(set) var states = 0
    private(set) var found = 0
    /// States in which every session could be read as before.
    private(set) var harmless = 0

    init(_ fixture: StoreFixture) async throws {
        self.fixture = fixture
        let store = try await fixture.on(fixture.disk.copy()).open { $0.access = .readOnly }
        var whole = try await StoreSnapshot(of: store)
        whole.sessions[DamagedStores.last] = nil
        self.whole = whole
        try await store.close()
    }

    /// - Parameter damage: Changes the disk.
    /// - Returns: Whether a verification found it.
    @discardableResult
    mutating func judge(_ what: String, _ damage: (SimulatedDisk) -> Void) async throws -> Bool {
        states += 1
        await Task.yield()
        let disk = SimulatedDisk(files: fixture.disk.files)
        damage(disk)
        let before = disk.files
        var isFound: Bool
        do {
            let report = try AmberlogStore.verify(SimulatedFileSystem(disk), depth: .standard, clock: fixture.clock)
            isFound = !report.isWhole
            for finding in report.damages {
                #expect(finding.file != nil || finding.session != nil, "\(what): \(finding)")
            }
        } catch let error as MemoryError {
            // A version, a feature that isn't known, no store at all.
            #expect(error.code == .unsupportedFormat || error.code == .notAStore, "\(what): \(error)")
            isFound = true
        }
        if isFound { found += 1 }
        let isSame = try await read(fixture.on(disk), what)
        if isSame { harmless += 1 }
        #expect(isSame || isFound, "\(what): sessions can't be read, and verifying finds nothing")
        #expect(disk.files == before, "\(what): reading has changed a byte")
        return isFound
    }

    /// Reads everything.
    ///
    /// - Returns: Whether all of it is as it was.
    private func read(_ fixture: StoreFixture, _ what: String) async throws -> Bool {
        let store: AmberlogStore
        do {
            store = try await fixture.open { $0.access = .readOnly }
        } catch let error as MemoryError {
            #expect(
                [.damaged, .unsupportedFormat, .notAStore].contains(error.code) && error.place.file != nil,
                "\(what): \(error)")
            return false
        }
        var isSame = true
        for (id, expected) in whole.sessions {
            do {
                let messages = try await store.load(id)
                if messages == expected.messages { continue }
                isSame = false
                // Less than there was, if the store says that it is damaged; never anything else.
                let known = Dictionary(uniqueKeysWithValues: zip(expected.sequences, expected.messages))
                for message in messages {
                    #expect(known[message.sequence ?? 0] == message, "\(what): wrong bytes in \(id)")
                }
            } catch let error as MemoryError {
                isSame = false
                #expect(error.code == .damaged || error.code == .inputOutput, "\(what): \(error)")
                #expect(error.place.file != nil, "\(what): \(error)")
            }
        }
        try await store.close()
        return isSame
    }
}
