package import AgentMemory
package import AmberlogTestKit
import LogFiles
package import LogFormat

@testable package import Amberlog

/// The contents of a run as plain values.
package struct RunContents: Equatable {
    package struct Document: Equatable {
        package var session: UInt64
        package var sequence: UInt64
        package var time_s: Int64
        package var length: Int
        /// Terms and how often the message has them.
        package var terms: [[UInt8]: Int]
    }

    /// In the order of session and sequence.
    package var documents: [Document] = []

    /// Terms with their messages, by position in ``documents``.
    package var postings: [[UInt8]: [(document: UInt32, count: UInt8)]] {
        var postings: [[UInt8]: [(document: UInt32, count: UInt8)]] = [:]
        for (number, document) in documents.enumerated() {
            for (term, count) in document.terms {
                postings[term, default: []].append((UInt32(number), UInt8(min(255, count))))
            }
        }
        return postings
    }

    /// - Parameter order: In which the messages come: their places in ``documents``.
    package func build(tokenOptions: UInt32 = 1, order: [Int]? = nil) throws(MemoryError) -> RunReader {
        var builder = RunBuilder()
        for document in order.map({ $0.map { documents[$0] } }) ?? documents {
            builder.beginDocument(
                session: document.session, sequence: document.sequence, time_s: document.time_s)
            for (term, count) in document.terms {
                let number = term.withUnsafeBytes { builder.term($0) }
                for _ in 0..<count { builder.add(number) }
            }
            builder.endDocument(length: document.length)
        }
        return try builder.finish(tokenOptions: tokenOptions)
    }

    /// Everything that a run says, read back.
    package init(of run: RunReader) throws(MemoryError) {
        let access = run.stream()
        var lengths = [UInt8](repeating: 0, count: run.documents)
        var times = [UInt32](repeating: 0, count: run.documents)
        try lengths.withUnsafeMutableBytes { (buffer) -> Result<Void, MemoryError> in
            do throws(MemoryError) {
                guard let base = buffer.baseAddress else { return .success(()) }
                return .success(
                    try access.copy(from: run.summary.lengths, count: run.documents, to: base, of: run.bytes))
            } catch {
                return .failure(error)
            }
        }.get()
        try times.withUnsafeMutableBytes { (buffer) -> Result<Void, MemoryError> in
            do throws(MemoryError) {
                guard let base = buffer.baseAddress else { return .success(()) }
                return .success(
                    try access.copy(from: run.summary.times, count: 4 * run.documents, to: base, of: run.bytes))
            } catch {
                return .failure(error)
            }
        }.get()
        var documents: [Document] = []
        try run.directory.forEach(access) { (entry) throws(MemoryError) in
            for offset in 0..<entry.count {
                let number = Int(entry.start + offset)
                guard number == documents.count else {
                    throw MemoryError(.damaged, "Message \(number) stands at \(documents.count)")
                }
                documents.append(
                    Document(
                        session: entry.session, sequence: entry.firstSequence + UInt64(offset),
                        time_s: run.summary.timeBase_s + Int64(times[number]),
                        length: DocumentLength.words(lengths[number]), terms: [:]))
            }
        }
        var walk = RunDictionary.Walk(run.dictionary, run.stream())
        let postings = run.stream()
        let skips = run.isInMemory ? postings : run.stream()
        while let entry = try walk.next() {
            let key = try walk.withKey { (key) throws(MemoryError) in Array(key) }
            try PostingsCursor(run, entry, postings, skips: skips).forEach { document, count in
                if Int(document) < documents.count { documents[Int(document)].terms[key] = Int(count) }
            }
        }
        self.documents = documents
    }

    package init() {}

    /// Messages of a few sessions with gaps, and terms of every frequency: some in nearly all messages, many in one.
    package init(_ generator: inout SeededGenerator, count: Int, sessions: Int = 5, rare: Int = 3) {
        var session: UInt64 = 1
        var sequence: UInt64 = 1
        for number in 0..<count {
            if generator.below(max(2, count / max(1, sessions))) == 0 {
                session += 1 + UInt64(generator.below(3))
                sequence = 1
            }
            sequence += generator.chance(5) ? 1 + UInt64(generator.below(5)) : 1
            documents.append(
                Document(
                    session: session, sequence: sequence, time_s: 1_700_000_000 + Int64(generator.below(1 << 20)),
                    length: DocumentLength.words(DocumentLength.byte(generator.below(200))),
                    terms: Self.terms(&generator, number, rare: rare)))
        }
    }

    private static func terms(_ generator: inout SeededGenerator, _ number: Int, rare: Int) -> [[UInt8]: Int] {
        var terms: [[UInt8]: Int] = [:]
        func key(_ text: String) -> [UInt8] { [1] + Array(text.utf8) }
        for (index, percent) in [99, 50, 10, 2].enumerated() where generator.chance(percent) {
            terms[key("common \(index)")] = 1 + (generator.chance(20) ? generator.below(300) : generator.below(3))
        }
        for _ in 0..<rare {
            terms[key("rare " + String(generator.below(1 << 16), radix: 16))] = 1
        }
        terms[key("unique \(number) " + String(repeating: "x", count: generator.below(60)))] = 1
        return terms.mapValues { min(255, $0) }
    }
}

/// Run files on a simulated disk.
package struct RunFiles {
    package var disk: SimulatedDisk
    package let store = Identity(high: 1, low: 2)
    package let identity = Identity(high: 3, low: 4)

    package init(disk: SimulatedDisk = SimulatedDisk()) {
        self.disk = disk
    }

    package func write(
        _ runs: [RunReader], number: UInt64 = 7, isLive: RunMerger.Liveness = { [$1] }
    ) throws -> (path: String, pages: Int) {
        let path = "\(number).run"
        let file = try SimulatedFileSystem(disk).open(path, .create)
        let output = try RunOutput(file: file, store: store, identity: identity, number: number)
        let pages = try RunMerger.merge(runs, into: output, tokenOptions: 1, isLive: isLive) { true }
        return (path, pages ?? -1)
    }

    package func open(_ path: String, pages: Int, number: UInt64 = 7) throws -> RunReader {
        try RunReader.open(
            SimulatedFileSystem(disk).open(path, .read), identity: identity, pages: pages, cacheKey: number)
    }
}
