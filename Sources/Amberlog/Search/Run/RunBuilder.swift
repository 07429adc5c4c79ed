internal import AgentMemory
internal import LogFormat

/// Makes a run of messages that come in the order of session and sequence.
///
/// What every message has of terms is noted as it comes, eight bytes for each word, and sorted by term once, at the
/// end: a counting sort, without comparisons.
struct RunBuilder: ~Copyable {
    private var terms = ByteKeyTable()
    /// How many occurrences each term has.
    private var occurrenceCounts: [UInt32] = []
    /// `term << 32 | message`, in the order of the messages.
    private var occurrences: [UInt64] = []
    private var directory: [DirectoryEntry] = []
    private var lengths: [UInt8] = []
    private var times_s: [Int64] = []

    init() {}

    var documents: Int { lengths.count }

    /// Begins a message. Sessions and sequences rise.
    mutating func beginDocument(session: UInt64, sequence: UInt64, time_s: Int64) {
        if let last = directory.last, last.session == session, last.sequences.upperBound == sequence {
            directory[directory.count - 1].count += 1
        } else {
            directory.append(
                DirectoryEntry(
                    session: session, firstSequence: sequence, start: UInt32(lengths.count), count: 1, lengthSum: 0))
        }
        times_s.append(time_s)
    }

    /// The number of a term in this run. The key begins with the term's field.
    mutating func term(_ key: UnsafeRawBufferPointer) -> UInt32 {
        let (number, isNew) = terms.number(of: key, hash: ByteHash.hash(key))
        if isNew { occurrenceCounts.append(0) }
        return number
    }

    /// Adds one occurrence of a term to the message.
    @inline(__always)
    mutating func add(_ term: UInt32) {
        occurrenceCounts[Int(term)] &+= 1
        occurrences.append(UInt64(term) << 32 | UInt64(UInt32(truncatingIfNeeded: lengths.count)))
    }

    /// Ends the message.
    ///
    /// - Parameter length: In words.
    mutating func endDocument(length: Int) {
        let byte = DocumentLength.byte(length)
        lengths.append(byte)
        directory[directory.count - 1].lengthSum += UInt64(DocumentLength.words(byte))
    }

    /// Ends the run, in memory.
    consuming func finish(tokenOptions: UInt32) throws(MemoryError) -> RunReader {
        var writer = RunWriter(RunOutput(), tokenOptions: tokenOptions)
        try appendTerms(to: &writer)
        let base = times_s.min() ?? 0
        let times = times_s.map { RunTimes.encode($0, base: base) }
        return try writer.finishInMemory(directory, lengths: lengths, times: times, timeBase_s: base)
    }

    private func appendTerms(to writer: inout RunWriter) throws(MemoryError) {
        let order = sortedTerms()
        // Where the occurrences of each term go, in the order of the terms.
        var places = [Int](repeating: 0, count: terms.count)
        var next = 0
        for term in order {
            places[term] = next
            next += Int(occurrenceCounts[term])
        }
        let documents = UnsafeMutablePointer<UInt32>.allocate(capacity: max(1, occurrences.count))
        let counts = UnsafeMutablePointer<UInt8>.allocate(capacity: max(1, occurrences.count))
        defer {
            documents.deallocate()
            counts.deallocate()
        }
        for occurrence in occurrences {
            let term = Int(occurrence >> 32)
            documents[places[term]] = UInt32(truncatingIfNeeded: occurrence)
            places[term] &+= 1
        }
        var start = 0
        for term in order {
            // Occurrences in one message are neighbours now.
            let end = places[term]
            var unique = start
            var index = start
            while index < end {
                let document = documents[index]
                var count = 1
                while index + count < end, documents[index + count] == document { count += 1 }
                documents[unique] = document
                counts[unique] = UInt8(min(count, RunLayout.frequencyMax))
                unique += 1
                index += count
            }
            if unique > start {
                let list = UnsafeBufferPointer(start: documents + start, count: unique - start)
                let listCounts = UnsafeBufferPointer(start: counts + start, count: unique - start)
                try lengths.withUnsafeBufferPointer { (lengths) throws(MemoryError) in
                    guard let lengths = lengths.baseAddress else { return }
                    try writer.append(terms[term], documents: list, counts: listCounts, lengths: lengths)
                }
            }
            start = end
        }
    }

    /// By their first eight bytes as a number, which decides nearly always, then by the rest.
    private func sortedTerms() -> [Int] {
        var keys: [(prefix: UInt64, term: UInt32)] = []
        keys.reserveCapacity(terms.count)
        for term in 0..<terms.count {
            let key = terms[term]
            var prefix: UInt64 = 0
            for index in 0..<8 { prefix = prefix << 8 | (index < key.count ? UInt64(key[index]) : 0) }
            keys.append((prefix, UInt32(term)))
        }
        keys.sort { left, right in
            if left.prefix != right.prefix { return left.prefix < right.prefix }
            return compare(terms[Int(left.term)], terms[Int(right.term)]) < 0
        }
        return keys.map { Int($0.term) }
    }
}

/// When messages were said, in seconds from the earliest of a run. What lies further apart than 136 years is as far as
/// that: whoever filters looks at the message itself in the end.
enum RunTimes {
    static func encode(_ time_s: Int64, base: Int64) -> UInt32 {
        let (distance, overflow) = time_s.subtractingReportingOverflow(base)
        return overflow || distance < 0 ? (time_s < base ? 0 : .max) : UInt32(clamping: distance)
    }
}
