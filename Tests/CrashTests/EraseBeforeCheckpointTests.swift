import AgentMemory
import AmberlogTestKit
import LogFormat
import StoreModel
import Testing

@testable import Amberlog

/// The manifest is replaced, and the power goes, between the end of an erased session and the checkpoint that writes down
/// that it is to be erased.
@Suite(.ownThreads) struct EraseBeforeCheckpointTests {
    @Test(arguments: [true, false])
    func `recovery finishes the erase`(_ isCheckpointed: Bool) async throws {
        let fixture = StoreFixture()
        let store = try await fixture.open()
        try await store.save(texts("ERASEDCONTENT"), to: "secret")
        try await store.save(texts("other"), to: "other")
        if isCheckpointed { try await store.checkpoint() }
        try await store.save(texts("ERASEDCONTENT"), to: "secret")
        _ = try await store.engine.submit(.end(.session("secret"), .erased))
        try store.engine.replaceManifest()
        let crashed = fixture.afterCrash(.syncedOnly)
        try await recover(crashed, "at once")
        // The power goes again while it is being finished.
        var walker = CrashWalker(crashed.disk)
        while walker.advance() {
            for choice in [CrashChoice.syncedOnly, .everything] {
                try await recover(fixture.on(walker.image(choice)), "\(choice) after \(walker.position)")
            }
        }
    }

    private func recover(_ fixture: StoreFixture, _ what: String) async throws {
        let recovered = try await fixture.open()
        #expect(recovered.statistics.damages.isEmpty, "\(what)")
        let needle = Array("ERASEDCONTENT".utf8)
        #expect(!fixture.disk.contains(needle), "\(what): \(fixture.disk.paths(containing: needle))")
        #expect(try await recovered.load("other") == texts("other"), "\(what)")
    }
}
