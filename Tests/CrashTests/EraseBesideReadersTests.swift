import AgentMemory
import Amberlog
import AmberlogTestKit
import StoreModel
import Testing

/// An erase that waits for a reader is no obstacle to the next writer, and is finished when the reader has gone.
@Suite struct EraseBesideReadersTests {
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
}
