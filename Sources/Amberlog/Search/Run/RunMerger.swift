internal import AgentMemory
internal import LogFiles
internal import LogFormat

/// Merges runs into one, without the messages that aren't live any more.
///
/// Memory: four bytes for each message, the dictionary of the result, and the postings of one term.
enum RunMerger {
    /// The sequences of a session that are still live, in order, of those that were given.
    typealias Liveness = (_ session: UInt64, _ sequences: Range<UInt64>) -> [Range<UInt64>]

    /// What a merge makes before the terms are written.
    fileprivate struct Messages {
        var directory: [DirectoryEntry] = []
        var lengths: [UInt8] = []
        var times: [UInt32] = []
        var timeBase_s: Int64 = 0
        /// For each run, the new number of each message; `.max` for none.
        var numbers: [[UInt32]] = []
    }

    /// Merges into memory. `nil` when nothing is live.
    static func merge(
        _ runs: [RunReader], tokenOptions: UInt32, isLive: Liveness
    ) throws(MemoryError) -> RunReader? {
        let messages = try collect(runs, isLive)
        if messages.lengths.isEmpty { return nil }
        var writer = RunWriter(RunOutput(), tokenOptions: tokenOptions)
        try appendTerms(of: runs, messages, to: &writer) { true }
        return try writer.finishInMemory(
            messages.directory, lengths: messages.lengths, times: messages.times, timeBase_s: messages.timeBase_s)
    }

    /// Merges into a file, which is not durable yet.
    ///
    /// - Parameter goesOn: Called between terms: may sleep, to leave the processor to others; `false` gives up.
    /// - Returns: The number of pages, 0 when nothing is live (and the file is empty), `nil` after giving up.
    static func merge(
        _ runs: [RunReader], into output: consuming RunOutput, tokenOptions: UInt32, isLive: Liveness,
        goesOn: () -> Bool
    ) throws(MemoryError) -> Int? {
        let messages = try collect(runs, isLive)
        if messages.lengths.isEmpty { return 0 }
        var writer = RunWriter(output, tokenOptions: tokenOptions)
        guard try appendTerms(of: runs, messages, to: &writer, goesOn) else { return nil }
        return try writer.finish(
            messages.directory, lengths: messages.lengths, times: messages.times, timeBase_s: messages.timeBase_s)
    }

    // MARK: Messages

    private static func collect(_ runs: [RunReader], _ isLive: Liveness) throws(MemoryError) -> Messages {
        var stretches: [(entry: DirectoryEntry, run: Int)] = []
        for (index, run) in runs.enumerated() {
            try run.directory.forEach(run.stream()) { (entry) throws(MemoryError) in stretches.append((entry, index)) }
        }
        stretches.sort {
            ($0.entry.session, $0.entry.firstSequence) < ($1.entry.session, $1.entry.firstSequence)
        }
        var messages = Messages()
        messages.timeBase_s = runs.map(\.summary.timeBase_s).min() ?? 0
        messages.numbers = runs.map { [UInt32](repeating: .max, count: $0.documents) }
        let sources = try runs.map { (run) throws(MemoryError) in try Columns(run) }
        var end: (session: UInt64, sequence: UInt64) = (0, 0)
        for (entry, run) in stretches {
            // A sequence that two runs have, as after a crash between a merge and its edit, counts once.
            var sequences = entry.sequences
            if entry.session == end.session, sequences.lowerBound < end.sequence {
                sequences = min(end.sequence, sequences.upperBound)..<sequences.upperBound
            }
            guard !sequences.isEmpty else { continue }
            end = (entry.session, sequences.upperBound)
            for live in isLive(entry.session, sequences) where !live.isEmpty {
                let first = Int(entry.start) + Int(live.lowerBound - entry.firstSequence)
                messages.append(entry.session, live, first, sources[run], run)
            }
        }
        guard messages.lengths.count <= RunLayout.documentsMax else {
            throw MemoryError(.tooLarge, "An index run of \(messages.lengths.count) messages")
        }
        return messages
    }

    /// The lengths and times of a run.
    fileprivate struct Columns {
        var lengths: [UInt8]
        var times: [UInt32]
        var timeBase_s: Int64

        init(_ run: RunReader) throws(MemoryError) {
            let stream = run.stream()
            let count = run.documents
            timeBase_s = run.summary.timeBase_s
            lengths = [UInt8](repeating: 0, count: count)
            times = [UInt32](repeating: 0, count: count)
            try lengths.withUnsafeMutableBufferPointer { (buffer) throws(MemoryError) in
                guard let base = buffer.baseAddress else { return }
                try stream.copy(from: run.summary.lengths, count: count, to: base, of: run.bytes)
            }
            try times.withUnsafeMutableBufferPointer { (buffer) throws(MemoryError) in
                guard let base = buffer.baseAddress else { return }
                try stream.copy(from: run.summary.times, count: 4 * count, to: base, of: run.bytes)
            }
        }
    }

    // MARK: Terms

    /// One run on its way through its terms.
    private final class Source {
        let run: RunReader
        var walk: RunDictionary.Walk
        var entry: TermEntry?
        let postings: any RunAccess
        let skips: any RunAccess

        init(_ run: RunReader) throws(MemoryError) {
            self.run = run
            walk = RunDictionary.Walk(run.dictionary, run.stream())
            postings = run.stream()
            skips = run.isInMemory ? postings : StreamAccess(run.bytes, windowPages: 2)
            entry = nil
            try advance()
        }

        func advance() throws(MemoryError) {
            entry = try walk.next()
        }
    }

    /// - Returns: `false` after giving up.
    @discardableResult
    private static func appendTerms(
        of runs: [RunReader], _ messages: Messages, to writer: inout RunWriter, _ goesOn: () -> Bool
    ) throws(MemoryError) -> Bool {
        var sources: [Source] = []
        for run in runs { sources.append(try Source(run)) }
        var merged = PostingsMerge()
        var sinceLastLook = 0
        while true {
            var first: Int?
            for (index, source) in sources.enumerated() where source.entry != nil {
                if let known = first {
                    if source.walk.precedes(sources[known].walk) { first = index }
                } else {
                    first = index
                }
            }
            guard let first else { return true }
            let key = sources[first].walk
            merged.removeAll()
            for (index, source) in sources.enumerated() {
                guard let entry = source.entry, index == first || source.walk.isSame(as: key) else { continue }
                try merged.append(
                    entry, of: source.run, source.postings, skips: source.skips, numbers: messages.numbers[index])
                try source.advance()
            }
            sinceLastLook += merged.count + 16
            if merged.count > 0 {
                try key.withKey { (key) throws(MemoryError) in
                    try messages.lengths.withUnsafeBufferPointer { (lengths) throws(MemoryError) in
                        guard let lengths = lengths.baseAddress else { return }
                        try merged.write(key, lengths, to: &writer)
                    }
                }
            }
            if sinceLastLook > 1 << 20 {
                sinceLastLook = 0
                if !goesOn() { return false }
            }
        }
    }
}

extension RunMerger.Messages {
    fileprivate mutating func append(
        _ session: UInt64, _ live: Range<UInt64>, _ first: Int, _ source: RunMerger.Columns, _ run: Int
    ) {
        let start = lengths.count
        var sum: UInt64 = 0
        for offset in 0..<live.count {
            let length = source.lengths[first + offset]
            sum += UInt64(DocumentLength.words(length))
            lengths.append(length)
            times.append(
                RunTimes.encode(source.timeBase_s + Int64(source.times[first + offset]), base: timeBase_s))
            numbers[run][first + offset] = UInt32(start + offset)
        }
        if let last = directory.last, last.session == session, last.sequences.upperBound == live.lowerBound {
            directory[directory.count - 1].count += UInt32(live.count)
            directory[directory.count - 1].lengthSum += sum
        } else {
            directory.append(
                DirectoryEntry(
                    session: session, firstSequence: live.lowerBound, start: UInt32(start),
                    count: UInt32(live.count), lengthSum: sum))
        }
    }
}
