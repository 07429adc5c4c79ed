import AgentMemory
import AmberlogTestKit
import LogFiles
import StoreModel
import Testing

@testable import Amberlog

/// The index is derived data: off, on again, damaged, lost or without room, it is no danger to anything, and it comes
/// back.
@Suite struct SearchLifeCycleTests {
    private func fixture() -> StoreFixture {
        var fixture = StoreFixture()
        fixture.options.searchEnabled = true
        return fixture
    }

    /// Sequences of the messages of a session that are found, in order.
    private func found(_ word: String, _ store: AmberlogStore) async throws -> (sequences: [UInt64], isComplete: Bool) {
        let results = try await store.searchResults(word, options: SearchOptions(limit: 1000, ranking: .wordsOnly))
        return (results.hits.map(\.sequence).sorted(), results.isComplete)
    }

    private func backlogBytes(_ store: AmberlogStore) -> Int { store.engine.state.withLock { $0.backlog.bytes } }

    private func runs(_ fixture: StoreFixture) -> [String] {
        fixture.disk.files.keys.filter { $0.hasSuffix(".run") }.sorted()
    }

    @Test func `what was saved without search is found once it is on`() async throws {
        var fixture = fixture()
        fixture.options.searchEnabled = false
        var store = try await fixture.open()
        try await store.save(numbered(1...20), to: "a")
        try await store.checkpoint()
        try await store.save(numbered(21...30), to: "a")
        #expect(try await found("message", store).sequences == Array(1...30))
        try await store.close()
        #expect(runs(fixture).isEmpty)

        fixture.options.searchEnabled = true
        store = try await fixture.open()
        #expect(try await found("message", store) == (Array(1...30), true))
        try await store.save(numbered(31...31), to: "a")
        #expect(try await found("message", store) == (Array(1...31), true))
        try await store.close()
        #expect(!runs(fixture).isEmpty)

        // Off for a while, with messages that come and go.
        fixture.options.searchEnabled = false
        store = try await fixture.open()
        try await store.save(numbered(32...35), to: "a")
        try await store.save(numbered(1...3), to: "b")
        try await store.trim("a", toLast: 10)
        try await store.close()
        fixture.options.searchEnabled = true
        store = try await fixture.open()
        #expect(try await found("message", store) == ([1, 2, 3] + Array(26...35), true))
        try await store.close()
    }

    @Test func `a killed process leaves nothing unindexed`() async throws {
        var fixture = fixture()
        for round in 1...6 {
            let store = try await fixture.open()
            #expect(try await found("message", store) == (Array(1..<UInt64(3 * round - 2)), true))
            try await store.save(numbered((3 * round - 2)...(3 * round)), to: "a")
            if round.isMultiple(of: 2) { try await store.checkpoint() }
            fixture = fixture.afterCrash()
        }
    }

    @Test func `a reader that opens between a checkpoint and its run says so`() async throws {
        let fixture = fixture()
        let files = FaultFileSystem(SimulatedFileSystem(fixture.disk))
        let store = try await fixture.open(files)
        try await store.save(numbered(1...3), to: "a")
        try await store.checkpoint()
        files.inject(Fault(ErrorNumber.noSpace, at: [.create], in: "index", times: nil))
        try await store.save(numbered(4...5), to: "a")
        try await store.checkpoint()
        // The writer has it in memory.
        #expect(try await found("message", store) == ([1, 2, 3, 4, 5], true))
        let reader = try await fixture.open { $0.access = .readOnly }
        #expect(try await found("message", reader) == ([1, 2, 3], false))
        files.removeFaults()
        try await store.save(numbered(6...6), to: "a")
        try await store.checkpoint()
        try await reader.refresh()
        #expect(try await found("message", reader) == ([1, 2, 3, 4, 5, 6], true))
        try await reader.close()
        try await store.close()
    }

    @Test func `a reader searches its moment while a writer goes on`() async throws {
        let fixture = fixture()
        let writer = try await fixture.open()
        try await writer.save(numbered(1...5), to: "a")
        try await writer.checkpoint()
        try await writer.save(numbered(6...8), to: "a")
        try await writer.checkpoint()
        let before = fixture.disk.files
        let reader = try await fixture.open { $0.access = .readOnly }
        #expect(try await found("message", reader) == (Array(1...8), true))
        #expect(fixture.disk.files == before, "a reader changed a byte")
        for round in 0..<6 {
            try await writer.save(numbered(1...2), to: "b \(round)")
            try await writer.checkpoint()
            _ = try await writer.compact()
            #expect(try await found("message", reader) == (Array(1...8), true))
        }
        try await writer.clear("a")
        _ = try await writer.compact()
        #expect(try await found("message", reader) == (Array(1...8), true))
        try await reader.refresh()
        #expect(try await found("message", reader).sequences.count == 12)
        #expect(await code { try await reader.reindex() } == .readOnly)
        try await reader.close()
        try await writer.close()
    }

    /// Every page in turn.
    @Test func `a damaged page costs no more than its run, for a while`() async throws {
        let fixture = fixture()
        var store = try await fixture.open()
        try await store.save(numbered(1...10), to: "a")
        try await store.checkpoint()
        let first = try #require(runs(fixture).first)
        try await store.save(numbered(11...15), to: "a")
        try await store.close()
        let size = try #require(fixture.disk.files[first]?.count)
        var incomplete = 0
        for offset in stride(from: 4096 + 100, to: size, by: 16_408) {
            let damaged = fixture.afterCrash()
            damaged.disk.corrupt(first, at: offset, xor: 0x10)
            store = try await damaged.open()
            let once = try await found("message", store)
            if !once.isComplete {
                incomplete += 1
                #expect(once.sequences == Array(11...15))
                #expect(store.statistics.lastMaintenanceFailure?.code == .damaged)
            } else {
                #expect(once.sequences == Array(1...15))
            }
            // The next search finds it repaired.
            #expect(try await found("message", store) == (Array(1...15), true))
            #expect(try await store.load("a") == numbered(1...15))
            _ = try await store.compact()
            #expect(try await found("message", store) == (Array(1...15), true))
            try await store.close()
            store = try await damaged.open()
            #expect(try await found("message", store) == (Array(1...15), true))
            #expect(store.statistics.lastMaintenanceFailure == nil)
            try await store.close()
        }
        #expect(incomplete > 0)
    }

    @Test func `compaction and erasure get over a damaged run that nobody has searched`() async throws {
        for erases in [false, true] {
            let fixture = fixture()
            var store = try await fixture.open()
            try await store.save(numbered(1...10), to: "a")
            try await store.save(texts("SECRETWORD"), to: "b")
            try await store.checkpoint()
            let first = try #require(runs(fixture).first)
            try await store.save(numbered(11...15), to: "a")
            try await store.close()
            let size = try #require(fixture.disk.files[first]?.count)
            for offset in stride(from: 4096 + 100, to: size, by: 16_408) {
                let damaged = fixture.afterCrash()
                damaged.disk.corrupt(first, at: offset, xor: 0x10)
                store = try await damaged.open()
                if erases {
                    try await store.erase("b")
                    #expect(!damaged.disk.contains(Array("secretword".utf8)))
                    #expect(!damaged.disk.contains(Array("SECRETWORD".utf8)))
                } else {
                    _ = try await store.compact()
                }
                _ = try await found("message", store)
                #expect(try await found("message", store) == (Array(1...15), true))
                #expect(try await found("secretword", store).sequences == (erases ? [] : [1]))
                try await store.close()
            }
        }
    }

    @Test func `a run that is missing, cut, or of another store`() async throws {
        let fixture = fixture()
        var store = try await fixture.open()
        try await store.save(numbered(1...10), to: "a")
        try await store.checkpoint()
        let run = try #require(runs(fixture).first)
        try await store.save(numbered(11...12), to: "a")
        try await store.close()

        let other = self.fixture()
        store = try await other.open()
        try await store.save(texts("of another store"), to: "a")
        try await store.close()
        let foreignRun = try #require(runs(other).first)
        let foreign = try #require(other.disk.files[foreignRun])

        for change in 0..<3 {
            let image = fixture.afterCrash()
            let files = SimulatedFileSystem(image.disk)
            switch change {
            case 0: try files.remove(run)
            case 1: image.disk.truncate(run, to: 5000)
            default:
                let file = try files.open(run, .readWrite)
                try file.truncate(to: 0)
                try foreign.withUnsafeBytes { try file.writeFully($0, at: 0) }
            }
            store = try await image.open()
            #expect(try await found("message", store) == ([11, 12], false), "change \(change)")
            #expect(try await found("message", store) == (Array(1...12), true), "change \(change)")
            #expect(try await found("another", store).sequences.isEmpty)
            try await store.save(numbered(13...13), to: "a")
            try await store.close()
            store = try await image.open()
            #expect(try await found("message", store) == (Array(1...13), true), "change \(change)")
            try await store.close()
        }
    }

    @Test func `without room for a run, everything else goes on`() async throws {
        let fixture = fixture()
        let files = FaultFileSystem(SimulatedFileSystem(fixture.disk))
        var store = try await fixture.open(files)
        files.inject(Fault(ErrorNumber.noSpace, at: [.create, .createDirectory, .write], in: "index", times: nil))
        for round in 0..<5 {
            try await store.save(numbered((4 * round + 1)...(4 * round + 4)), to: "a")
            try await store.checkpoint()
            #expect(try await store.load("a").count == 4 * round + 4)
            #expect(try await found("message", store) == (Array(1...UInt64(4 * round + 4)), true))
        }
        #expect(store.statistics.lastMaintenanceFailure?.code == .noSpace)
        #expect(runs(fixture).isEmpty)
        // Killed meanwhile: the index is made from the segments.
        let killed = fixture.afterCrash()
        let again = try await killed.open()
        #expect(try await found("message", again) == (Array(1...20), true))
        try await again.close()

        files.removeFaults()
        try await store.save(numbered(21...21), to: "a")
        try await store.close()
        store = try await fixture.open(files)
        #expect(try await found("message", store) == (Array(1...21), true))
        try await store.close()
    }

    @Test func `a store that opens on a full disk searches`() async throws {
        var fixture = fixture()
        fixture.options.searchEnabled = false
        var store = try await fixture.open()
        try await store.save(numbered(1...4), to: "a")
        try await store.close()
        fixture.options.searchEnabled = true
        let files = FaultFileSystem(SimulatedFileSystem(fixture.disk))
        files.inject(Fault(ErrorNumber.noSpace, at: [.create, .createDirectory, .write], in: "index", times: nil))
        store = try await fixture.open(files)
        #expect(try await found("message", store) == ([], false))
        try await store.save(numbered(5...6), to: "a")
        #expect(try await found("message", store) == ([5, 6], false))
        files.removeFaults()
        #expect(try await found("message", store) == (Array(1...6), true))
        try await store.close()
    }

    @Test func `the index is made anew, with progress`() async throws {
        let fixture = fixture()
        let store = try await fixture.open()
        for round in 0..<5 {
            try await store.save(numbered(1...3), to: "s\(round)")
            try await store.checkpoint()
        }
        try await store.clear("s0")
        try await store.save(numbered(4...4), to: "s1")
        let before = try await store.searchHits("message 2", in: nil, options: SearchOptions(limit: 100))
        let seen = Progress()
        try await store.reindex { done, total in seen.add(done, total) }
        #expect(seen.last == [4, 4])
        #expect(runs(fixture).count == 1)
        let after = try await store.searchHits("message 2", in: nil, options: SearchOptions(limit: 100))
        // In another order, perhaps: what is gone counts no more.
        #expect(Set(after.map(\.message)) == Set(before.map(\.message)) && after.count == before.count)
        try await store.close()
        let off = try await fixture.open { $0.searchEnabled = false }
        #expect(await code { try await off.reindex() } == .invalidArgument)
        try await off.close()
    }

    private final class Progress: Sendable {
        private let values = Monitor<[Int]>([])
        func add(_ done: Int, _ total: Int) { values.withLock { $0 = [done, total] } }
        var last: [Int] { values.withLock { $0 } }
    }

    @Test func `what is not indexed yet stays bounded`() async throws {
        var fixture = fixture()
        fixture.options.maximumJournalBytes = 16 << 20
        fixture.options.initialJournalBytes = 16 << 20
        let store = try await fixture.open()
        for round in 0..<24 {
            try await store.save(numbered(1...8, bytes: 60_000), to: "s\(round % 3)")
            #expect(backlogBytes(store) <= 1 << 20)
        }
        #expect(try await found("message", store).sequences.count == 192)
        #expect(backlogBytes(store) == 0)
        try await store.close()
    }

    @Test func `a closed store refuses to search`() async throws {
        let fixture = fixture()
        let store = try await fixture.open()
        try await store.save(numbered(1...3), to: "a")
        try await store.close()
        #expect(await code { _ = try await store.searchResults("message") } == .closed)
        #expect(await code { _ = try await store.searchResults("message", in: "a") } == .closed)
        #expect(await code { try await store.reindex() } != nil)
    }

    @Test func `limits and contexts that make no sense are refused`() async throws {
        let store = try await fixture().open()
        try await store.save(numbered(1...9), to: "a")
        #expect(
            await code { _ = try await store.searchResults("x", options: SearchOptions(limit: -1)) } == .invalidArgument
        )
        #expect(
            await code { _ = try await store.searchResults("x", options: SearchOptions(context: -1)) }
                == .invalidArgument)
        #expect(try await store.searchResults("message", options: SearchOptions(limit: 0)).hits.isEmpty)
        #expect(try await store.searchResults("message", in: "nobody").hits.isEmpty)
        let hit = try #require(
            try await store.searchHits("5", in: "a", options: SearchOptions(limit: 1, context: 2)).first)
        #expect(hit.before.map(\.sequence) == [3, 4] && hit.after.map(\.sequence) == [6, 7])
        try await store.close()
    }
}
