import AgentMemory
import Amberlog
import AmberlogTestKit
import StoreModel
import Testing

/// What is not in the index is told, and comes to be in it.
@Suite struct IndexCoverageTests {
    /// A store with messages that were saved without search.
    private func unindexed() async throws -> TemporaryDirectory {
        let directory = try TemporaryDirectory()
        var options = StoreOptions()
        options.searchEnabled = false
        let store = try await AmberlogStore.open(directory.path, options: options)
        for session in 0..<5 { try await store.save(numbered(1...8), to: "s\(session)") }
        #expect(!store.statistics.isIndexComplete)
        try await store.close()
        return directory
    }

    private func reader(_ directory: TemporaryDirectory) async throws -> AmberlogStore {
        var options = StoreOptions()
        options.access = .readOnly
        return try await AmberlogStore.open(directory.path, options: options)
    }

    private func complete(_ store: AmberlogStore) async throws {
        for _ in 0..<3000 where !store.statistics.isIndexComplete { try await Task.sleep(for: .milliseconds(10)) }
        #expect(store.statistics.isIndexComplete)
    }

    @Test func `a reader says that it hasn't looked at everything`() async throws {
        let directory = try await unindexed()
        let store = try await reader(directory)
        let results = try await store.searchResults("message")
        #expect(results.hits.isEmpty)
        #expect(!results.isComplete && results.indexedMessages == 0 && results.messages == 40)
        #expect(!store.statistics.isIndexComplete)
        try await store.close()
    }

    @Test func `a writer indexes it in the background`() async throws {
        let directory = try await unindexed()
        var store = try await AmberlogStore.open(directory.path)
        try await complete(store)
        #expect(store.statistics.indexedMessages == 40 && store.statistics.indexRuns == 1)
        #expect(store.statistics.indexBytes > 0 && store.statistics.indexMemoryBytes > 0)
        try await store.close()
        store = try await reader(directory)
        let results = try await store.searchResults("message", options: SearchOptions(limit: 100))
        #expect(results.isComplete && results.hits.count == 40)
        try await store.close()
    }

    @Test func `a checkpoint before that is done doesn't make it look done`() async throws {
        let directory = try await unindexed()
        var options = StoreOptions()
        // Nothing happens in the background.
        options.scheduling = .inline
        var store = try await AmberlogStore.open(directory.path, options: options)
        #expect(!store.statistics.isIndexComplete)
        try await store.save(numbered(1...1), to: "new")
        try await store.checkpoint()
        #expect(!(try await store.searchResults("message").isComplete))
        try await store.close()
        store = try await AmberlogStore.open(directory.path)
        try await complete(store)
        #expect(try await store.searchResults("message", options: SearchOptions(limit: 100)).hits.count == 41)
        try await store.close()
    }

    @Test func `a checkpoint without messages leaves nothing to index`() async throws {
        let directory = try TemporaryDirectory()
        let store = try await AmberlogStore.open(directory.path)
        try await store.save(numbered(1...3), to: "a")
        try await store.save(numbered(1...3), to: "b")
        try await store.checkpoint()
        try await store.clear("a")
        try await store.close()
        let again = try await reader(directory)
        let results = try await again.searchResults("message")
        #expect(results.isComplete && results.hits.count == 3)
        try await again.close()
    }

    @Test func `indexing anew stops the search for what is missing, and finds everything`() async throws {
        let directory = try await unindexed()
        let store = try await AmberlogStore.open(directory.path)
        try await store.reindex()
        #expect(store.statistics.isIndexComplete && store.statistics.indexedMessages == 40)
        #expect(try await store.searchResults("message", options: SearchOptions(limit: 100)).hits.count == 40)
        try await store.close()
    }
}
