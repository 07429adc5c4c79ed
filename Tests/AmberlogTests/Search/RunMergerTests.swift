import AgentMemory
import AmberlogTestKit
import FuzzTargets
import LogFiles
import Testing

@testable import Amberlog

/// A merge of runs is the run of all their live messages.
@Suite struct RunMergerTests {
    @Test func `a merge equals building from the union`() throws {
        var generator = SeededGenerator(seed: TestSeed.next(named: "run merger"))
        for round in 0..<24 {
            let all = RunContents(&generator, count: 1 + generator.below(round < 22 ? 400 : 1500), sessions: 6)
            let parts = split(all, into: 1 + generator.below(6), &generator)
            let live = liveness(&generator)
            var expected = all
            expected.documents.removeAll { document in
                live(document.session, document.sequence..<document.sequence + 1).isEmpty
            }
            let files = RunFiles()
            // Some parts in memory, some in files, as at a flush.
            var runs: [RunReader] = []
            for (index, part) in parts.enumerated() {
                let run = try part.build()
                if generator.chance(50) {
                    let (path, pages) = try files.write([run], number: UInt64(index + 10))
                    runs.append(try files.open(path, pages: pages, number: UInt64(index + 10)))
                } else {
                    runs.append(run)
                }
            }
            let merged = try RunMerger.merge(runs, tokenOptions: 1, isLive: live)
            #expect(
                try merged.map { (run) throws(MemoryError) in try RunContents(of: run) } ?? RunContents() == expected)
            let (path, pages) = try files.write(runs, number: 9, isLive: live)
            if pages > 0 {
                #expect(try RunContents(of: try files.open(path, pages: pages, number: 9)) == expected)
            } else {
                #expect(expected.documents.isEmpty)
            }
        }
    }

    @Test func `a message that two runs have counts once`() throws {
        var generator = SeededGenerator(seed: TestSeed.next(named: "run merger, twice"))
        for _ in 0..<10 {
            let all = RunContents(&generator, count: 300)
            var parts = split(all, into: 3, &generator)
            let lower = generator.below(200)
            parts.append(all)
            parts[3].documents = Array(all.documents[lower..<lower + 1 + generator.below(100)])
            let runs = try parts.map { (part) throws(MemoryError) in try part.build() }
            let merged = try #require(try RunMerger.merge(runs, tokenOptions: 1, isLive: { [$1] }))
            #expect(try RunContents(of: merged) == all)
        }
    }

    @Test func `giving up leaves nothing`() throws {
        var generator = SeededGenerator(seed: 3)
        // More than the merge does between two looks.
        let run = try RunContents(&generator, count: 20_000, rare: 3).build()
        let files = RunFiles()
        let file = try SimulatedFileSystem(files.disk).open("a", .create)
        let output = try RunOutput(file: file, store: files.store, identity: files.identity, number: 1)
        #expect(try RunMerger.merge([run], into: output, tokenOptions: 1, isLive: { [$1] }, goesOn: { false }) == nil)
    }

    /// Deals messages out, in runs of neighbors.
    private func split(_ all: RunContents, into count: Int, _ generator: inout SeededGenerator) -> [RunContents] {
        var parts = [RunContents](repeating: RunContents(), count: count)
        var part = 0
        for document in all.documents {
            if generator.chance(10) { part = generator.below(count) }
            parts[part].documents.append(document)
        }
        return parts.filter { !$0.documents.isEmpty }
    }

    /// Sessions that are gone, trimmed, or have a gap.
    private func liveness(_ generator: inout SeededGenerator) -> RunMerger.Liveness {
        let kinds = (0..<64).map { _ in generator.below(4) }
        let first = UInt64(generator.below(100))
        return { session, sequences in
            switch kinds[Int(session % 64)] {
            case 0: [sequences]
            case 1: []
            case 2:
                first < sequences.upperBound ? [max(first, sequences.lowerBound)..<sequences.upperBound] : []
            default:
                [sequences.clamped(to: 0..<first), sequences.clamped(to: (first + 7)..<UInt64.max)].filter {
                    !$0.isEmpty
                }
            }
        }
    }
}
