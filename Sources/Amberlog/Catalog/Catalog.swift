internal import AgentMemory
internal import LogFiles
internal import LogFormat

/// The manifest in force and what hangs on it: which journals exist, which files wait to be removed.
///
/// `@unchecked Sendable`: touched only inside the engine's `catalog` monitor.
final class Catalog: @unchecked Sendable {
    let files: any FileSystem
    let store: Identity
    private(set) var number: UInt64
    private var file: (any File)?
    private var seed: UInt32
    /// So many bytes of the file are in force, always whole blocks.
    private(set) var length: UInt64
    private var nextEdit: UInt64
    private var allocated: UInt64
    /// The length right after the last snapshot.
    private var snapshotLength: UInt64
    /// The journals that the manifest lists, by number.
    var journals: [UInt64: JournalState] = [:]
    /// Retired journals of which the file is kept for the next one.
    var recyclable: [JournalState] = []
    /// The index runs in force, by number: later messages in higher numbers, but for merges.
    var runs: [UInt64: IndexRunState] = [:]
    /// Every message of a batch up to this one is in a run.
    var indexed: UInt64 = 0
    /// Sessions of which every byte has to go.
    private(set) var erasing: Set<UInt64> = []
    /// Journals, manifests and index runs of smaller numbers may hold something of them.
    private var erasedBelow: UInt64 = 0
    /// Every batch up to this one stands in segments.
    var checkpointed: UInt64 = 0
    /// Manifests that were replaced and that a reader may have locked.
    private var retained: [(number: UInt64, file: any File)] = []
    /// Files that those readers may still read, with the manifest that has to be let go first.
    private var graveyard: [(barrier: UInt64, path: String)] = []

    /// Takes over a manifest that has been read.
    init(
        files: any FileSystem, store: Identity, number: UInt64, file: (any File)?, seed: UInt32, length: UInt64,
        nextEdit: UInt64, allocated: UInt64? = nil
    ) {
        self.files = files
        self.store = store
        self.number = number
        self.file = file
        self.seed = seed
        self.length = length
        self.nextEdit = nextEdit
        self.allocated = max(length, allocated ?? length)
        snapshotLength = length
    }

    /// Grown ahead in steps of this size, so that most edits overwrite zeros, and clearing works on a full disk.
    private static let reserveBytes: UInt64 = 256 << 10
    private static let frameBytes = 1 << 20
    /// A manifest smaller than this isn't worth rewriting.
    private static let smallBytes: UInt64 = 1 << 20

    /// Appends edits and makes them durable: when it returns, they are in force.
    ///
    /// IMPORTANT: what the edits point to must be durable before.
    func append(_ items: some Sequence<ManifestItem>) throws(MemoryError) {
        guard let file else { throw .readOnlyStore }
        var writer = ByteWriter(capacity: 64 << 10)
        var edit = nextEdit
        var start = writer.beginFrame(.edit, sequence: edit)
        for item in items {
            if writer.count - start > Self.frameBytes {
                // A frame that begins on a block is the first of an append, which says that those before it are durable.
                let gap = writer.count.roundedUpToWord % Limits.blockBytes == 0 ? 8 : 0
                writer.endFrame(start, seed: seed, extra: gap)
                writer.pad(to: writer.count + gap)
                edit += 1
                start = writer.beginFrame(.edit, sequence: edit)
            }
            ManifestEdit.append(item, to: &writer)
        }
        writer.endFrame(start, seed: seed, alignedTo: Limits.blockBytes)
        let bytes = writer.bytes
        do throws(FileError) {
            try growReserve(of: file, for: UInt64(bytes.count))
            try file.writeFully(bytes, at: length)
            try file.synchronize()
        } catch {
            throw MemoryError(error, "Writing the manifest")
        }
        length += UInt64(bytes.count)
        nextEdit = edit + 1
    }

    /// Extends the file with zeros once half of the reserve is used up. On a full disk the rest of it serves on.
    private func growReserve(of file: any File, for bytes: UInt64) throws(FileError) {
        guard length + bytes + Self.reserveBytes / 2 > allocated else { return }
        let target = length + bytes + Self.reserveBytes
        do throws(FileError) {
            try file.writeZeros(from: allocated, count: target - allocated)
            allocated = target
        } catch  where error.isNoSpace && length + bytes <= allocated {
            return
        }
    }

    /// Whether the manifest has grown to twice its live size.
    var isSnapshotDue: Bool { length > Self.smallBytes && length > 2 * snapshotLength }

    /// Writes everything that is in force into a new manifest and puts it in force.
    ///
    /// - Returns: The number of the manifest that was replaced.
    @discardableResult
    func replace(with items: some Sequence<ManifestItem>, number newNumber: UInt64) throws(MemoryError) -> UInt64 {
        let path = StorePaths.manifest(newNumber)
        let identity = Identity.random()
        let old = (number: number, file: file)
        let before = (seed, length, nextEdit, allocated)
        do throws(FileError) {
            let fresh = try files.open(path, .create)
            var header = ByteWriter(capacity: Limits.blockBytes)
            FileHeader(kind: .manifest, store: store, file: identity, number: newNumber, generation: nextEdit)
                .encode(into: &header, trailer: false, alignedTo: Limits.blockBytes)
            try fresh.writeFully(header.bytes, at: 0)
            file = fresh
        } catch {
            try? files.remove(path)
            throw MemoryError(error, "Writing a new manifest")
        }
        seed = identity.checksumSeed
        length = UInt64(Limits.blockBytes)
        allocated = length
        do throws(MemoryError) {
            try append(items)
            try withFileErrors("Putting a manifest in force") { () throws(FileError) in
                try files.synchronizeDirectory("")
                try publish(newNumber)
            }
        } catch {
            file = old.file
            (seed, length, nextEdit, allocated) = before
            try? files.remove(path)
            throw error
        }
        number = newNumber
        snapshotLength = length
        // IMPORTANT: when this fails, CURRENT names the new one, and may name the old one after a power loss. So nothing
        // removes either of them, and the store takes no more writes.
        try withFileErrors("Putting a manifest in force") { () throws(FileError) in
            try files.synchronizeDirectory("")
        }
        if let oldFile = old.file { retain(oldFile, number: old.number) }
        return old.number
    }

    /// Makes CURRENT name a manifest, by renaming a finished file over it. The name is not durable yet.
    private func publish(_ number: UInt64) throws(FileError) {
        var writer = ByteWriter(capacity: 64)
        CurrentManifest(number: number).encode(into: &writer, store: store)
        let path = StorePaths.current + StorePaths.temporarySuffix
        let temporary = try files.open(path, .createIfMissing)
        try temporary.truncate(to: 0)
        try temporary.writeFully(writer.bytes, at: 0)
        try temporary.synchronize()
        try files.rename(path, to: StorePaths.current)
    }

    /// The numbers that the manifest keeps, with what only the catalog knows.
    func completing(_ counters: ManifestCounters) -> ManifestCounters {
        var counters = counters
        counters.checkpointed = checkpointed
        counters.indexed = indexed
        return counters
    }

    /// The items of a snapshot that are not sessions. The counters come last: they say that it is complete.
    func snapshotItems(counters: ManifestCounters) -> [ManifestItem] {
        var items: [ManifestItem] = []
        for journal in journals.values.sorted(by: { $0.number < $1.number }) { items.append(.journal(journal)) }
        for number in erasing.sorted() { items.append(.eraseBegun(number)) }
        for run in runs.values.sorted(by: { $0.number < $1.number }) { items.append(.indexRun(run)) }
        items.append(.counters(counters))
        return items
    }

    // MARK: Erasing

    /// From now on, no file that may hold anything of these sessions is removed or used again: the erasure overwrites it.
    ///
    /// - Parameter nextFile: Files of this number and greater ones are made later.
    func beginErasing(_ sessions: some Sequence<UInt64>, nextFile: UInt64) {
        erasing.formUnion(sessions)
        if erasing.isEmpty { return }
        erasedBelow = max(erasedBelow, nextFile)
        recyclable = []
    }

    func finishErasing(_ sessions: Set<UInt64>) {
        erasing.subtract(sessions)
        if erasing.isEmpty { erasedBelow = 0 }
    }

    func hasToBeOverwritten(_ path: String) -> Bool {
        if erasing.isEmpty { return false }
        let name = String(path.split(separator: "/").last ?? "")
        if let (session, _) = StorePaths.segmentNumbers(name) { return erasing.contains(session) }
        let number =
            StorePaths.manifestNumber(name) ?? StorePaths.indexRunNumber(name) ?? StorePaths.journalNumber(name)
        return number.map { $0 < erasedBelow } ?? false
    }

    // MARK: Removing files that readers may still need

    /// Whether another opener has a lock on the manifest in force.
    var isPinned: Bool {
        get throws(MemoryError) {
            guard let file else { return false }
            return try withFileErrors("Locking the manifest") { () throws(FileError) -> Bool in
                guard try file.tryLock(.exclusive) else { return true }
                try file.unlock()
                return false
            }
        }
    }

    /// Whether a replaced manifest is still locked by a reader.
    var hasReaders: Bool { !retained.isEmpty }

    /// Keeps a replaced manifest, with what its readers need, until they have let go.
    func retain(_ file: any File, number: UInt64) {
        retained.append((number, file))
    }

    /// Files that are to go once the readers of the manifest `barrier` and of those before have let go.
    func bury(_ paths: [String], barrier: UInt64) {
        for path in paths { graveyard.append((barrier, path)) }
    }

    /// Removes the replaced manifests that nobody has locked, and what waited for them.
    func collectGraves() throws(MemoryError) {
        guard !retained.isEmpty || !graveyard.isEmpty else { return }
        var kept: [(number: UInt64, file: any File)] = []
        for manifest in retained {
            let isFree = try withFileErrors("Locking a manifest") { () throws(FileError) -> Bool in
                try manifest.file.tryLock(.exclusive)
            }
            if isFree {
                try removeFile(StorePaths.manifest(manifest.number))
            } else {
                kept.append(manifest)
            }
        }
        retained = kept
        let oldestPinned = retained.map(\.number).min() ?? .max
        var waiting: [(barrier: UInt64, path: String)] = []
        for grave in graveyard {
            if grave.barrier >= oldestPinned {
                waiting.append(grave)
            } else {
                try removeFile(grave.path)
            }
        }
        graveyard = waiting
    }

    /// Lets every file go, and with them the locks of a reader.
    func release() {
        file = nil
        retained = []
    }

    /// Removes a file, or leaves it to an erasure. One that is gone already is as good.
    func removeFile(_ path: String) throws(MemoryError) {
        if hasToBeOverwritten(path) { return }
        do throws(FileError) {
            try files.remove(path)
        } catch  where error.isNotFound {
            return
        } catch {
            throw MemoryError(error, "Removing a file")
        }
    }
}
