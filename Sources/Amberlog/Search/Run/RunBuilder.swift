internal import AgentMemory
internal import LogFormat

/// Makes a run of messages that come in any order.
///
/// What every message has of terms is noted as it comes, four bytes for each word. In the end the messages are put in
/// order, and their words sorted by term: a counting sort, without comparisons. So however many small batches the
/// messages come in, each is moved once.
struct RunBuilder: ~Copyable {
    /// Consecutive messages of a session, as they came.
    private struct Stretch {
        var session: UInt64
        var firstSequence: UInt64
        /// The place of the first in the order of coming.
        var first: Int
        var count: Int

        var nextSequence: UInt64 { firstSequence + UInt64(count) }
    }

    private var terms = ByteKeyTable()
    /// The terms of the messages, one message after another, each as often as it occurs.
    private var occurrences = Column<UInt32>(capacity: 1024)
    /// Where each message's end in ``occurrences``.
    private var ends = Column<UInt32>()
    private var lengths = Column<UInt8>()
    private var times_s = Column<Int64>()
    private var stretches: [Stretch] = []

    init() {}

    var documents: Int { lengths.count }

    /// How many words it holds: four bytes of memory for each, and five more in ``finish(tokenOptions:)``.
    var words: Int { occurrences.count }

    /// Begins a message.
    mutating func beginDocument(session: UInt64, sequence: UInt64, time_s: Int64) {
        if let last = stretches.last, last.session == session, last.nextSequence == sequence {
            stretches[stretches.count - 1].count += 1
        } else {
            stretches.append(Stretch(session: session, firstSequence: sequence, first: lengths.count, count: 1))
        }
        times_s.append(time_s)
    }

    /// The number of a term in this run. The key begins with the term's field.
    mutating func term(_ key: UnsafeRawBufferPointer) -> UInt32 {
        terms.number(of: key, hash: ByteHash.hash(key)).number
    }

    /// Adds one occurrence of a term to the message.
    @inline(__always)
    mutating func add(_ term: UInt32) {
        occurrences.append(term)
    }

    /// Ends the message.
    ///
    /// - Parameter length: In words.
    mutating func endDocument(length: Int) {
        ends.append(UInt32(truncatingIfNeeded: occurrences.count))
        lengths.append(DocumentLength.byte(length))
    }

    /// Ends the run, in memory.
    consuming func finish(tokenOptions: UInt32) throws(MemoryError) -> RunReader {
        stretches.sort { ($0.session, $0.firstSequence) < ($1.session, $1.firstSequence) }
        var writer = RunWriter(RunOutput(), tokenOptions: tokenOptions)
        var directory: [DirectoryEntry] = []
        directory.reserveCapacity(stretches.count)
        var ordered: [UInt8] = []
        ordered.reserveCapacity(documents)
        var times: [UInt32] = []
        times.reserveCapacity(documents)
        let base = times_s.elements.min() ?? 0
        for stretch in stretches {
            var sum: UInt64 = 0
            for index in stretch.first..<(stretch.first + stretch.count) {
                ordered.append(lengths.base[index])
                times.append(RunTimes.encode(times_s.base[index], base: base))
                sum += UInt64(DocumentLength.words(lengths.base[index]))
            }
            if let last = directory.last, last.session == stretch.session,
                last.sequences.upperBound == stretch.firstSequence
            {
                directory[directory.count - 1].count += UInt32(stretch.count)
                directory[directory.count - 1].lengthSum += sum
            } else {
                directory.append(
                    DirectoryEntry(
                        session: stretch.session, firstSequence: stretch.firstSequence,
                        start: UInt32(ordered.count - stretch.count), count: UInt32(stretch.count), lengthSum: sum))
            }
        }
        try appendTerms(to: &writer, ordered)
        return try writer.finishInMemory(directory, lengths: ordered, times: times, timeBase_s: base)
    }

    private mutating func appendTerms(to writer: inout RunWriter, _ lengths: [UInt8]) throws(MemoryError) {
        let documents = UnsafeMutablePointer<UInt32>.allocate(capacity: max(1, occurrences.count))
        defer { documents.deallocate() }
        var counts = Column<UInt8>(capacity: 1024)
        let ends = distribute(documents)
        // Not needed any more, and as much memory as what is about to be made.
        occurrences = Column()
        for term in sortedTerms() {
            let start = term == 0 ? 0 : Int(ends[term - 1])
            let end = Int(ends[term])
            if start == end { continue }
            // Occurrences in one message are neighbours now: they become one with a count.
            counts.removeAll()
            counts.reserve(end - start)
            var unique = start
            var last = documents[start]
            var count = 0
            for index in start..<end {
                let document = documents[index]
                if document != last {
                    documents[unique] = last
                    unique += 1
                    counts.appendReserved(UInt8(truncatingIfNeeded: min(count, RunLayout.frequencyMax)))
                    last = document
                    count = 0
                }
                count += 1
            }
            documents[unique] = last
            counts.appendReserved(UInt8(truncatingIfNeeded: min(count, RunLayout.frequencyMax)))
            try lengths.withUnsafeBufferPointer { (lengths) throws(MemoryError) in
                guard let lengths = lengths.baseAddress else { return }
                try writer.append(
                    terms[term], documents: UnsafeBufferPointer(start: documents + start, count: counts.count),
                    counts: counts.elements, lengths: lengths)
            }
        }
    }

    /// Sorts the occurrences by term, in the order of the messages.
    ///
    /// - Returns: Where each term's end.
    private func distribute(_ documents: UnsafeMutablePointer<UInt32>) -> [UInt32] {
        var places = [UInt32](repeating: 0, count: terms.count)
        places.withUnsafeMutableBufferPointer { places in
            for term in occurrences.elements { places[Int(term)] &+= 1 }
            var next: UInt32 = 0
            for term in places.indices {
                let count = places[term]
                places[term] = next
                next += count
            }
            var document: UInt32 = 0
            for stretch in stretches {
                var at = stretch.first == 0 ? 0 : Int(ends.base[stretch.first - 1])
                for index in stretch.first..<(stretch.first + stretch.count) {
                    let end = Int(ends.base[index])
                    while at < end {
                        let term = Int(occurrences.base[at])
                        documents[Int(places[term])] = document
                        places[term] &+= 1
                        at &+= 1
                    }
                    document &+= 1
                }
            }
        }
        return places
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
