internal import AgentMemory
internal import LogFormat

/// What the dictionary says of a term.
struct TermEntry {
    /// So many messages have it.
    var count: Int
    /// Of a single message its number, else where the postings are.
    var place: UInt64
    /// Of a single message: how often it has the term.
    var frequency: UInt8
    /// Of a long list.
    var frontier: Frontier
    /// Put together for one search: nothing of it stands anywhere.
    var isList = false

    var isSingle: Bool { count == 1 }
    var isLong: Bool { count > RunLayout.blockValues && !isList }
}

/// The terms of a run. The first term of each piece is in memory: looking one up reads one piece.
struct RunDictionary: Sendable {
    private let run: RunBytes
    /// The keys of the fences, one after another, and where each begins; one more for the end.
    private let fenceKeys: [UInt8]
    private let fenceOffsets: [UInt32]
    private let places: [UInt64]
    private let sizes: [UInt16]

    init(_ run: RunBytes, _ summary: RunSummary, _ access: any RunAccess) throws(MemoryError) {
        self.run = run
        let size = Int(summary.dictionaryEnd - summary.dictionaryFences)
        guard size <= 64 << 20 else { throw run.damaged("The dictionary is too large", at: summary.dictionaryFences) }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, size), alignment: 8)
        defer { buffer.deallocate() }
        if let base = buffer.baseAddress {
            try access.copy(from: summary.dictionaryFences, count: size, to: base, of: run)
        }
        var keys: [UInt8] = []
        var offsets: [UInt32] = []
        var places: [UInt64] = []
        var sizes: [UInt16] = []
        do throws(FormatError) {
            var reader = ByteReader(UnsafeRawBufferPointer(rebasing: buffer[..<size]))
            for _ in 0..<summary.dictionaryPieces {
                places.append(try reader.uint64())
                sizes.append(try reader.uint16())
                let key = try reader.slice(Int(try reader.uint8()))
                offsets.append(UInt32(keys.count))
                keys.append(contentsOf: key)
            }
        } catch {
            throw run.damaged("The dictionary's fences don't fit", at: summary.dictionaryFences)
        }
        offsets.append(UInt32(keys.count))
        fenceKeys = keys
        fenceOffsets = offsets
        self.places = places
        self.sizes = sizes
    }

    var residentBytes: Int { fenceKeys.count + 14 * places.count }

    /// - Returns: `nil` when the run doesn't have the term.
    func find(_ key: UnsafeRawBufferPointer, _ access: any RunAccess) throws(MemoryError) -> TermEntry? {
        guard let piece = piece(for: key) else { return nil }
        let bytes = try self.bytes(ofPiece: piece, access)
        guard let groups = Groups(bytes) else { throw damaged(piece) }
        // The last group that begins with this term or one before it.
        var low = 0
        var high = groups.count
        while low < high {
            let middle = (low + high) / 2
            guard let first = groups.firstKey(middle) else { throw damaged(piece) }
            if compare(first, key) <= 0 { low = middle + 1 } else { high = middle }
        }
        guard low > 0, var at = groups.offset(low - 1) else { return nil }
        // Compared without building each term: `matched` bytes of the key are those of the entry before.
        var matched = 0
        let end = low < groups.count ? groups.offset(low) ?? groups.end : groups.end
        while at < end {
            guard let entry = RawEntry(bytes, at: at, end: groups.end) else { throw damaged(piece) }
            if entry.shared < matched { return nil }
            if entry.shared == matched {
                let suffix = entry.suffix
                var same = 0
                while same < suffix.count, matched + same < key.count, suffix[same] == key[matched + same] { same += 1 }
                matched += same
                if same == suffix.count, matched == key.count { return entry.term }
                // The first that comes after it in order ends the search.
                if same < suffix.count, matched >= key.count || suffix[same] > key[matched] { return nil }
            }
            at = entry.next
        }
        return nil
    }

    /// Calls `body` with each term from `first` on, in order, until it returns `false`.
    func forEach(
        from first: UnsafeRawBufferPointer? = nil, _ access: any RunAccess,
        _ body: (UnsafeRawBufferPointer, TermEntry) throws(MemoryError) -> Bool
    ) throws(MemoryError) {
        var walk = Walk(self, access)
        if let first { walk.piece = piece(for: first) ?? 0 }
        while let entry = try walk.next() {
            let isWanted = try walk.withKey { (key) throws(MemoryError) -> Bool? in
                if let first, compare(key, first) < 0 { return nil }
                return try body(key, entry)
            }
            if isWanted == false { return }
        }
    }

    // MARK: Pieces

    /// The piece that has the term, if any has.
    private func piece(for key: UnsafeRawBufferPointer) -> Int? {
        fenceKeys.withUnsafeBytes { keys in
            var low = 0
            var high = places.count
            while low < high {
                let middle = (low + high) / 2
                let first = UnsafeRawBufferPointer(
                    rebasing: keys[Int(fenceOffsets[middle])..<Int(fenceOffsets[middle + 1])])
                if compare(first, key) <= 0 { low = middle + 1 } else { high = middle }
            }
            return low > 0 ? low - 1 : nil
        }
    }

    private func bytes(ofPiece piece: Int, _ access: any RunAccess) throws(MemoryError) -> UnsafeRawBufferPointer {
        let count = Int(sizes[piece])
        return UnsafeRawBufferPointer(start: try access.bytes(at: places[piece], count: count, of: run), count: count)
    }

    private func damaged(_ piece: Int) -> MemoryError { run.damaged("A piece of the dictionary", at: places[piece]) }

    /// Walks over all terms.
    struct Walk {
        private let dictionary: RunDictionary
        private let access: any RunAccess
        fileprivate var piece = 0
        private var bytes = UnsafeRawBufferPointer(start: nil, count: 0)
        private var at = 0
        private var end = 0
        private var key: [UInt8] = []

        init(_ dictionary: RunDictionary, _ access: any RunAccess) {
            self.dictionary = dictionary
            self.access = access
            key.reserveCapacity(256)
        }

        /// What is said of the next term, which ``withKey(_:)`` then tells.
        mutating func next() throws(MemoryError) -> TermEntry? {
            while at >= end {
                guard piece < dictionary.places.count else { return nil }
                bytes = try dictionary.bytes(ofPiece: piece, access)
                guard let groups = Groups(bytes) else { throw dictionary.damaged(piece) }
                at = 0
                end = groups.end
                piece += 1
            }
            guard let entry = RawEntry(bytes, at: at, end: end), entry.shared <= key.count else {
                throw dictionary.damaged(piece - 1)
            }
            key.replaceSubrange(entry.shared..., with: entry.suffix)
            at = entry.next
            return entry.term
        }

        func withKey<Result>(
            _ body: (UnsafeRawBufferPointer) throws(MemoryError) -> Result
        ) throws(MemoryError) -> Result {
            try key.withUnsafeBytes { (key) -> Swift.Result<Result, MemoryError> in
                do throws(MemoryError) { return .success(try body(key)) } catch { return .failure(error) }
            }.get()
        }

        /// Whether the term comes before another walk's.
        func precedes(_ other: Walk) -> Bool {
            key.withUnsafeBytes { left in other.key.withUnsafeBytes { right in compare(left, right) < 0 } }
        }

        func isSame(as other: Walk) -> Bool { key == other.key }
    }
}

/// Like `memcmp`, with a prefix before what it begins.
@inline(__always)
func compare(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Int {
    let count = min(left.count, right.count)
    var index = 0
    while index < count {
        if left[index] != right[index] { return Int(left[index]) - Int(right[index]) }
        index &+= 1
    }
    return left.count - right.count
}

/// The groups of a piece: their places stand at its end.
private struct Groups {
    let bytes: UnsafeRawBufferPointer
    let count: Int
    /// Where the entries end.
    let end: Int

    init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count >= 2 else { return nil }
        let count = Int(UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: bytes.count - 2, as: UInt16.self)))
        let end = bytes.count - 2 - 2 * count
        guard count > 0, end >= 0 else { return nil }
        self.bytes = bytes
        self.count = count
        self.end = end
    }

    func offset(_ group: Int) -> Int? {
        let offset = Int(UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: end + 2 * group, as: UInt16.self)))
        return offset <= end ? offset : nil
    }

    func firstKey(_ group: Int) -> UnsafeRawBufferPointer? {
        guard let offset = offset(group), let entry = RawEntry(bytes, at: offset, end: end) else { return nil }
        return entry.suffix
    }
}

/// One entry of a piece as it stands there.
private struct RawEntry {
    var shared: Int
    var suffix: UnsafeRawBufferPointer
    var term: TermEntry
    var next: Int

    @inline(__always)
    init?(_ bytes: UnsafeRawBufferPointer, at start: Int, end: Int) {
        guard end - start >= 2 else { return nil }
        shared = Int(bytes[start])
        let length = Int(bytes[start + 1])
        var at = start + 2
        guard end - at >= length else { return nil }
        suffix = UnsafeRawBufferPointer(rebasing: bytes[at..<at + length])
        at += length
        guard let count = Self.varint(bytes, &at, end), count > 0, count <= UInt64(RunLayout.documentsMax),
            let place = Self.varint(bytes, &at, end)
        else { return nil }
        term = TermEntry(count: Int(count), place: place, frequency: 0, frontier: Frontier((0, 0, 0)))
        if term.isSingle {
            guard at < end, place < UInt64(RunLayout.documentsMax), bytes[at] > 0 else { return nil }
            term.frequency = bytes[at]
            at += 1
        } else if term.isLong {
            guard end - at >= 6, let base = bytes.baseAddress else { return nil }
            term.frontier = Frontier(base + at)
            at += 6
        }
        next = at
    }

    @inline(__always)
    private static func varint(_ bytes: UnsafeRawBufferPointer, _ at: inout Int, _ end: Int) -> UInt64? {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while at < end, shift < 63 {
            let byte = bytes[at]
            at &+= 1
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift &+= 7
        }
        return nil
    }
}
