internal import AgentMemory

/// What every search of a run looks up at random: the length of a message, and where it stands. In memory from the
/// first search on, a byte for each message and 32 for each stretch.
///
/// `@unchecked Sendable`: written before it is shared, only read afterwards.
final class RunColumns: @unchecked Sendable {
    let lengths: UnsafeMutablePointer<UInt8>
    let entries: [DirectoryEntry]
    let documents: UInt32
    private let run: RunBytes

    init(_ reader: RunReader, _ access: any RunAccess) throws(MemoryError) {
        run = reader.bytes
        documents = reader.summary.documents
        var entries: [DirectoryEntry] = []
        entries.reserveCapacity(reader.directory.count)
        try reader.directory.forEach(access) { (entry) throws(MemoryError) in entries.append(entry) }
        self.entries = entries
        lengths = .allocate(capacity: max(1, reader.documents))
        try access.copy(from: reader.summary.lengths, count: reader.documents, to: lengths, of: reader.bytes)
    }

    deinit {
        lengths.deallocate()
    }

    var residentBytes: Int { Int(documents) + entries.count * MemoryLayout<DirectoryEntry>.stride }

    /// The entry that has a message.
    func entry(ofDocument document: UInt32) throws(MemoryError) -> DirectoryEntry {
        var low = 0
        var high = entries.count
        while low < high {
            let middle = (low &+ high) &>> 1
            if entries[middle].start <= document { low = middle &+ 1 } else { high = middle }
        }
        guard low > 0, document < entries[low - 1].end, document >= entries[low - 1].start else {
            throw run.damaged("A message is in no session", page: 0)
        }
        return entries[low - 1]
    }

    /// The entries of a session, in order.
    func entries(ofSession session: UInt64) -> ArraySlice<DirectoryEntry> {
        var low = 0
        var high = entries.count
        while low < high {
            let middle = (low &+ high) &>> 1
            if entries[middle].session < session { low = middle &+ 1 } else { high = middle }
        }
        var end = low
        while end < entries.count, entries[end].session == session { end += 1 }
        return entries[low..<end]
    }
}
