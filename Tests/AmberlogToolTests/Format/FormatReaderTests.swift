import AgentMemory
import Amberlog
import AmberlogTestKit
import StoreModel
import Testing

/// FORMAT.md is enough to read a store: a program that was written from it alone agrees with the engine.
@Suite(.enabled(if: FormatReader.isThere)) struct FormatReaderTests {
    /// What becomes of the store before it is read.
    enum Ending: CaseIterable { case closed, killed, powerLoss }

    @Test func `random stores are read as the engine reads them`() async throws {
        let seed = TestSeed.next(named: "stores for the format's reader")
        var frames = 0, messages = 0, indexed = 0
        for round in 0..<6 {
            let ending = Ending.allCases[round % 3]
            let disk = try await Self.makeStore(seed: seed &+ UInt64(round), steps: 40 + 30 * round, ending)
            let directory = try StoreDirectory(disk.files)
            frames += try directory.compareFrames()
            let counts = try directory.compareContents()
            messages += counts.messages
            indexed += counts.indexed
        }
        print("Format reader: \(frames) frames, \(messages) messages, \(indexed) messages in index runs")
        #expect(frames > 500 && messages > 100 && indexed > 100)
    }

    @Test func `long lists of an index run are read`() async throws {
        var fixture = StoreFixture()
        fixture.options.searchEnabled = true
        fixture.options.stemsEnglish = false
        fixture.options.maximumJournalBytes = 1 << 20
        let store = try await fixture.open()
        let words = ["amber", "resin", "baltic", "insect", "fossil", "pine", "ant"]
        var generator = SeededGenerator(seed: TestSeed.next(named: "long lists"))
        // Gaps of all widths: every message, most, few, and stretches of many without the word.
        for first in stride(from: 0, to: 2_000, by: 100) {
            let messages = (first..<first + 100).map { number in
                var content = "stone"
                for (place, word) in words.enumerated() where generator.below(1 << place) == 0 {
                    content += String(repeating: " " + word, count: 1 + generator.below(3))
                }
                if number / 400 % 2 == 0 { content += " sometimes" }
                return Message(role: .user, content: content, timestamp: Timestamp(microseconds: ManualClock.start_µs))
            }
            try await store.save(messages, to: "session \(first % 300)")
        }
        try await store.checkpoint()
        try await store.close()
        let directory = try StoreDirectory(fixture.disk.files)
        let index = try #require(try FormatReader.run("index", directory.path).first)
        #expect(index["messages"] == 2_000)
    }

    @Test func `a damaged batch that stands in segments is passed over`() async throws {
        let fixture = StoreFixture()
        let store = try await fixture.open()
        try await store.save(numbered(1...2), to: "a")
        try await store.checkpoint()
        try await store.save(numbered(1...3), to: "b")
        let disk = fixture.afterCrash(.syncedOnly).disk
        let (path, _) = try #require(
            disk.files.first { $0.key.hasPrefix("journal/") && $0.value.dropFirst(4096).contains { $0 != 0 } })
        disk.corrupt(path, at: 4096 + 30, xor: 1)
        #expect(try StoreDirectory(disk.files).compareContents().messages == 5)
    }

    private static func makeStore(seed: UInt64, steps: Int, _ ending: Ending) async throws -> SimulatedDisk {
        var fixture = StoreFixture()
        fixture.options.searchEnabled = true
        fixture.options.stemsEnglish = seed.isMultiple(of: 2)
        if seed % 3 == 0 { fixture.options.maximumMessages = 12 }
        // Some sessions live for as long as this code, some are over before it runs.
        fixture.options.timeToLive = [nil, .seconds(3_000_000_000), .seconds(600)][Int(seed / 3 % 3)]
        var generator = StepGenerator(seed: seed)
        var store = try await fixture.open()
        for step in 0..<steps {
            _ = try await store.perform(generator.next(now_µs: fixture.clock.now_µs()))
            fixture.clock.advance(by: .seconds(1))
            if step % 37 == 36 {
                try await store.close()
                store = try await fixture.open()
            }
        }
        switch ending {
        case .closed:
            try await store.close()
            return fixture.disk
        case .killed:
            return fixture.afterCrash().disk
        case .powerLoss:
            return fixture.afterCrash(.syncedOnly).disk
        }
    }
}
