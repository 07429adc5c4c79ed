import AgentMemory
import Amberlog
import AmberlogTestKit
import StoreModel
import Testing

/// Whatever fails while a manifest is replaced, CURRENT names one that is there.
@Suite(.ownThreads) struct ManifestReplacementTests {
    @Test func `at each operation`() async throws {
        var states = 0
        while true {
            let fixture = StoreFixture()
            let files = FaultFileSystem(SimulatedFileSystem(fixture.disk))
            let store = try await fixture.open(files)
            try await store.save(numbered(1...3), to: "a")
            try await store.save(numbered(1...3), to: "b")
            try await store.checkpoint()
            // The manifest is replaced by a checkpoint that has something to remove and a reader beside it.
            let reader = try await fixture.open { $0.access = .readOnly }
            try await store.clear("a")
            files.inject(Fault(ErrorNumber.inputOutput, at: FileOperation.changes, after: states))
            _ = await code { try await store.checkpoint() }
            let hasStruck = files.injectedCount > 0
            files.removeFaults()
            for choice in [CrashChoice.everything, .syncedOnly] {
                let what = "operation \(states), \(choice)"
                let again = try await fixture.afterCrash(choice).open()
                #expect(again.statistics.damages.isEmpty, "\(what): \(again.statistics.damages)")
                #expect(try await again.load("a").isEmpty, "\(what)")
                #expect(try await again.load("b") == numbered(1...3), "\(what)")
                try await again.close()
            }
            try await reader.close()
            if !hasStruck { break }
            states += 1
        }
        #expect(states > 8)
    }
}
