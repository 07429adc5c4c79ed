internal import AgentMemory
internal import LogFormat

/// Which messages a run holds: sessions and sequences against numbers, as it stands in the run. ``RunColumns`` has it in
/// memory for searches.
struct RunDirectory: Sendable {
    private let run: RunBytes
    private let base: UInt64
    let count: Int
    private let documents: UInt32

    init(_ run: RunBytes, _ summary: RunSummary) {
        self.run = run
        base = summary.directory
        count = Int(summary.directoryEntries)
        documents = summary.documents
    }

    /// All entries, in order.
    func forEach(
        _ access: any RunAccess, _ body: (DirectoryEntry) throws(MemoryError) -> Void
    ) throws(MemoryError) {
        for index in 0..<count { try body(try entry(index, access)) }
    }

    private func entry(_ index: Int, _ access: any RunAccess) throws(MemoryError) -> DirectoryEntry {
        let address = base + UInt64(index * DirectoryEntry.byteCount)
        let entry = DirectoryEntry(try access.bytes(at: address, count: DirectoryEntry.byteCount, of: run))
        // What comes from here is used as an index into the lengths.
        guard UInt64(entry.start) + UInt64(entry.count) <= UInt64(documents),
            !entry.firstSequence.addingReportingOverflow(UInt64(entry.count)).overflow,
            // Searches add them up.
            entry.lengthSum <= UInt64(entry.count) * UInt64(DocumentLength.words(.max))
        else { throw run.damaged("A stretch of messages is out of bounds", at: address) }
        return entry
    }
}
