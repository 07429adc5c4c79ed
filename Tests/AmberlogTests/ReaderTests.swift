import AgentMemory
import Amberlog
import AmberlogTestKit
import LogFiles
import StoreModel
import Testing

/// Others read while one writes: each sees one consistent moment, and changes nothing.
@Suite struct ReaderTests {
    @Test func `a reader keeps seeing its moment, whatever the writer does`() async throws {
        let fixture = StoreFixture()
        let writer = try await fixture.open()
        var steps = StepGenerator(seed: TestSeed.next(named: "readers"), sessions: ["a", "b", "c"])
        steps.erases = false
        var readers: [(store: AmberlogStore, moment: StoreSnapshot)] = []
        for number in 0..<150 {
            _ = try await writer.perform(steps.next())
            if number % 15 == 7 {
                // What is durable for sure is what the newest batch says of those before it, and checkpoints.
                try await writer.checkpoint()
                let before = fixture.disk.files
                let reader = try await fixture.open { $0.access = .readOnly }
                let moment = try await StoreSnapshot(of: writer)
                let seen = try await StoreSnapshot(of: reader)
                #expect(seen == moment, "\(seen.difference(from: moment))")
                #expect(fixture.disk.files == before, "a reader changed a byte")
                readers.append((reader, moment))
            }
            for (reader, moment) in readers.suffix(3) {
                let seen = try await StoreSnapshot(of: reader)
                #expect(seen == moment, "after \(number): \(seen.difference(from: moment))")
            }
        }
        for (reader, moment) in readers {
            #expect(try await StoreSnapshot(of: reader) == moment)
            try await reader.close()
        }
        // With the readers gone, what was kept for them goes.
        _ = try await writer.perform(steps.next())
        try await writer.checkpoint()
        _ = try await writer.compact()
        let wanted = try await StoreSnapshot(of: writer)
        try await writer.close()
        #expect(fixture.disk.files.keys.count { $0.hasPrefix("MANIFEST-") } == 1)
        #expect(try await StoreSnapshot(of: try await fixture.open()) == wanted)
    }

    @Test func `a reader takes no writes`() async throws {
        let fixture = StoreFixture()
        let writer = try await fixture.open()
        try await writer.save(texts("x"), to: "a")
        try await writer.close()
        let reader = try await fixture.open { $0.access = .readOnly }
        #expect(await code { try await reader.save(texts("x"), to: "a") } == .readOnly)
        #expect(await code { try await reader.clear("a") } == .readOnly)
        #expect(await code { _ = try await reader.removeLast(1, from: "a") } == .readOnly)
        #expect(await code { try await reader.setMetadata(["k": 1], for: "a") } == .readOnly)
        #expect(await code { try await reader.checkpoint() } == .readOnly)
        #expect(await code { _ = try await reader.compact() } == .readOnly)
        #expect(await code { try await reader.erase("a") } == .readOnly)
        #expect(await code { _ = try await reader.sweep() } == .readOnly)
        #expect(try await reader.load("a") == texts("x"))
        try await reader.close()
    }

    @Test func `a medium that can't be written to is read`() async throws {
        let fixture = StoreFixture()
        let writer = try await fixture.open()
        try await writer.save(texts("x"), to: "a")
        // Killed: the journal has to be replayed, and nothing may be put right.
        let image = fixture.afterCrash()
        let count = image.disk.operationCount
        let files = FaultFileSystem(SimulatedFileSystem(image.disk))
        files.inject(Fault(ErrorNumber.readOnly, at: FileOperation.changes, times: nil))
        let reader = try await image.open(files) { $0.access = .readOnly }
        #expect(try await reader.load("a") == texts("x"))
        #expect(await code { _ = try await image.open(files) } == .readOnly)
        #expect(image.disk.operationCount == count)
    }

    @Test func `readers that come and go are no obstacle to a writer`() async throws {
        let directory = try TemporaryDirectory()
        try await AmberlogStore.open(directory.path).close()
        let readers = (0..<2).map { _ in
            Task {
                var options = StoreOptions()
                options.access = .readOnly
                while !Task.isCancelled {
                    let reader = try await AmberlogStore.open(directory.path, options: options)
                    #expect(reader.statistics.damages.isEmpty)
                    try await reader.close()
                    try? await Task.sleep(for: .milliseconds(1))
                }
            }
        }
        for round in 1...15 {
            let writer = try await AmberlogStore.open(directory.path)
            try await writer.save(numbered(round...round), to: "a")
            try await writer.close()
        }
        for reader in readers {
            reader.cancel()
            try await reader.value
        }
        let store = try await AmberlogStore.open(directory.path)
        #expect(try await store.load("a") == numbered(1...15))
        try await store.close()
    }

    @Test func `refresh moves on`() async throws {
        let fixture = StoreFixture()
        let writer = try await fixture.open()
        try await writer.save(texts("1"), to: "a")
        try await writer.checkpoint()
        let reader = try await fixture.open { $0.access = .readOnly }
        try await writer.save(texts("2"), to: "a")
        try await writer.checkpoint()
        #expect(try await reader.load("a") == texts("1"))
        try await reader.refresh()
        #expect(try await reader.load("a") == texts("1", "2"))
        try await writer.clear("a")
        try await writer.save(texts("3"), to: "b")
        _ = try await writer.compact()
        try await reader.refresh()
        #expect(try await reader.load("a").isEmpty)
        #expect(try await reader.load("b") == texts("3"))
        try await reader.close()
        try await writer.close()
    }
}
