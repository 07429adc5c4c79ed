import AgentMemory
import Amberlog
import AmberlogTestKit
import LogFiles
import StoreModel
import Testing

/// A synchronization fails once and would succeed the next time, with what was pending lost: the store takes no more
/// writes, asks no second time, reads on, and opens again with everything that was acknowledged.
@Suite(.ownThreads) struct Case13_SynchronizationFailsOnce {
    struct Setting: Sendable, CustomTestStringConvertible {
        var durability: StoreOptions.Durability
        var volumeSync: SimulatedFileSystem.VolumeSyncScope

        var testDescription: String { "\(durability), volume sync \(volumeSync)" }
    }

    @Test(arguments: [
        Setting(durability: .synced, volumeSync: .everything),
        Setting(durability: .synced, volumeSync: .unavailable),
        Setting(durability: .buffered, volumeSync: .unavailable),
    ])
    func `at every synchronization`(_ setting: Setting) async throws {
        var states = 0
        var number = 0
        let seed = TestSeed.next(named: "case 13, \(setting.testDescription)")
        while try await fail(number, setting, seed, &states) { number += 1 }
        print("case 13, \(setting.testDescription): \(number) failed synchronizations, \(states) states")
        #expect(number > 20)
    }

    /// Runs the workload with one synchronization failing.
    ///
    /// - Returns: `false` when there are not so many synchronizations.
    private func fail(_ number: Int, _ setting: Setting, _ seed: UInt64, _ states: inout Int) async throws -> Bool {
        var fixture = StoreFixture()
        fixture.options.durability = setting.durability
        let disk = fixture.disk
        let faults = FaultFileSystem(SimulatedFileSystem(disk, volumeSync: setting.volumeSync))
        let failed = Failed()
        var store: AmberlogStore? = try await fixture.open(faults)
        faults.inject(
            Fault(ErrorNumber.inputOutput, at: FileOperation.synchronizations, after: number) { path in
                // The kernel drops the dirty pages' marks: what was pending never reaches the medium.
                if path.isEmpty {
                    // The root's names, or the volume.
                    for file in disk.files.keys where setting.volumeSync != .unavailable {
                        disk.failWriteback(of: file)
                    }
                } else {
                    disk.failWriteback(of: path)
                }
                failed.path = path
            })
        var model = ModelStore()
        var acknowledged = model.snapshot(at: fixture.clock.now_µs())
        var steps = StepGenerator(seed: seed, sessions: ["alice", "bob"])
        steps.erases = false
        steps.contentBytesMax = setting.durability == .synced ? 400 : 2000
        var list: [Step] = (0..<30).map { _ in steps.next() }
        list.insert(.checkpoint, at: 10)
        list.insert(.compact, at: 20)
        var attempted = acknowledged
        for step in list {
            guard let store else { break }
            let now = fixture.clock.now_µs()
            let wanted = model.perform(step, now_µs: now)
            attempted = model.snapshot(at: now)
            let outcome = try await store.perform(step)
            if outcome != wanted || store.statistics.failure != nil {
                if outcome == wanted { acknowledged = attempted }
                break
            }
            acknowledged = attempted
        }
        guard let path = failed.path else { return false }
        let context = "synchronization \(number), of '\(path)'"
        if store?.statistics.failure != nil, let store {
            // Poisoned: no writes, reads go on.
            let refused = await code { _ = try await store.save(numbered(1...1), to: "alice") }
            #expect(refused == .poisoned, "\(context)")
            let refusedClear = await code { try await store.clear("alice") }
            #expect(refusedClear == .poisoned, "\(context)")
            let seen = try await StoreSnapshot(of: store)
            #expect(seen == acknowledged, "\(context): \(seen.difference(from: acknowledged))")
            let closing = await code { try await store.close() }
            #expect(closing == nil || closing == .poisoned, "\(context)")
        } else if let store {
            Issue.record("\(context): the store is not poisoned: \(store.statistics.lastMaintenanceFailure as Any)")
        }
        if !path.isEmpty {
            let later = disk.log.reversed().prefix { if case .writebackFailed = $0 { false } else { true } }
            let inode = disk.paths.first { $0.value == path }?.key
            #expect(
                !later.contains { if case .synchronizeFile(let file) = $0 { file == inode } else { false } },
                "\(context): asked again")
        }
        store = nil
        // The process ends; the page cache still shows what the medium lacks.
        try await reopen(fixture.on(disk.copy()), acknowledged, attempted, context, &states)
        // The machine ends with it.
        let image = disk.crashImage(after: disk.operationCount, choosing: .syncedOnly)
        if setting.durability == .synced {
            try await reopen(fixture.on(image), acknowledged, attempted, context + ", power loss", &states)
        }
        return true
    }

    /// Opens again: the acknowledged state or the attempted one, writable, and it stays so when the power goes next.
    private func reopen(
        _ fixture: StoreFixture, _ acknowledged: StoreSnapshot, _ attempted: StoreSnapshot, _ context: String,
        _ states: inout Int
    ) async throws {
        states += 1
        var wanted = StoreSnapshot()
        do {
            let store = try await fixture.open()
            #expect(store.statistics.damages.isEmpty, "\(context): \(store.statistics.damages)")
            let seen = try await StoreSnapshot(of: store)
            #expect(
                seen == acknowledged || seen == attempted, "\(context): \(seen.difference(from: acknowledged))")
            _ = try await store.save(numbered(1...2), to: "after")
            wanted = try await StoreSnapshot(of: store)
            if fixture.options.durability != .synced { try await store.checkpoint() }
        } catch {
            Issue.record("\(context): \(error)")
            return
        }
        let again = fixture.afterCrash(.syncedOnly)
        let store = try await again.open()
        #expect(store.statistics.damages.isEmpty, "\(context), then power loss: \(store.statistics.damages)")
        let seen = try await StoreSnapshot(of: store)
        #expect(seen == wanted, "\(context), then power loss: \(seen.difference(from: wanted))")
    }
}

/// Which synchronization failed.
private final class Failed: @unchecked Sendable {
    // Everything in these tests runs in one task.
    var path: String?
}
