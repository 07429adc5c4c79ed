internal import AgentMemory

/// The postings of one term from several runs, put in order.
struct PostingsMerge: ~Copyable {
    private var documents = Column<UInt32>(capacity: 1024)
    private var counts = Column<UInt8>(capacity: 1024)
    /// Where each part that rises ends. Runs whose messages don't interleave are one part.
    private var ends: [Int] = []
    private var otherDocuments = Column<UInt32>()
    private var otherCounts = Column<UInt8>()
    private let scratch = UnsafeMutablePointer<UInt32>.allocate(capacity: 2 * RunLayout.blockValues)

    deinit { scratch.deallocate() }

    var count: Int { documents.count }

    mutating func removeAll() {
        documents.removeAll()
        counts.removeAll()
        ends.removeAll(keepingCapacity: true)
    }

    /// Takes in all the postings of a term in a run, under new numbers.
    ///
    /// - Parameter numbers: The new number of each message of the run; `.max` leaves it out.
    mutating func append(
        _ entry: TermEntry, of run: RunReader, _ postings: any RunAccess, skips: any RunAccess, numbers: [UInt32]
    ) throws(MemoryError) {
        let start = documents.count
        if entry.isSingle {
            guard entry.place < UInt64(numbers.count) else {
                throw run.bytes.damaged("The message of a term isn't there", at: entry.place)
            }
            append(numbers[Int(entry.place)], entry.frequency)
        } else if entry.isLong {
            let cursor = try PostingsCursor(run, entry, postings, skips: skips)
            for block in 0..<cursor.blockEnd {
                try cursor.load(block)
                append(cursor.documents, cursor.counts, cursor.count, numbers)
            }
        } else {
            let bytes = try postings.bytes(at: entry.place)
            let list = scratch
            let listCounts = scratch + RunLayout.blockValues
            guard
                PostingsBlock.decodeVarints(bytes, from: 0, count: entry.count, after: 0, list, listCounts) != nil,
                Int(list[entry.count - 1]) < numbers.count
            else { throw run.bytes.damaged("The postings of a term don't fit", at: entry.place) }
            append(list, listCounts, entry.count, numbers)
        }
        if documents.count == start { return }
        if start > 0, documents.base[start - 1] < documents.base[start] {
            ends[ends.count - 1] = documents.count
        } else {
            ends.append(documents.count)
        }
    }

    private mutating func append(_ number: UInt32, _ count: UInt8) {
        if number == .max { return }
        documents.append(number)
        counts.append(count)
    }

    /// - Parameters:
    ///   - list: All below the count of `numbers`.
    ///   - listCounts: How often each has the term, less one.
    private mutating func append(
        _ list: UnsafeMutablePointer<UInt32>, _ listCounts: UnsafeMutablePointer<UInt32>, _ count: Int,
        _ numbers: [UInt32]
    ) {
        documents.reserve(count)
        counts.reserve(count)
        numbers.withUnsafeBufferPointer { numbers in
            for index in 0..<count {
                let number = numbers[Int(list[index])]
                if number == .max { continue }
                documents.appendReserved(number)
                counts.appendReserved(UInt8(clamping: listCounts[index] &+ 1))
            }
        }
    }

    /// Writes the term. Parts that interleave are merged two by two.
    mutating func write(
        _ key: UnsafeRawBufferPointer, _ lengths: UnsafePointer<UInt8>, to writer: inout RunWriter
    ) throws(MemoryError) {
        while ends.count > 1 { mergePairs() }
        try writer.append(key, documents: documents.elements, counts: counts.elements, lengths: lengths)
    }

    private mutating func mergePairs() {
        otherDocuments.removeAll()
        otherCounts.removeAll()
        otherDocuments.reserve(documents.count)
        otherCounts.reserve(counts.count)
        var newEnds: [Int] = []
        var start = 0
        var part = 0
        while part < ends.count {
            let middle = ends[part]
            let end = part + 1 < ends.count ? ends[part + 1] : middle
            var left = start
            var right = middle
            while left < middle || right < end {
                let takesLeft =
                    right >= end || (left < middle && documents.base[left] < documents.base[right])
                let from = takesLeft ? left : right
                otherDocuments.appendReserved(documents.base[from])
                otherCounts.appendReserved(counts.base[from])
                if takesLeft { left &+= 1 } else { right &+= 1 }
            }
            newEnds.append(otherDocuments.count)
            start = end
            part += 2
        }
        ends = newEnds
        swap(&documents, &otherDocuments)
        swap(&counts, &otherCounts)
    }
}
