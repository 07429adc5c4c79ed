internal import AgentMemory
internal import LogFiles
internal import LogFormat
internal import Synchronization

/// An immutable index run. What finds things in it (the fences) is in memory; the rest is read when asked for.
final class RunReader: Sendable {
    let bytes: RunBytes
    let summary: RunSummary
    let dictionary: RunDictionary
    let directory: RunDirectory
    private let loaded = Mutex<RunColumns?>(nil)

    init(_ bytes: RunBytes, _ summary: RunSummary) throws(MemoryError) {
        self.bytes = bytes
        self.summary = summary
        let access: any RunAccess = bytes.memory == nil ? StreamAccess(bytes, windowPages: 8) : MemoryAccess(bytes)
        dictionary = try RunDictionary(bytes, summary, access)
        directory = RunDirectory(bytes, summary)
    }

    /// Opens a run in a file by its last page. May wait for the disk.
    static func open(
        _ file: any File, identity: Identity, pages: Int, cacheKey: UInt64
    ) throws(MemoryError) -> RunReader {
        let bytes = RunBytes(file: file, identity: identity, pages: pages, cacheKey: cacheKey)
        guard pages > 0 else { throw bytes.damaged("The index run is empty", page: 0) }
        let page = IndexPage()
        _ = try bytes.read((pages - 1)..<pages, into: page.base, .mayWait)
        let summary: RunSummary
        do throws(FormatError) {
            summary = try RunSummary(
                decoding: UnsafeRawBufferPointer(start: page.base, count: RunSummary.byteCount))
        } catch {
            throw MemoryError(error, file: file.path, base: RunFile.offset(ofPage: pages - 1))
        }
        guard summary.end <= UInt64(pages) << RunLayout.pageBits else {
            throw bytes.damaged("The summary points beyond the end", page: pages - 1)
        }
        // They begin a page, as the format says: a summary that says otherwise isn't one.
        guard RunLayout.offset(in: summary.lengths) == 0 else {
            throw bytes.damaged("The lengths don't begin a page", page: pages - 1)
        }
        return try RunReader(bytes, summary)
    }

    var isInMemory: Bool { bytes.memory != nil }
    var documents: Int { Int(summary.documents) }

    /// The memory that the run takes all the time: all of it, or what finds things in it.
    var residentBytes: Int {
        (bytes.memory?.count ?? 0) + dictionary.residentBytes
            + (loaded.withLock { $0?.residentBytes } ?? 0)
    }

    /// Read by the first search that needs them.
    func columns(_ access: any RunAccess) throws(MemoryError) -> RunColumns {
        if let known = loaded.withLock({ $0 }) { return known }
        let fresh = try RunColumns(self, access)
        return loaded.withLock { loaded in
            if let known = loaded { return known }
            loaded = fresh
            return fresh
        }
    }

    /// For one search.
    func access(_ cache: PageCache, _ patience: SegmentReader.Patience) -> any RunAccess {
        isInMemory ? MemoryAccess(bytes) : CachedAccess(bytes, cache, patience)
    }

    /// For reading all of it.
    func stream() -> any RunAccess {
        isInMemory ? MemoryAccess(bytes) : StreamAccess(bytes)
    }
}
