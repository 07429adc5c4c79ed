import AgentMemory
import AmberlogTestKit
import FuzzTargets
import Testing

@testable import Amberlog

/// What goes into a run comes out of it, in memory and from a file.
@Suite struct RunRoundTripTests {
    static let sizes = [1, 2, 127, 128, 129, 255, 256, 257, 1000, 3000]

    @Test(arguments: sizes)
    func `a run holds what was put in`(_ count: Int) throws {
        var generator = SeededGenerator(seed: TestSeed.next(named: "run round trip, \(count)"))
        let contents = RunContents(&generator, count: count)
        let memory = try contents.build()
        try check(memory, contents, &generator)
        let files = RunFiles()
        let (path, pages) = try files.write([memory])
        let file = try files.open(path, pages: pages)
        if count >= 1000 { #expect(pages > 8) }
        try check(file, contents, &generator)
    }

    /// More than a page of lengths, of times and of the skip entries of a term.
    @Test func `a run of many pages`() throws {
        var generator = SeededGenerator(seed: TestSeed.next(named: "run round trip, many pages"))
        let contents = RunContents(&generator, count: 17_000, sessions: 900, rare: 0)
        let memory = try contents.build()
        let files = RunFiles()
        let (path, pages) = try files.write([memory])
        try check(try files.open(path, pages: pages), contents, &generator, probes: 15)
        try check(memory, contents, &generator, probes: 15)
    }

    @Test(arguments: sizes)
    func `messages come in any order`(_ count: Int) throws {
        var generator = SeededGenerator(seed: TestSeed.next(named: "run in any order, \(count)"))
        let contents = RunContents(&generator, count: count)
        var order = Array(0..<count)
        // Stretches of some length, and single messages.
        for _ in 0..<(1 + count / 10) {
            let from = generator.below(count)
            let moved = Array(order[from..<min(count, from + 1 + generator.below(20))])
            order.removeSubrange(from..<(from + moved.count))
            order.insert(contentsOf: moved, at: generator.below(order.count + 1))
        }
        let run = try contents.build(order: order)
        try check(run, contents, &generator)
        #expect(run.summary == (try contents.build()).summary)
    }

    @Test func `merging nothing that is live makes no run`() throws {
        var generator = SeededGenerator(seed: 1)
        let run = try RunContents(&generator, count: 10).build()
        #expect(try RunMerger.merge([run], tokenOptions: 1, isLive: { _, _ in [] }) == nil)
        #expect(try RunFiles().write([run], isLive: { _, _ in [] }).pages == 0)
    }

    private func check(
        _ run: RunReader, _ contents: RunContents, _ generator: inout SeededGenerator, probes: Int = 60
    ) throws {
        #expect(try RunContents(of: run) == contents)
        #expect(run.documents == contents.documents.count)
        #expect(run.summary.lengthSum == contents.documents.reduce(0) { $0 + UInt64($1.length) })
        let postings = contents.postings
        #expect(Int(run.summary.terms) == postings.count)
        let keys = postings.keys.sorted { $0.lexicographicallyPrecedes($1) }
        let cache = PageCache(bytes: 1 << 20)
        let access = run.access(cache, .mayWait)
        func find(_ key: [UInt8]) throws -> TermEntry? {
            try key.withUnsafeBytes { try run.dictionary.find($0, access) }
        }
        for _ in 0..<probes {
            let key = keys[generator.below(keys.count)]
            let list = try #require(postings[key])
            let entry = try #require(try find(key), "\(key) is missing")
            #expect(entry.count == list.count)
            try checkCursor(try PostingsCursor(run, entry, access), list, run.documents, &generator)
            // Neighbors that aren't there.
            for other in [key + [0], Array(key.dropLast()), key.dropLast() + [(key.last ?? 0) &+ 1]] {
                #expect(try (find(other) == nil) == (postings[other] == nil), "\(other)")
            }
        }
        try checkCursors(of: "common 0", "common 1", "common 2", run, postings, access, &generator)
        for prefix in ["", "common ", "rare a", "unique", "zzz"].map({ [1] + Array($0.utf8) }) {
            var seen: [[UInt8]] = []
            try prefix.withUnsafeBytes { first in
                try run.dictionary.forEach(from: first, access) { (key, _) throws(MemoryError) in
                    if !key.starts(with: prefix) { return false }
                    seen.append(Array(key))
                    return true
                }
            }
            #expect(seen == keys.filter { $0.starts(with: prefix) })
        }
        for _ in 0..<probes {
            let number = generator.below(contents.documents.count)
            let entry = try run.columns(access).entry(ofDocument: UInt32(number))
            #expect(entry.session == contents.documents[number].session)
            #expect(entry.firstSequence + UInt64(number) - UInt64(entry.start) == contents.documents[number].sequence)
        }
        for session in 0...(contents.documents.last?.session ?? 0) + 2 where generator.below(40) == 0 || session < 20 {
            let entries = try run.columns(access).entries(ofSession: session)
            #expect(
                entries.flatMap { Array($0.sequences) }
                    == contents.documents.filter { $0.session == session }.map(\.sequence))
        }
    }

    private func checkCursors(
        of first: String, _ second: String, _ third: String, _ run: RunReader,
        _ postings: [[UInt8]: [(document: UInt32, count: UInt8)]], _ access: any RunAccess,
        _ generator: inout SeededGenerator
    ) throws {
        for word in [first, second, third] {
            let key = [1] + Array(word.utf8)
            guard let list = postings[key] else { continue }
            let entry = try #require(try key.withUnsafeBytes { try run.dictionary.find($0, access) })
            for _ in 0..<5 {
                try checkCursor(try PostingsCursor(run, entry, access), list, run.documents, &generator)
            }
        }
    }

    private func checkCursor(
        _ cursor: PostingsCursor, _ list: [(document: UInt32, count: UInt8)], _ documents: Int,
        _ generator: inout SeededGenerator
    ) throws {
        var all: [(document: UInt32, count: UInt8)] = []
        try cursor.forEach { all.append(($0, $1)) }
        #expect(all.elementsEqual(list, by: ==))
        let lower = UInt32(generator.below(documents))
        let range = lower..<(lower + UInt32(generator.below(documents + 1)))
        var some: [(document: UInt32, count: UInt8)] = []
        try cursor.forEach(in: range) { some.append(($0, $1)) }
        #expect(some.elementsEqual(list.filter { range.contains($0.document) }, by: ==))
    }

    @Test(arguments: sizes)
    func `a cursor advances to what is there`(_ count: Int) throws {
        var generator = SeededGenerator(seed: TestSeed.next(named: "run cursors, \(count)"))
        let contents = RunContents(&generator, count: count, rare: 0)
        let run = try contents.build()
        let access = run.stream()
        for (key, list) in contents.postings where list.count > 1 || generator.below(20) == 0 {
            let entry = try #require(try key.withUnsafeBytes { try run.dictionary.find($0, access) })
            let cursor = try PostingsCursor(run, entry, access)
            var target: UInt32 = 0
            while true {
                let expected = list.first { $0.document >= target }
                let found = try cursor.advance(to: target)
                #expect(found == expected?.document)
                guard let expected, found != nil else { break }
                #expect(cursor.counts[cursor.index] + 1 == UInt32(expected.count))
                target =
                    expected.document + 1 + UInt32(generator.chance(30) ? generator.below(400) : generator.below(3))
            }
        }
    }
}
