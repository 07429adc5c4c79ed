import AgentMemory
import Amberlog
import AmberlogTestKit
import StoreModel
import Testing

/// A reader's moment outlives the writer that it was opened beside.
@Suite struct ReaderAcrossWritersTests {
    @Test(arguments: ["clear", "compact"])
    func `the next writer keeps what a reader needs`(_ what: String) async throws {
        let fixture = StoreFixture()
        var writer = try await fixture.open()
        for session in ["a", "b", "c"] { try await writer.save(numbered(1...30, bytes: 400), to: session) }
        try await writer.checkpoint()
        let reader = try await fixture.open { $0.access = .readOnly }
        // Puts another manifest in force, because the reader has this one.
        try await writer.clear("a")
        try await writer.checkpoint()
        try await writer.close()

        writer = try await fixture.open()
        if what == "clear" {
            try await writer.clear("b")
            try await writer.checkpoint()
        } else {
            _ = try await writer.compact()
        }
        for session in ["a", "b", "c"] {
            #expect(try await reader.load(session) == numbered(1...30, bytes: 400))
        }
        try await reader.close()
        // With the reader gone, what was kept for it goes.
        try await writer.save(numbered(31...31), to: "c")
        try await writer.checkpoint()
        try await writer.close()
        let last = try await fixture.open()
        try await last.close()
        #expect(fixture.disk.files.keys.count { $0.hasPrefix("MANIFEST-") } == 1)
        let segments = fixture.disk.files.keys.filter { $0.hasSuffix(".seg") }
        #expect(segments.count == (what == "clear" ? 1 : 2), "\(segments)")
    }
}
