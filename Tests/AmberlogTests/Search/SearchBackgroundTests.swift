import AgentMemory
import Amberlog
import AmberlogTestKit
import LogFiles
import StoreModel
import Testing

/// With threads: the index is made and repaired in the background, and searches say how far it is.
@Suite struct SearchBackgroundTests {
    /// Searches until the answer is complete, which takes a moment.
    private func complete(_ store: AmberlogStore) async throws -> SearchResults {
        for _ in 0..<2000 {
            let results = try await store.searchResults("message", options: SearchOptions(limit: 1000))
            if results.isComplete { return results }
            try await Task.sleep(for: .milliseconds(5))
        }
        Issue.record("The index is never complete")
        return try await store.searchResults("message")
    }

    @Test func `what was saved without search is indexed`() async throws {
        let directory = try TemporaryDirectory()
        var options = StoreOptions()
        options.searchEnabled = false
        var store = try await AmberlogStore.open(directory.path, options: options)
        for session in 0..<20 { try await store.save(numbered(1...10), to: "s\(session)") }
        try await store.close()
        options.searchEnabled = true
        store = try await AmberlogStore.open(directory.path, options: options)
        // A checkpoint that comes first must not take the place of it.
        try await store.save(numbered(11...11), to: "s0")
        try await store.checkpoint()
        #expect(try await complete(store).hits.count == 201)
        try await store.close()
        store = try await AmberlogStore.open(directory.path, options: options)
        #expect(try await store.searchResults("message", options: SearchOptions(limit: 1000)).hits.count == 201)
        try await store.close()
    }

    @Test func `a damaged run is made anew`() async throws {
        let directory = try TemporaryDirectory()
        var store = try await AmberlogStore.open(directory.path)
        try await store.save(numbered(1...50), to: "a")
        try await store.close()
        let files = try PosixFileSystem(root: directory.path, create: false)
        for name in try files.list("index") {
            let file = try files.open("index/\(name)", .readWrite)
            try [UInt8](repeating: 0xEE, count: 64).withUnsafeBytes { try file.writeFully($0, at: 5000) }
        }
        store = try await AmberlogStore.open(directory.path)
        let first = try await store.searchResults("message")
        // The repair may be faster than the search that asked for it.
        #expect(!first.isComplete || first.hits.count == 10)
        #expect(try await complete(store).hits.count == 50)
        try await store.close()
    }

    @Test func `searches and saves go on beside each other`() async throws {
        let directory = try TemporaryDirectory()
        var options = StoreOptions()
        options.durability = .buffered
        options.initialJournalBytes = 64 << 10
        options.maximumJournalBytes = 64 << 10
        let store = try await AmberlogStore.open(directory.path, options: options)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for session in 0..<4 {
                group.addTask {
                    for round in 1...40 {
                        try await store.save(numbered(round...round), to: "s\(session)")
                        // A message is found from the moment that its save has returned.
                        let found = try await store.searchResults(
                            "+\(round)", in: "s\(session)", options: SearchOptions(limit: 5, ranking: .wordsOnly))
                        #expect(found.hits.map(\.sequence) == [UInt64(round)])
                    }
                }
            }
            group.addTask {
                for _ in 0..<6 {
                    try await store.checkpoint()
                    _ = try await store.compact()
                }
            }
            try await group.waitForAll()
        }
        #expect(try await store.searchResults("message", options: SearchOptions(limit: 1000)).hits.count == 160)
        try await store.close()
    }
}
