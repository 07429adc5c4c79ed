internal import AgentMemory
internal import CSearch
internal import LogFiles
internal import LogFormat

/// A block before it is packed.
private final class BlockValues {
    let gaps = UnsafeMutablePointer<UInt32>.allocate(capacity: 2 * RunLayout.blockValues)
    var frequencies: UnsafeMutablePointer<UInt32> { gaps + RunLayout.blockValues }

    deinit {
        gaps.deallocate()
    }
}

/// Writes an index run: the terms in order, then the messages.
///
/// Memory: the dictionary, and the postings of one term.
struct RunWriter: ~Copyable {
    private var output: RunOutput
    private var dictionary = ByteWriter(capacity: 64 << 10)
    /// Where the pieces of the dictionary begin in ``dictionary``, and their first terms.
    private var pieces: [(start: Int, firstKey: [UInt8])] = []
    private var pieceStart = 0
    private var groupOffsets: [UInt16] = []
    private var groupCount = 0
    private var lastKey: [UInt8] = []
    private var scratch = ByteWriter(capacity: 4096)
    private var skips = ByteWriter(capacity: 4096)
    private var blockFrontier = FrontierBuilder()
    private var termFrontier = FrontierBuilder()
    private let values = BlockValues()
    private var summary = RunSummary()

    /// The dictionary is cut into pieces of about this size, which are found by their first terms.
    private static let pieceBytes = 4096

    init(_ output: consuming RunOutput, tokenOptions: UInt32) {
        self.output = output
        summary.tokenOptions = tokenOptions
    }

    // MARK: Terms

    /// Appends a term that comes after all before it.
    ///
    /// - Parameters:
    ///   - documents: Rising numbers, at least one.
    ///   - counts: How often each of them has the term, 1 to ``RunLayout/frequencyMax``.
    ///   - lengths: The length bytes of all messages.
    mutating func append(
        _ key: UnsafeRawBufferPointer, documents: UnsafeBufferPointer<UInt32>, counts: UnsafeBufferPointer<UInt8>,
        lengths: UnsafePointer<UInt8>
    ) throws(MemoryError) {
        scratch.removeAll()
        scratch.append(varint: UInt64(documents.count))
        if documents.count == 1 {
            scratch.append(varint: UInt64(documents[0]))
            scratch.append(counts[0])
        } else if documents.count <= RunLayout.blockValues {
            let place = appendShortList(documents, counts)
            scratch.append(varint: place)
        } else {
            termFrontier.removeAll()
            let place = try appendBlocks(documents, counts, lengths)
            scratch.append(varint: place)
            termFrontier.frontier().encode(into: &scratch)
        }
        appendEntry(key)
        summary.terms += 1
        try output.flushIfLarge()
    }

    private mutating func appendShortList(
        _ documents: UnsafeBufferPointer<UInt32>, _ counts: UnsafeBufferPointer<UInt8>
    ) -> UInt64 {
        skips.removeAll()
        encodeVarints(documents[...], counts[...], after: 0)
        return output.append(unit: skips.bytes)
    }

    /// Gaps with a bit that says whether a count follows: for lists and rests that don't fill a block.
    private mutating func encodeVarints(
        _ documents: Slice<UnsafeBufferPointer<UInt32>>, _ counts: Slice<UnsafeBufferPointer<UInt8>>, after base: UInt32
    ) {
        // A gap of 31 bits and the bit take five bytes.
        skips.append(upTo: 6 * documents.count) { bytes in
            var at = 0
            var next = base
            for index in documents.indices {
                let document = documents[index]
                let count = counts[index]
                var value = UInt64(document &- next) &<< 1 | (count == 1 ? 1 : 0)
                while value >= 0x80 {
                    bytes[at] = UInt8(truncatingIfNeeded: value) | 0x80
                    value &>>= 7
                    at &+= 1
                }
                bytes[at] = UInt8(truncatingIfNeeded: value)
                at &+= 1
                if count != 1 {
                    bytes[at] = count
                    at &+= 1
                }
                next = document &+ 1
            }
            return at
        }
    }

    private mutating func appendBlocks(
        _ documents: UnsafeBufferPointer<UInt32>, _ counts: UnsafeBufferPointer<UInt8>, _ lengths: UnsafePointer<UInt8>
    ) throws(MemoryError) -> UInt64 {
        let size = RunLayout.blockValues
        var entries: [(last: UInt32, address: UInt64, frontier: Frontier)] = []
        entries.reserveCapacity(documents.count / size + 1)
        var next: UInt32 = 0
        var lower = 0
        while lower < documents.count {
            let upper = min(documents.count, lower + size)
            blockFrontier.removeAll()
            for index in lower..<upper {
                blockFrontier.add(frequency: counts[index], length: lengths[Int(documents[index])])
            }
            skips.removeAll()
            if upper - lower < size || !packBlock(documents, counts, lower, next: next) {
                skips.append(UInt8(0xFF))
                skips.append(UInt8(upper - lower - 1))
                encodeVarints(documents[lower..<upper], counts[lower..<upper], after: next)
            }
            let frontier = blockFrontier.frontier()
            termFrontier.add(frontier)
            entries.append((documents[upper - 1], output.append(unit: skips.bytes), frontier))
            try output.flushIfLarge()
            next = documents[upper - 1] + 1
            lower = upper
        }
        output.align(to: UInt64(SkipEntry.byteCount))
        if entries.count * SkipEntry.byteCount <= RunLayout.pageBytes {
            output.makeRoom(for: entries.count * SkipEntry.byteCount)
        }
        let place = output.address
        skips.removeAll()
        for entry in entries {
            SkipEntry(
                last: entry.last, back: UInt32(truncatingIfNeeded: place - entry.address), frontier: entry.frontier
            )
            .encode(into: &skips)
        }
        try output.append(skips.bytes)
        return place
    }

    /// - Returns: `false` when a gap is too wide to be packed.
    private mutating func packBlock(
        _ documents: UnsafeBufferPointer<UInt32>, _ counts: UnsafeBufferPointer<UInt8>, _ lower: Int, next: UInt32
    ) -> Bool {
        let gaps = values.gaps
        let frequencies = values.frequencies
        var before = next
        var gapBits: UInt32 = 0
        var countBits: UInt32 = 0
        for index in 0..<RunLayout.blockValues {
            let document = documents[lower + index]
            gaps[index] = document &- before
            frequencies[index] = UInt32(counts[lower + index]) - 1
            gapBits |= gaps[index]
            countBits |= frequencies[index]
            before = document &+ 1
        }
        let gapWidth = 32 - gapBits.leadingZeroBitCount
        let countWidth = 32 - countBits.leadingZeroBitCount
        if gapWidth > PostingsBlock.gapBitsMax { return false }
        skips.append(UInt8(gapWidth))
        skips.append(UInt8(countWidth))
        for (values, width) in [(gaps, gapWidth), (frequencies, countWidth)] {
            skips.append(upTo: 16 * width) { bytes in
                guard let base = bytes.baseAddress else { return 0 }
                amber_pack(values, UInt32(width), base.assumingMemoryBound(to: UInt8.self))
                return 16 * width
            }
        }
        return true
    }

    // MARK: The dictionary

    private mutating func appendEntry(_ key: UnsafeRawBufferPointer) {
        var shared = 0
        if groupCount == RunLayout.groupTerms || pieces.isEmpty {
            if pieces.isEmpty || dictionary.count - pieceStart >= Self.pieceBytes {
                endPiece()
                pieces.append((dictionary.count, Array(key)))
            }
            groupOffsets.append(UInt16(dictionary.count - pieceStart))
            groupCount = 0
        } else {
            let limit = min(key.count, lastKey.count)
            while shared < limit, key[shared] == lastKey[shared] { shared += 1 }
        }
        groupCount += 1
        dictionary.append(UInt8(shared))
        dictionary.append(UInt8(key.count - shared))
        dictionary.append(UnsafeRawBufferPointer(rebasing: key[shared...]))
        dictionary.append(scratch.bytes)
        lastKey.replaceSubrange(shared..., with: key[shared...])
    }

    private mutating func endPiece() {
        if !pieces.isEmpty {
            for offset in groupOffsets { dictionary.append(offset) }
            dictionary.append(UInt16(groupOffsets.count))
        }
        groupOffsets.removeAll(keepingCapacity: true)
        pieceStart = dictionary.count
    }

    // MARK: Messages

    /// Ends the run with what it holds of messages.
    private mutating func appendMessages(
        _ directory: [DirectoryEntry], lengths: [UInt8], times: [UInt32], timeBase_s: Int64
    ) throws(MemoryError) {
        endPiece()
        // Pieces keep whole in a page, and are found by their first term.
        var fences = ByteWriter(capacity: 16 * pieces.count)
        for (index, piece) in pieces.enumerated() {
            let end = index + 1 < pieces.count ? pieces[index + 1].start : dictionary.count
            let place = output.append(unit: UnsafeRawBufferPointer(rebasing: dictionary.bytes[piece.start..<end]))
            fences.append(place)
            fences.append(UInt16(end - piece.start))
            fences.append(UInt8(piece.firstKey.count))
            piece.firstKey.withUnsafeBytes { fences.append($0) }
            try output.flushIfLarge()
        }
        summary.dictionaryPieces = UInt32(pieces.count)
        summary.dictionaryFences = output.address
        try output.append(fences.bytes)
        summary.dictionaryEnd = output.address
        output.align(to: UInt64(RunLayout.pageBytes), onlyInFiles: true)
        summary.directory = output.address
        var writer = ByteWriter(capacity: DirectoryEntry.byteCount * directory.count)
        for entry in directory {
            entry.encode(into: &writer)
            summary.lengthSum += entry.lengthSum
        }
        try output.append(writer.bytes)
        summary.directoryEntries = UInt32(directory.count)
        output.align(to: UInt64(RunLayout.pageBytes), onlyInFiles: true)
        summary.lengths = output.address
        try lengths.withUnsafeBufferPointer { (lengths) throws(MemoryError) in
            try output.append(UnsafeRawBufferPointer(lengths))
        }
        output.align(to: UInt64(RunLayout.pageBytes), onlyInFiles: true)
        output.align(to: 4)
        summary.times = output.address
        summary.timeBase_s = timeBase_s
        try times.withUnsafeBufferPointer { (times) throws(MemoryError) in
            try output.append(UnsafeRawBufferPointer(times))
        }
        summary.documents = UInt32(lengths.count)
        summary.end = output.address
    }

    /// Ends a run in memory.
    consuming func finishInMemory(
        _ directory: [DirectoryEntry], lengths: [UInt8], times: [UInt32], timeBase_s: Int64
    ) throws(MemoryError) -> RunReader {
        try appendMessages(directory, lengths: lengths, times: times, timeBase_s: timeBase_s)
        return try RunReader(RunBytes(memory: output.finishInMemory()), summary)
    }

    /// Ends a run in a file. Not durable yet.
    ///
    /// - Returns: The number of pages.
    consuming func finish(
        _ directory: [DirectoryEntry], lengths: [UInt8], times: [UInt32], timeBase_s: Int64
    ) throws(MemoryError) -> Int {
        try appendMessages(directory, lengths: lengths, times: times, timeBase_s: timeBase_s)
        return try output.finish(summary)
    }
}
