internal import AgentMemory
internal import LogFiles
internal import LogFormat

/// A journal that is written to, or prepared for it.
///
/// `@unchecked Sendable`: its fields are guarded by the engine's lock, or belong to whoever has set `isCommitting`.
final class JournalFile: @unchecked Sendable {
    let file: any File
    let number: UInt64
    let identity: Identity
    let seed: UInt32
    let size: UInt64
    /// Where the next batch goes.
    var offset: UInt64
    /// The last batch in it, 0 for none.
    var lastBatch: UInt64 = 0
    /// The next batch starts on a fresh block, because what is before may have been synchronized.
    var isAlignmentDue = false
    /// Write-back has been started up to here.
    var writebackOffset: UInt64 = 0

    init(file: any File, number: UInt64, identity: Identity, size: UInt64) {
        self.file = file
        self.number = number
        self.identity = identity
        seed = identity.checksumSeed
        self.size = size
        offset = UInt64(Limits.blockBytes)
    }

    /// So much is left for an operation. The last eighth is kept for forgetting, so that room can be made when there is
    /// none for another journal.
    func room(from start: UInt64, for operation: Operation) -> Int {
        let end = operation.isForgetting ? size : size - size / 8
        return Int(end - min(end, start))
    }

    /// Where a batch written now begins.
    func start(synced: Bool) -> UInt64 {
        synced || isAlignmentDue ? offset.roundedUpToBlock : UInt64(Int(offset).roundedUpToWord)
    }
}

/// Makes journal files.
enum JournalPreparation {
    /// A journal of `size` bytes with a header, durable together with its name.
    ///
    /// - Parameter fillingWithZeros: Writes every block once. Overwriting a written block synchronizes in about 0.7 of
    ///   the time of one whose extent is still marked unwritten, because the file system has no metadata to commit.
    static func create(
        number: UInt64, size: UInt64, fillingWithZeros: Bool, store: Identity, in files: any FileSystem
    ) throws(FileError) -> JournalFile {
        let path = StorePaths.journal(number)
        let file = try files.open(path, .create)
        do throws(FileError) {
            if fillingWithZeros {
                try file.writeZeros(from: 0, count: size)
            } else {
                try file.truncate(to: size)
            }
            let journal = try writeHeader(file, number: number, size: size, store: store)
            try files.synchronizeDirectory(StorePaths.journals)
            return journal
        } catch {
            // A file without a header is an orphan, which the next opening collects; taking it away at once gives
            // the room back on a full disk.
            try? files.remove(path)
            throw error
        }
    }

    /// A retired journal under a new name and with a new identity, so that none of its old frames pass.
    static func recycle(
        _ old: UInt64, number: UInt64, size: UInt64, store: Identity, in files: any FileSystem
    ) throws(FileError) -> JournalFile {
        let path = StorePaths.journal(number)
        try files.rename(StorePaths.journal(old), to: path)
        let file: any File
        do throws(FileError) {
            file = try files.open(path, .readWrite)
        } catch {
            try? files.rename(path, to: StorePaths.journal(old))
            throw error
        }
        let journal = try writeHeader(file, number: number, size: size, store: store)
        try files.synchronizeDirectory(StorePaths.journals)
        return journal
    }

    private static func writeHeader(
        _ file: any File, number: UInt64, size: UInt64, store: Identity
    ) throws(FileError) -> JournalFile {
        let identity = Identity.random()
        var writer = ByteWriter(capacity: Limits.blockBytes)
        FileHeader(kind: .journal, store: store, file: identity, number: number, generation: 0)
            .encode(into: &writer, trailer: false, alignedTo: Limits.blockBytes)
        try file.writeFully(writer.bytes, at: 0)
        try file.synchronize()
        return JournalFile(file: file, number: number, identity: identity, size: size)
    }
}
