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

    /// The backlog is bounded: saves wait for the thread that indexes, and lose nothing by it.
    @Test(arguments: [StoreOptions.Durability.buffered, .synced])
    func `saves that come faster than they can be indexed`(_ durability: StoreOptions.Durability) async throws {
        let directory = try TemporaryDirectory()
        var options = StoreOptions()
        options.durability = durability
        let store = try await AmberlogStore.open(directory.path, options: options)
        let text = (0..<20_000).map { "w\($0 &* 7919 % 50_000)" }.joined(separator: " ")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for task in 0..<4 {
                group.addTask {
                    for number in 0..<14 {
                        let message = Message(role: .user, content: "mark\(task)x\(number) \(text)")
                        try await store.save([message], to: "s\(task)")
                    }
                }
            }
            try await group.waitForAll()
        }
        for (task, number) in [(0, 0), (1, 7), (3, 13)] {
            let hits = try await store.searchHits("+mark\(task)x\(number)", in: nil, options: SearchOptions(limit: 5))
            #expect(hits.map(\.session) == ["s\(task)"])
            #expect(hits.map(\.sequence) == [UInt64(number + 1)])
        }
        try await store.close()
    }

    /// Saves that wait for the index when the store closes are let go: they have been written.
    @Test func `closing while saves wait for the index`() async throws {
        let directory = try TemporaryDirectory()
        var options = StoreOptions()
        options.durability = .buffered
        var store = try await AmberlogStore.open(directory.path, options: options)
        let text = (0..<20_000).map { "w\($0 &* 7919 % 50_000)" }.joined(separator: " ")
        let closing = store
        let saved = try await withThrowingTaskGroup(of: Int.self) { group in
            for task in 0..<4 {
                group.addTask {
                    var saved = 0
                    while saved < 1000 {
                        do {
                            try await closing.save([Message(role: .user, content: text)], to: "s\(task)")
                        } catch let error as MemoryError where error.code == .closed {
                            break
                        }
                        saved += 1
                    }
                    return saved
                }
            }
            try await Task.sleep(for: .milliseconds(100))
            try await closing.close()
            return try await group.reduce(0, +)
        }
        store = try await AmberlogStore.open(directory.path, options: options)
        var found = 0
        for task in 0..<4 { found += try await store.load("s\(task)", limit: 1000).count }
        #expect(found == saved)
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
