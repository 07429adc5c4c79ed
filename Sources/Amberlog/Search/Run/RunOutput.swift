internal import AgentMemory
internal import LogFiles
internal import LogFormat

/// Takes the bytes of a run in the order of their addresses, into memory or into the pages of a file.
struct RunOutput: ~Copyable {
    /// What isn't written yet; of a run in memory, everything.
    private var buffer: ByteWriter
    /// The address of the buffer's first byte.
    private var start: UInt64 = 0
    private let file: (any File)?
    private let seed: UInt32
    private var frames = ByteWriter(capacity: 64)

    /// Pages are written so many at once.
    private static let pagesAtOnce = 64

    /// A run in memory.
    init() {
        buffer = ByteWriter(capacity: 16 << 10)
        file = nil
        seed = 0
    }

    /// A run in a new file.
    init(file: any File, store: Identity, identity: Identity, number: UInt64) throws(MemoryError) {
        buffer = ByteWriter(capacity: Self.pagesAtOnce * RunLayout.pageBytes)
        self.file = file
        seed = identity.checksumSeed
        var header = ByteWriter(capacity: RunFile.headerBytes)
        FileHeader(kind: .indexRun, store: store, file: identity, number: number, generation: 0)
            .encode(into: &header, trailer: false, alignedTo: RunFile.headerBytes)
        do throws(FileError) {
            try file.writeFully(header.bytes, at: 0)
        } catch {
            throw MemoryError(error, "Writing an index run")
        }
    }

    var address: UInt64 { start + UInt64(buffer.count) }

    mutating func align(to alignment: UInt64, onlyInFiles: Bool = false) {
        if onlyInFiles, file == nil { return }
        let rest = address & (alignment - 1)
        if rest != 0 { buffer.pad(to: buffer.count + Int(alignment - rest)) }
    }

    /// Begins a new page unless so many bytes fit the page that has been begun. In memory there are no pages.
    mutating func makeRoom(for count: Int) {
        guard file != nil else { return }
        if RunLayout.offset(in: address) + count > RunLayout.pageBytes { align(to: UInt64(RunLayout.pageBytes)) }
    }

    /// Appends what is read at once, and returns where it stands.
    @discardableResult
    mutating func append(unit bytes: UnsafeRawBufferPointer) -> UInt64 {
        makeRoom(for: bytes.count)
        let place = address
        buffer.append(bytes)
        return place
    }

    /// Appends what is read piece by piece.
    mutating func append(_ bytes: UnsafeRawBufferPointer) throws(MemoryError) {
        buffer.append(bytes)
        try flushIfLarge()
    }

    /// Writes the pages that are full, when there are many.
    mutating func flushIfLarge() throws(MemoryError) {
        if file != nil, buffer.count >= Self.pagesAtOnce * RunLayout.pageBytes {
            try flush(pages: buffer.count / RunLayout.pageBytes)
        }
    }

    private mutating func flush(pages: Int) throws(MemoryError) {
        guard let file, pages > 0 else { return }
        let first = start >> RunLayout.pageBits
        frames.removeAll()
        for page in 0..<pages {
            let frame = frames.beginFrame(.page, sequence: first + UInt64(page))
            let lower = page * RunLayout.pageBytes
            frames.append(UnsafeRawBufferPointer(rebasing: buffer.bytes[lower..<lower + RunLayout.pageBytes]))
            frames.endFrame(frame, seed: seed)
        }
        do throws(FileError) {
            try file.writeFully(frames.bytes, at: RunFile.offset(ofPage: Int(first)))
        } catch {
            throw MemoryError(error, "Writing an index run")
        }
        let used = pages * RunLayout.pageBytes
        var rest = ByteWriter(capacity: max(Self.pagesAtOnce * RunLayout.pageBytes, buffer.count - used))
        rest.append(UnsafeRawBufferPointer(rebasing: buffer.bytes[used...]))
        buffer = rest
        start += UInt64(used)
    }

    /// Ends a run in memory.
    consuming func finishInMemory() -> ByteWriter { buffer }

    /// Ends a run in a file with its summary on a page of its own. Not durable yet.
    ///
    /// - Returns: The number of pages.
    consuming func finish(_ summary: RunSummary) throws(MemoryError) -> Int {
        align(to: UInt64(RunLayout.pageBytes))
        summary.encode(into: &buffer)
        align(to: UInt64(RunLayout.pageBytes))
        let pages = Int(address >> RunLayout.pageBits)
        try flush(pages: buffer.count / RunLayout.pageBytes)
        return pages
    }
}

/// Where the pages of a run are in its file.
enum RunFile {
    static let headerBytes = Limits.blockBytes
    static let frameBytes = FrameHeader.byteCount + RunLayout.pageBytes

    static func offset(ofPage page: Int) -> UInt64 {
        UInt64(headerBytes) + UInt64(page) * UInt64(frameBytes)
    }
}
