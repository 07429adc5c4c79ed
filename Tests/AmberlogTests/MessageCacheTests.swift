import AgentMemory
import Amberlog
import AmberlogTestKit
import StoreModel
import Testing

/// What was loaded lately is kept in memory, and is never anything but what the store holds.
@Suite struct MessageCacheTests {
    private func open(_ cacheBytes: Int = 1 << 20) async throws -> (store: AmberlogStore, files: FaultFileSystem) {
        var fixture = StoreFixture()
        fixture.options.cacheBytes = cacheBytes
        // Nothing is in the page cache, so that every read of a segment is one that the fault layer counts.
        let files = FaultFileSystem(SimulatedFileSystem(fixture.disk, cachedReads: .never))
        return (try await fixture.open(files), files)
    }

    private func contents(
        _ store: AmberlogStore, _ session: String = "a", limit: Int? = nil
    ) async throws -> [String] {
        try await store.load(session, limit: limit).map(\.content)
    }

    private func expected(_ range: ClosedRange<Int>) -> [String] { range.map { "message \($0)" } }

    @Test func `a second load reads no file`() async throws {
        let (store, files) = try await open()
        try await store.save(numbered(1...60), to: "a")
        try await store.checkpoint()
        #expect(try await contents(store, limit: 50) == expected(11...60))
        let reads = files.count(of: [.read])
        #expect(reads > 0)
        #expect(try await contents(store, limit: 50) == expected(11...60))
        #expect(try await contents(store, limit: 7) == expected(54...60))
        try await store.save(numbered(61...62), to: "a")
        #expect(try await contents(store, limit: 3) == expected(60...62))
        #expect(try await contents(store, limit: 50) == expected(13...62))
        #expect(files.count(of: [.read]) == reads)
        #expect(store.statistics.cachedBytes > 0)
        // More than is kept: from the file.
        #expect(try await contents(store, limit: 55) == expected(8...62))
        #expect(files.count(of: [.read]) > reads)
    }

    @Test func `a checkpoint between saves and loads loses nothing`() async throws {
        let (store, _) = try await open()
        for number in 1...30 {
            try await store.save(numbered(number...number), to: "a")
            if number.isMultiple(of: 3) { try await store.checkpoint() }
            if number.isMultiple(of: 2) {
                #expect(try await contents(store, limit: 4) == expected(max(1, number - 3)...number))
            }
        }
        #expect(try await contents(store) == expected(1...30))
    }

    @Test func `what is forgotten is not remembered`() async throws {
        let (store, _) = try await open()
        try await store.save(numbered(1...20), to: "a")
        try await store.checkpoint()
        #expect(try await contents(store, limit: 10) == expected(11...20))
        try await store.trim("a", toLast: 4)
        #expect(try await contents(store, limit: 10) == expected(17...20))
        try await store.removeLast(2, from: "a")
        #expect(try await contents(store, limit: 10) == expected(17...18))
        try await store.save(numbered(21...21), to: "a")
        #expect(try await contents(store, limit: 10) == expected(17...18) + expected(21...21))
        try await store.clear("a")
        #expect(try await contents(store, limit: 10) == [])
        #expect(store.statistics.cachedBytes == 0)
        try await store.save(numbered(30...31), to: "a")
        #expect(try await contents(store, limit: 10) == expected(30...31))
    }

    @Test func `a session that has expired is not there`() async throws {
        var fixture = StoreFixture()
        fixture.options.cacheBytes = 1 << 20
        fixture.options.timeToLive = .seconds(60)
        let store = try await fixture.open()
        try await store.save(numbered(1...5), to: "a")
        #expect(try await contents(store) == expected(1...5))
        fixture.clock.advance(by: .seconds(61))
        #expect(try await contents(store) == [])
    }

    @Test func `the cache stays within its size, and the popular stay in it`() async throws {
        let (store, files) = try await open(64 << 10)
        for session in 0..<200 { try await store.save(numbered(1...5, bytes: 100), to: "s\(session)") }
        try await store.checkpoint()
        for session in 0..<200 {
            _ = try await store.load("s\(session)", limit: 5)
            _ = try await store.load("s0", limit: 5)
            #expect(store.statistics.cachedBytes <= 64 << 10)
        }
        #expect(store.statistics.cachedBytes > 32 << 10)
        let reads = files.count(of: [.read])
        _ = try await store.load("s0", limit: 5)
        #expect(files.count(of: [.read]) == reads)
        _ = try await store.load("s1", limit: 5)
        #expect(files.count(of: [.read]) > reads)
    }

    @Test func `metadata of cached messages are decoded from their own bytes`() async throws {
        let (store, _) = try await open()
        for number in 1...4 {
            try await store.save(
                [Message(role: .user, content: "\(number)", metadata: ["n": .integer(Int64(number))])], to: "a")
            if number == 2 { try await store.checkpoint() }
            let seen = try await store.load("a", limit: 3).map(\.metadata)
            #expect(seen == (max(1, number - 2)...number).map { ["n": .integer(Int64($0))] })
        }
    }
}
