internal import AgentMemory

/// Goes through the messages of a run that have a term, in order, a block at a time.
///
/// Belongs to one search: its properties are touched for every posting, so they do without the check that nobody else
/// is at them.
final class PostingsCursor {
    private let run: RunReader
    private let access: any RunAccess
    /// Blocks and skip entries are far apart: a stream can't be at both places.
    private let skipAccess: any RunAccess
    let entry: TermEntry
    private let blocks: Int
    /// The block that is decoded, -1 for none.
    @exclusivity(unchecked) private(set) var block = -1
    /// The skip entry of the block that is decoded.
    @exclusivity(unchecked) private var skipBase: UnsafeRawPointer?
    @exclusivity(unchecked) private var skipRange = 0..<0

    /// The numbers in the block, and for each how often it has the term less one.
    let documents: UnsafeMutablePointer<UInt32>
    let counts: UnsafeMutablePointer<UInt32>
    @exclusivity(unchecked) private(set) var count = 0
    /// Where in the block the cursor stands.
    @exclusivity(unchecked) var index = 0

    init(
        _ run: RunReader, _ entry: TermEntry, _ access: any RunAccess, skips: (any RunAccess)? = nil
    ) throws(MemoryError) {
        self.run = run
        self.entry = entry
        self.access = access
        skipAccess = skips ?? access
        blocks =
            entry.isLong ? (entry.count + RunLayout.blockValues - 1) / RunLayout.blockValues : 1
        documents = .allocate(capacity: 2 * RunLayout.blockValues)
        counts = documents + RunLayout.blockValues
        if entry.isSingle {
            guard entry.place < UInt64(run.summary.documents) else { throw damaged }
            documents[0] = UInt32(truncatingIfNeeded: entry.place)
            counts[0] = UInt32(entry.frequency) - 1
            count = 1
            block = 0
        } else if !entry.isLong {
            let bytes = try access.bytes(at: entry.place)
            guard
                PostingsBlock.decodeVarints(bytes, from: 0, count: entry.count, after: 0, documents, counts) != nil,
                documents[entry.count - 1] < run.summary.documents
            else { throw damaged }
            count = entry.count
            block = 0
        }
    }

    /// Postings that were put together for one search, as one block.
    init(_ run: RunReader, _ list: [(document: UInt32, count: UInt8)], _ access: any RunAccess) {
        self.run = run
        self.access = access
        skipAccess = access
        entry = TermEntry(count: list.count, place: 0, frequency: 0, frontier: Frontier((0, 0, 0)), isList: true)
        blocks = list.isEmpty ? 0 : 1
        documents = .allocate(capacity: max(1, 2 * list.count))
        counts = documents + list.count
        for (index, item) in list.enumerated() {
            documents[index] = item.document
            counts[index] = UInt32(item.count) - 1
        }
        count = list.count
        block = list.isEmpty ? -1 : 0
    }

    deinit {
        documents.deallocate()
    }

    /// All of the postings, in order.
    func forEach(_ body: (_ document: UInt32, _ count: UInt8) -> Void) throws(MemoryError) {
        for block in 0..<blocks {
            try load(block)
            for index in 0..<count { body(documents[index], UInt8(clamping: counts[index] &+ 1)) }
        }
    }

    /// The postings of a range of messages, in order.
    func forEach(
        in range: Range<UInt32>, _ body: (_ document: UInt32, _ count: UInt8) -> Void
    ) throws(MemoryError) {
        // Ranges mostly come in order.
        let from = self.block > 0 && documents[0] <= range.lowerBound ? self.block : 0
        var block = try findBlock(with: range.lowerBound, from: from)
        while block < blocks {
            try load(block)
            var index = firstIndex(at: range.lowerBound)
            while index < count {
                let document = documents[index]
                if document >= range.upperBound { return }
                body(document, UInt8(clamping: counts[index] &+ 1))
                index += 1
            }
            block += 1
        }
    }

    /// The first place in the block with at least this number.
    @inline(__always)
    func firstIndex(at document: UInt32) -> Int {
        if documents[0] >= document { return 0 }
        var low = 0
        var high = count
        while low < high {
            let middle = (low &+ high) &>> 1
            if documents[middle] < document { low = middle &+ 1 } else { high = middle }
        }
        return low
    }

    private var damaged: MemoryError { run.bytes.damaged("The postings of a term don't fit", at: entry.place) }

    /// One past the last block.
    var blockEnd: Int { blocks }

    /// Where a block ends and what its messages may score.
    @inline(__always)
    func skip(_ number: Int) throws(MemoryError) -> SkipEntry {
        if !skipRange.contains(number) { try loadSkips(number) }
        return SkipEntry(skipBase.unsafelyUnwrapped + (number - skipRange.lowerBound) * SkipEntry.byteCount)
    }

    private func loadSkips(_ number: Int) throws(MemoryError) {
        let address = entry.place + UInt64(number * SkipEntry.byteCount)
        let bytes = try skipAccess.bytes(at: address)
        let count = min(bytes.count / SkipEntry.byteCount, blocks - number)
        guard count > 0 else { throw damaged }
        // From the beginning of the page, as far as the entries are in it: a binary search goes both ways.
        let before = min(number, RunLayout.offset(in: address) / SkipEntry.byteCount)
        let first = run.isInMemory ? number : number - before
        skipBase = bytes.baseAddress.map { $0 - (number - first) * SkipEntry.byteCount }
        skipRange = first..<(number + count)
    }

    /// The number of the last message of a block.
    @inline(__always)
    func last(ofBlock number: Int) throws(MemoryError) -> UInt32 {
        entry.isLong ? try skip(number).last : documents[count - 1]
    }

    /// The first block from `from` on that may have a message of at least this number; ``blockEnd`` for none.
    func findBlock(with document: UInt32, from: Int) throws(MemoryError) -> Int {
        if !entry.isLong { return from == 0 && count > 0 && documents[count - 1] >= document ? 0 : blocks }
        // Near ones first: cursors mostly move a little.
        var low = from
        var step = 1
        while low < blocks, try skip(low).last < document {
            let next = low + step
            if next < blocks, try skip(next).last < document {
                low = next
                step *= 2
                continue
            }
            var high = min(blocks, next)
            low += 1
            while low < high {
                let middle = (low + high) / 2
                if try skip(middle).last < document { low = middle + 1 } else { high = middle }
            }
            return low
        }
        return low
    }

    /// Decodes a block and stands at its first message.
    @inline(__always)
    func load(_ number: Int) throws(MemoryError) {
        index = 0
        if block == number { return }
        try decode(number)
    }

    private func decode(_ number: Int) throws(MemoryError) {
        let skip = try skip(number)
        let next = number == 0 ? 0 : try self.skip(number - 1).last &+ 1
        guard skip.last < run.summary.documents, UInt64(skip.back) <= entry.place else { throw damaged }
        let bytes = try access.bytes(at: entry.place - UInt64(skip.back))
        guard let decoded = PostingsBlock.decode(bytes, after: next, last: skip.last, documents, counts) else {
            throw damaged
        }
        count = decoded
        block = number
    }

    /// Moves to the first message of at least this number.
    ///
    /// - Returns: Its number; `nil` when there is none.
    @inline(__always)
    func advance(to document: UInt32) throws(MemoryError) -> UInt32? {
        if block < 0 || documents[count &- 1] < document {
            guard try leap(to: document) else { return nil }
        }
        var at = index
        // Lists that were put together are one long block.
        if count > RunLayout.blockValues { at = max(at, firstIndex(at: document)) }
        while documents[at] < document { at &+= 1 }
        index = at
        return documents[at]
    }

    /// Stands before the first message again.
    func rewind() {
        index = 0
        if entry.isLong { block = -1 }
    }

    private func leap(to document: UInt32) throws(MemoryError) -> Bool {
        let number = try findBlock(with: document, from: block < 0 ? 0 : block + 1)
        if number >= blocks { return false }
        try load(number)
        return true
    }
}
