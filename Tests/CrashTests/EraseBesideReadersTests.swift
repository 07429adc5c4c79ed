import AgentMemory
import Amberlog
import AmberlogTestKit
import LogFiles
import StoreModel
import Testing

/// An erase that waits for a reader is no obstacle to the next writer, and is finished when the reader has gone.
@Suite(.ownThreads) struct EraseBesideReadersTests {
    @Test func `opening while an erase waits for a reader`() async throws {
        let fixture = StoreFixture()
        let needle = Array("ERASEDCONTENT".utf8)
        var writer = try await fixture.open()
        try await writer.save(texts("ERASEDCONTENT"), to: "secret")
        try await writer.save(texts("other"), to: "other")
        try await writer.checkpoint()
        let reader = try await fixture.open { $0.access = .readOnly }
        #expect(await code { try await writer.erase("secret") } == .readersActive)
        try await writer.close()

        writer = try await fixture.open()
        try await writer.save(texts("more"), to: "other")
        #expect(try await reader.load("secret") == texts("ERASEDCONTENT"))
        #expect(try await writer.load("secret").isEmpty)
        #expect(await code { try await writer.erase("secret") } == .readersActive)
        try await reader.close()
        try await writer.erase("secret")
        #expect(!fixture.disk.contains(needle), "\(fixture.disk.paths(containing: needle))")
        #expect(try await writer.load("other") == texts("other", "more"))
        try await writer.close()
    }

    @Test func `a reader opens in the middle of an erase`() async throws {
        let fixture = StoreFixture()
        let needle = Array("erasedword".utf8)
        let files = FaultFileSystem(SimulatedFileSystem(fixture.disk))
        let writer = try await fixture.open(files) { $0.searchEnabled = true }
        try await writer.save(texts("a common erasedword"), to: "secret")
        try await writer.save(texts("a common word"), to: "other")
        try await writer.checkpoint()
        let reader = Monitor<AmberlogStore?>(nil)
        // No reader is there when the erase looks; then, while the index is written anew, one comes.
        files.inject(
            Fault(nil, at: [.open], in: "index/") { _ in
                if reader.withLock({ $0 != nil }) { return }
                #expect(
                    isDone {
                        let store = try await fixture.open {
                            $0.access = .readOnly
                            $0.searchEnabled = true
                        }
                        reader.withLock { $0 = store }
                    })
            })
        #expect(await code { try await writer.erase("secret") } == .readersActive)
        let opened = try #require(reader.withLock { $0 })
        #expect(try await opened.search("common", in: nil, limit: 10).map(\.content) == ["a common word"])
        #expect(try await opened.load("other") == texts("a common word"))
        try await opened.close()
        try await writer.erase("secret")
        #expect(!fixture.disk.contains(needle), "\(fixture.disk.paths(containing: needle))")
        #expect(try await writer.search("common", in: nil, limit: 10).map(\.content) == ["a common word"])
        try await writer.close()
    }
}
