internal import AgentMemory
internal import LogFiles
internal import LogFormat

/// The bytes of a run: in memory, or in a file of pages that are checked when they are read.
///
/// `@unchecked Sendable`: immutable; the memory is freed with the last reference.
final class RunBytes: @unchecked Sendable {
    /// `nil` for a run in a file.
    let memory: UnsafeRawBufferPointer?
    let file: (any File)?
    private let seed: UInt32
    let pages: Int
    /// Tells the pages of this run from those of others in the cache. Never used again.
    let cacheKey: UInt64

    /// A run in memory.
    init(memory writer: consuming ByteWriter) {
        let (base, count) = writer.take()
        memory = UnsafeRawBufferPointer(start: base, count: count)
        file = nil
        seed = 0
        pages = 0
        cacheKey = 0
    }

    /// A run in a file.
    init(file: any File, identity: Identity, pages: Int, cacheKey: UInt64) {
        memory = nil
        self.file = file
        seed = identity.checksumSeed
        self.pages = pages
        self.cacheKey = cacheKey
    }

    deinit {
        memory?.baseAddress?.deallocate()
    }

    /// Reads pages into a buffer, without their frames, and checks them.
    ///
    /// - Returns: `false` when that would wait for the disk and `patience` says not to.
    func read(
        _ range: Range<Int>, into target: UnsafeMutableRawPointer, _ patience: SegmentReader.Patience
    ) throws(MemoryError) -> Bool {
        guard let file, range.lowerBound >= 0, range.upperBound <= pages else {
            throw damaged("A page that doesn't exist is pointed to", page: range.lowerBound)
        }
        let count = range.count * RunFile.frameBytes
        let (base, capacity) = ReadBuffers.take(count)
        defer { ReadBuffers.give(base, capacity) }
        let buffer = UnsafeMutableRawBufferPointer(start: base, count: count)
        let offset = RunFile.offset(ofPage: range.lowerBound)
        let read: Int?
        do throws(FileError) {
            read = try file.read(into: buffer, at: offset, patience)
        } catch {
            throw MemoryError(error, "Reading an index run")
        }
        if read != count {
            if patience == .cachedOnly { return false }
            throw damaged("The index run is shorter than the manifest says", page: range.lowerBound)
        }
        let bytes = UnsafeRawBufferPointer(buffer)
        for (index, page) in range.enumerated() {
            let at = index * RunFile.frameBytes
            guard let frame = FrameHeader(checking: bytes, at: at, seed: seed), frame.kind == FrameKind.page.rawValue,
                frame.sequence == UInt64(page), frame.checked == RunLayout.pageBytes
            else { throw damaged("A page doesn't match its checksum", page: page) }
            (target + index * RunLayout.pageBytes).copyMemory(
                from: base + at + FrameHeader.byteCount, byteCount: RunLayout.pageBytes)
        }
        return true
    }

    func damaged(_ what: String, page: Int) -> MemoryError {
        // What points to a page that isn't there may say any number.
        let isThere = file != nil && page >= 0 && page <= pages
        return .damaged(
            what, file: file?.path ?? "index", offset: isThere ? RunFile.offset(ofPage: page) : nil, session: nil)
    }

    func damaged(_ what: String, at address: UInt64) -> MemoryError {
        damaged(what, page: RunLayout.page(of: address))
    }
}

/// A way to read a run.
protocol RunAccess: AnyObject {
    /// The bytes from an address to the end of its page. They stay for as long as the access does, or, in a stream,
    /// until the next call.
    func bytes(at address: UInt64) throws(MemoryError) -> UnsafeRawBufferPointer
}

extension RunAccess {
    /// So many bytes from an address.
    @inline(__always)
    func bytes(
        at address: UInt64, count: Int, of run: RunBytes
    ) throws(MemoryError) -> UnsafeRawPointer {
        let bytes = try bytes(at: address)
        guard bytes.count >= count, let base = bytes.baseAddress else {
            throw run.damaged("Something reaches beyond its page", at: address)
        }
        return base
    }

    /// Copies what is stored piece by piece.
    func copy(
        from address: UInt64, count: Int, to target: UnsafeMutableRawPointer, of run: RunBytes
    ) throws(MemoryError) {
        var done = 0
        while done < count {
            let bytes = try bytes(at: address + UInt64(done))
            let part = min(bytes.count, count - done)
            guard part > 0, let base = bytes.baseAddress else {
                throw run.damaged("Something reaches beyond the end", at: address + UInt64(done))
            }
            (target + done).copyMemory(from: base, byteCount: part)
            done += part
        }
    }
}

/// Reads a run in memory.
final class MemoryAccess: RunAccess {
    private let run: RunBytes
    private let memory: UnsafeRawBufferPointer

    init(_ run: RunBytes) {
        self.run = run
        memory = run.memory ?? UnsafeRawBufferPointer(start: nil, count: 0)
    }

    func bytes(at address: UInt64) throws(MemoryError) -> UnsafeRawBufferPointer {
        guard address <= UInt64(memory.count) else { throw run.damaged("An address is out of bounds", at: address) }
        return UnsafeRawBufferPointer(rebasing: memory[Int(address)...])
    }
}

/// Reads a run in a file from its beginning to its end, many pages at once and past the cache: for merges.
final class StreamAccess: RunAccess {
    private let run: RunBytes
    private let window: UnsafeMutableRawPointer
    private let windowPages: Int
    private var pages = 0..<0

    init(_ run: RunBytes, windowPages: Int = 8) {
        self.run = run
        self.windowPages = windowPages
        window = .allocate(byteCount: windowPages * RunLayout.pageBytes, alignment: 64)
    }

    deinit {
        window.deallocate()
    }

    func bytes(at address: UInt64) throws(MemoryError) -> UnsafeRawBufferPointer {
        let page = RunLayout.page(of: address)
        if !pages.contains(page) {
            pages = 0..<0
            guard page < run.pages else { throw run.damaged("An address is out of bounds", at: address) }
            let wanted = page..<min(run.pages, page + windowPages)
            _ = try run.read(wanted, into: window, .mayWait)
            pages = wanted
        }
        let offset = (page - pages.lowerBound) * RunLayout.pageBytes + RunLayout.offset(in: address)
        return UnsafeRawBufferPointer(
            start: window + offset, count: RunLayout.pageBytes - RunLayout.offset(in: address))
    }
}
