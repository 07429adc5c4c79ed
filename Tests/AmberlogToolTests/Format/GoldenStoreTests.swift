import AgentMemory
import Amberlog
import AmberlogTestKit
import StoreModel
import Testing

/// Stores that earlier builds wrote are read, byte for byte, by this one.
@Suite struct GoldenStoreTests {
    @Test(arguments: GoldenStore.all)
    func `what a golden store holds is what was written down`(_ golden: GoldenStore) throws {
        let expected = [try golden.messages(), try golden.sessions()]
        #expect(expected.allSatisfy { !$0.isEmpty })
        let directory = try golden.unpack()
        for ((kind, arguments), wanted) in zip(GoldenStore.readings, expected) {
            let result = try directory.tool.run(arguments)
            #expect(result.exitCode == 0, "\(result.messages)")
            // After a replay, how many bytes went with messages that are gone is an estimate.
            let apart = ["bytes"]
            #expect(
                try result.json().map { StoreDirectory.without(apart, $0) }
                    == wanted.map { StoreDirectory.without(apart, $0) }, "\(kind)")
        }
    }

    @Test(arguments: GoldenStore.all)
    func `a golden store is whole, and reading changes no byte of it`(_ golden: GoldenStore) async throws {
        let files = try golden.unpack().files()
        let fixture = StoreFixture(disk: SimulatedDisk(files: files))
        fixture.clock.advance(by: .seconds(7200))
        let report = try AmberlogStore.verify(SimulatedFileSystem(fixture.disk), depth: .deep, clock: fixture.clock)
        #expect(report.isWhole, "\(report.damages)")
        let reader = try await fixture.open { $0.access = .readOnly }
        let seen = try await StoreSnapshot(of: reader)
        #expect(seen.sessions.keys.sorted() == (try golden.sessions().compactMap { $0["session_id"]?.stringValue }))
        try await reader.close()
        #expect(fixture.disk.files == files)
        // Opened for writing it is the same, goes on, and is the same again.
        var writer = try await fixture.open { $0.searchEnabled = true }
        #expect(try await StoreSnapshot(of: writer) == seen)
        try await writer.save(texts("after all these years"), to: "alice")
        let after = try await StoreSnapshot(of: writer)
        _ = try await writer.compact()
        try await writer.close()
        writer = try await fixture.open()
        #expect(try await StoreSnapshot(of: writer) == after)
        #expect(after.sessions["alice"]?.messages.last?.content == "after all these years")
    }

    @Test(arguments: GoldenStore.all)
    func `the index of a golden store finds what it has to find`(_ golden: GoldenStore) async throws {
        let fixture = StoreFixture(disk: SimulatedDisk(files: try golden.unpack().files()))
        fixture.clock.advance(by: .seconds(7200))
        let store = try await fixture.open {
            $0.searchEnabled = true
            // As it was when these were indexed.
            $0.stemsEnglish = golden.isKilled
            $0.access = .readOnly
        }
        for word in ["amber", "stone", "resin", "lives", "message"] {
            var options = SearchOptions()
            options.limit = 10_000
            let hits = try await store.searchHits("+\(word)", in: nil, options: options)
            let found = hits.map { "\($0.session) \($0.sequence)" }
            let expected = try golden.messages().filter {
                $0["content"]?.stringValue?.split(separator: " ").contains { $0 == word } ?? false
            }
            #expect(!expected.isEmpty)
            let wanted = expected.map { "\($0["session_id"]?.stringValue ?? "") \($0["sequence"]?.integerValue ?? 0)" }
            #expect(found.sorted() == wanted.sorted(), "\(word)")
        }
        #expect(store.statistics.indexRuns > 1)
    }

    @Test(.enabled(if: FormatReader.isThere), arguments: GoldenStore.all)
    func `a program that knows only the format reads a golden store`(_ golden: GoldenStore) throws {
        let directory = try golden.unpack()
        #expect(try directory.compareFrames() > 30)
        #expect(try FormatReader.run("messages", directory.path) == (try golden.messages()))
        let counts = try directory.compareContents()
        #expect(counts.indexed > 150)
    }

    @Test func `the golden stores have everything that a store can have`() throws {
        var kinds: Set<String> = []
        for golden in GoldenStore.all {
            let directory = try golden.unpack()
            let names = try directory.files().keys.filter { $0 != "LOCK" && !$0.hasPrefix("tails/") }.sorted()
            for frame in try FormatReader.run("frames", directory.path, names) {
                kinds.insert(frame["kind"]?.stringValue ?? "")
                if let codec = frame["codec"]?.stringValue { kinds.insert(codec) }
                for item in frame["items"]?.arrayValue ?? [] { kinds.insert(item["item"]?.stringValue ?? "") }
                for entry in frame["entries"]?.arrayValue ?? [] {
                    kinds.insert(entry["entry"]?.stringValue ?? "message")
                    if let reason = entry["reason"]?.stringValue { kinds.insert(reason) }
                }
                if frame["removed"] != nil { kinds.insert("removed ranges") }
            }
        }
        let wanted: Set<String> = [
            "store", "current", "anchor", "header", "batch", "block", "ids", "commit", "edit", "page", "raw", "lz4",
            "session", "journal", "counters", "index_run", "begin", "append", "end", "first_live", "removed",
            "metadata", "origin", "cleared", "expired", "removed ranges",
        ]
        #expect(wanted.subtracting(kinds).isEmpty)
    }
}
