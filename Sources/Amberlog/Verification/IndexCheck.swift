internal import AgentMemory
internal import LogFiles
internal import LogFormat

/// Compares the index with one that is made again from the messages.
extension Verifier {
    /// Sessions are taken together until they have so many bytes.
    private static let groupBytes: UInt64 = 64 << 20
    /// More differences than this say nothing new.
    private static let findingsMax = 20

    func checkIndex(_ engine: Engine, _ sessions: [Session]) throws(MemoryError) {
        let (listed, isComplete) = engine.catalog.withLock { catalog in
            (
                catalog.runs.values.sorted { $0.number < $1.number },
                catalog.indexed >= catalog.checkpointed && catalog.indexed > 0
            )
        }
        if listed.isEmpty { return }
        var runs: [RunReader] = []
        for state in listed {
            // What can't be opened has been reported.
            if let run = try? engine.openRun(state) { runs.append(run.reader) }
        }
        guard runs.count == listed.count, let options = runs.first?.summary.tokenOptions else { return }
        guard runs.allSatisfy({ $0.summary.tokenOptions == options }) else {
            add(VerificationFinding(.note, .index, "Its runs were made with different options: see `amberlog reindex`"))
            return
        }
        let damaged = Set(report.damages.filter { $0.kind == .segment }.compactMap(\.session))
        var group: [Session] = []
        var bytes: UInt64 = 0
        for session in sessions where !damaged.contains(session.id) {
            group.append(session)
            bytes += session.state.segmentLength
            if bytes >= Self.groupBytes {
                try checkIndex(of: group, runs, options, isComplete, engine)
                (group, bytes) = ([], 0)
            }
        }
        try checkIndex(of: group, runs, options, isComplete, engine)
    }

    private func checkIndex(
        of group: [Session], _ runs: [RunReader], _ options: UInt32, _ isComplete: Bool, _ engine: Engine
    ) throws(MemoryError) {
        var live: [UInt64: [Range<UInt64>]] = [:]
        let indexer = MessageIndexer(stemsEnglish: options & MessageIndexer.stemsEnglish != 0)
        for session in group {
            let state = session.state
            // Merges leave out what is gone by now, the journal's word included.
            let ranges = engine.liveSequences(of: state.number, state.liveSequences)
            live[state.number] = ranges
            try index(session, ranges, indexer, engine)
        }
        guard let expected = try Contents(indexer.take().finish()) else { return }
        do throws(MemoryError) {
            let merged = try RunMerger.merge(runs, tokenOptions: options) { number, range in
                (live[number] ?? []).map { $0.clamped(to: range) }.filter { !$0.isEmpty }
            }
            let ids = Dictionary(group.map { ($0.state.number, $0.id) }, uniquingKeysWith: { first, _ in first })
            try compare(
                expected, try merged.flatMap { (run) throws(MemoryError) in try Contents(run) }, ids, isComplete)
        } catch  where error.code == .damaged {
            add(
                VerificationFinding(
                    .damage, .index, file: error.place.file, offset: error.place.offset,
                    "\(error.message); see `amberlog reindex`"))
        }
    }

    private func index(
        _ session: Session, _ live: [Range<UInt64>], _ indexer: borrowing MessageIndexer, _ engine: Engine
    ) throws(MemoryError) {
        do throws(MemoryError) {
            try engine.segmentReader(session.state, session: session.id).scan { (block) throws(MemoryError) in
                var at = 0
                for offset in 0..<UInt64(block.count) {
                    guard let record = MessageRecord(block.records, at: at) else { break }
                    at += record.bytes.count
                    let sequence = block.firstSequence + offset
                    if live.contains(where: { $0.contains(sequence) }) {
                        indexer.add(record, session: session.state.number, sequence: sequence)
                    }
                }
            }
        } catch  where error.code == .damaged {
            // Reported when the segment was checked.
        }
    }

    /// A run, and which messages it has.
    private struct Contents {
        var run: RunReader
        var entries: [DirectoryEntry] = []

        init?(_ run: RunReader) throws(MemoryError) {
            if run.documents == 0 { return nil }
            self.run = run
            var entries: [DirectoryEntry] = []
            try run.directory.forEach(run.stream()) { (entry) throws(MemoryError) in entries.append(entry) }
            self.entries = entries
        }

        func ranges(of session: UInt64) -> [Range<UInt64>] {
            entries.filter { $0.session == session }.map(\.sequences)
        }

        func message(_ document: UInt32) -> (session: UInt64, sequence: UInt64)? {
            entries.first { $0.start <= document && document < $0.end }.map {
                ($0.session, $0.firstSequence + UInt64(document - $0.start))
            }
        }
    }

    private func compare(
        _ expected: Contents, _ found: Contents?, _ ids: [UInt64: String], _ isComplete: Bool
    ) throws(MemoryError) {
        var isSame = true
        for (number, id) in ids.sorted(by: { $0.key < $1.key }) {
            for missing in expected.ranges(of: number).subtracting(found?.ranges(of: number) ?? []) {
                isSame = false
                add(
                    VerificationFinding(
                        isComplete ? .damage : .note, .index, session: id, sequences: missing,
                        isComplete
                            ? "No index run has these messages: see `amberlog reindex`"
                            : "Not indexed yet; the next opening for writing does it"))
            }
        }
        // Where the messages differ, so do their numbers.
        guard isSame, let found else { return }
        var (left, right) = (
            RunDictionary.Walk(expected.run.dictionary, expected.run.stream()),
            RunDictionary.Walk(found.run.dictionary, found.run.stream())
        )
        var (wanted, have) = (try left.next(), try right.next())
        var findings = 0
        while findings < Self.findingsMax, wanted != nil || have != nil {
            let isMissing = wanted != nil && (have == nil || left.precedes(right))
            let isExtra = have != nil && (wanted == nil || (!isMissing && !left.isSame(as: right)))
            let expectedList = isExtra ? [] : try postings(wanted, expected.run)
            let foundList = isMissing ? [] : try postings(have, found.run)
            if expectedList != foundList {
                let different = zip(expectedList, foundList).first { $0 != $1 }.map {
                    min($0.0.document, $0.1.document)
                }
                let document =
                    different
                    ?? (expectedList.count > foundList.count ? expectedList : foundList)[
                        min(expectedList.count, foundList.count)
                    ].document
                let message = expected.message(document)
                add(
                    VerificationFinding(
                        .damage, .index, session: message.flatMap { ids[$0.session] },
                        sequences: message.map { $0.sequence..<($0.sequence + 1) },
                        "The index has other words for this message than it holds: see `amberlog reindex`"))
                findings += 1
            }
            if !isExtra { wanted = try left.next() }
            if !isMissing { have = try right.next() }
        }
    }

    private struct Posting: Equatable {
        var document: UInt32
        var count: UInt8
    }

    private func postings(_ entry: TermEntry?, _ run: RunReader) throws(MemoryError) -> [Posting] {
        guard let entry else { return [] }
        var list: [Posting] = []
        try PostingsCursor(run, entry, run.stream()).forEach { list.append(Posting(document: $0, count: $1)) }
        return list
    }
}
