internal import AgentMemory
internal import LogFormat

/// Which messages a run holds: sessions and sequences against numbers. The first entry of each page is in memory.
struct RunDirectory: Sendable {
    static let entriesPerPage = RunLayout.pageBytes / DirectoryEntry.byteCount

    private let run: RunBytes
    private let fences: [DirectoryEntry]
    private let base: UInt64
    let count: Int
    private let documents: UInt32

    init(_ run: RunBytes, _ summary: RunSummary, _ access: any RunAccess) throws(MemoryError) {
        self.run = run
        base = summary.directory
        count = Int(summary.directoryEntries)
        documents = summary.documents
        let fenceCount = (count + Self.entriesPerPage - 1) / Self.entriesPerPage
        var fences: [DirectoryEntry] = []
        fences.reserveCapacity(fenceCount)
        let buffer = UnsafeMutableRawPointer.allocate(byteCount: DirectoryEntry.byteCount, alignment: 8)
        defer { buffer.deallocate() }
        for index in 0..<fenceCount {
            // Fences follow the dictionary's at any address, so one may cross a page.
            try access.copy(
                from: summary.directoryFences + UInt64(index * DirectoryEntry.byteCount),
                count: DirectoryEntry.byteCount, to: buffer, of: run)
            fences.append(DirectoryEntry(UnsafeRawPointer(buffer)))
        }
        self.fences = fences
    }

    var residentBytes: Int { fences.count * MemoryLayout<DirectoryEntry>.stride }

    func entry(_ index: Int, _ access: any RunAccess) throws(MemoryError) -> DirectoryEntry {
        let address = base + UInt64(index * DirectoryEntry.byteCount)
        let entry = DirectoryEntry(try access.bytes(at: address, count: DirectoryEntry.byteCount, of: run))
        // What comes from here is used as an index into the lengths.
        guard UInt64(entry.start) + UInt64(entry.count) <= UInt64(documents),
            !entry.firstSequence.addingReportingOverflow(UInt64(entry.count)).overflow
        else { throw run.damaged("A stretch of messages is out of bounds", at: address) }
        return entry
    }

    /// The index of the first entry for which `isBefore` is false: entries for which it is true come first.
    private func firstIndex(
        _ access: any RunAccess, isBefore: (DirectoryEntry) -> Bool
    ) throws(MemoryError) -> Int {
        var low = 0
        var high = fences.count
        while low < high {
            let middle = (low + high) / 2
            if isBefore(fences[middle]) { low = middle + 1 } else { high = middle }
        }
        guard low > 0 else { return 0 }
        var first = (low - 1) * Self.entriesPerPage
        var end = min(count, first + Self.entriesPerPage)
        while first < end {
            let middle = (first + end) / 2
            if isBefore(try entry(middle, access)) { first = middle + 1 } else { end = middle }
        }
        return first
    }

    /// The entry that has a message.
    func entry(ofDocument document: UInt32, _ access: any RunAccess) throws(MemoryError) -> DirectoryEntry {
        let index = try firstIndex(access) { $0.start <= document } - 1
        guard index >= 0 else { throw run.damaged("A message is in no session", at: base) }
        let entry = try entry(index, access)
        guard document >= entry.start, document < entry.end else {
            throw run.damaged("A message is in no session", at: base)
        }
        return entry
    }

    /// The entries of a session, in order.
    func entries(ofSession session: UInt64, _ access: any RunAccess) throws(MemoryError) -> [DirectoryEntry] {
        guard count > 0 else { return [] }
        var index = try firstIndex(access) { $0.session < session }
        var entries: [DirectoryEntry] = []
        while index < count {
            let entry = try entry(index, access)
            if entry.session != session { break }
            entries.append(entry)
            index += 1
        }
        return entries
    }

    /// All entries, in order.
    func forEach(
        _ access: any RunAccess, _ body: (DirectoryEntry) throws(MemoryError) -> Void
    ) throws(MemoryError) {
        for index in 0..<count { try body(try entry(index, access)) }
    }
}
