import AgentMemory
import Amberlog

/// Stores that have every kind of file.
package enum DamagedStores {
    /// Gets the very last save before a kill, for which nothing vouches: damage to it looks like a torn tail, as the
    /// documentation says.
    package static let last = "last"

    /// Three sessions: one compressed, one appended to, one in the journal only; an index run, removed ranges,
    /// metadata, client ids.
    package static func make(isClosed: Bool) async throws -> StoreFixture {
        var fixture = StoreFixture()
        fixture.options.searchEnabled = true
        let store = try await fixture.open()
        try await store.save(numbered(1...12, bytes: 300), to: "sealed")
        try await store.setMetadata(["topic": "amber"], for: "sealed")
        _ = try await store.compact()
        try await store.save(numbered(1...6, bytes: 200), to: "appended")
        _ = try await store.removeLast(2, from: "appended")
        try await store.checkpoint()
        try await store.save([Message(role: .tool, content: "with an id", id: "one")], to: "appended")
        try await store.checkpoint()
        try await store.save(numbered(1...3), to: "fresh")
        try await store.save(numbered(1...2), to: "appended")
        if isClosed {
            try await store.close()
            return fixture
        }
        try await store.save(numbered(1...1), to: last)
        return fixture.afterCrash()
    }
}
