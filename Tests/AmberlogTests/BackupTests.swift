import AgentMemory
import Amberlog
import AmberlogTestKit
import StoreModel
import Testing

/// A backup is the store as of a moment, also while it is written to, and what is restored from it is identical.
@Suite struct BackupTests {
    @Test func `backing up, going on, and restoring`() async throws {
        let directory = try TemporaryDirectory()
        let store = try await AmberlogStore.open(directory.path + "/store")
        var steps = StepGenerator(seed: TestSeed.next(named: "backup"))
        for number in 0..<120 {
            _ = try await store.perform(steps.next())
            if number == 60 { _ = try await store.compact() }
        }
        let snapshot = try await StoreSnapshot(of: store)
        let report = try await store.backUp(to: directory.path + "/backup")
        #expect(report.sessions == snapshot.sessions.count)
        #expect(report.messages == UInt64(snapshot.sessions.values.reduce(0) { $0 + $1.count }))
        for _ in 0..<20 { _ = try await store.perform(steps.next()) }
        #expect(await code { _ = try await store.backUp(to: directory.path + "/backup") } == .invalidArgument)
        try await store.close()
        _ = try await AmberlogStore.restore(from: directory.path + "/backup", to: directory.path + "/restored")
        for name in ["backup", "restored"] {
            let report = try await AmberlogStore.verify(directory.path + "/" + name, depth: .deep)
            #expect(report.isWhole, "\(name): \(report.damages)")
            let copy = try await AmberlogStore.open(directory.path + "/" + name)
            let seen = try await StoreSnapshot(of: copy)
            #expect(seen == snapshot, "\(name): \(seen.difference(from: snapshot))")
            try await copy.save(texts("goes on"), to: "new")
            try await copy.close()
        }
    }

    @Test func `while 8 tasks save`() async throws {
        let directory = try TemporaryDirectory()
        let store = try await AmberlogStore.open(directory.path + "/store")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for task in 0..<8 {
                group.addTask {
                    for number in 1...60 { try await store.save(numbered(number...number, bytes: 100), to: "s\(task)") }
                }
            }
            for round in 0..<3 {
                let report = try await store.backUp(to: directory.path + "/backup\(round)")
                let copy = try await AmberlogStore.open(directory.path + "/backup\(round)")
                var count: UInt64 = 0
                for (id, session) in try await StoreSnapshot(of: copy).sessions {
                    #expect(session.messages == Array(numbered(1...60, bytes: 100).prefix(session.count)), "\(id)")
                    count += UInt64(session.count)
                }
                #expect(report.messages == count)
                try await copy.close()
            }
            try await group.waitForAll()
        }
        try await store.close()
    }
}
