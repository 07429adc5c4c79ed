internal import AgentMemory
internal import LogFiles
internal import LogFormat

/// Makes an empty store. STORE comes last: a directory without it is no store yet, and making it starts over.
enum StoreCreation {
    static func create(in files: any FileSystem, clock: any WallClock) throws(MemoryError) -> StoreIdentity {
        let identity = StoreIdentity(id: .random(), created_µs: clock.now_µs())
        try withFileErrors("Creating the store") { () throws(FileError) in
            for directory in [StorePaths.journals, StorePaths.sessions] { try files.createDirectory(directory) }
            try writeManifest(identity, in: files)
            var current = ByteWriter()
            CurrentManifest(number: 1).encode(into: &current, store: identity.id)
            try replace(StorePaths.current, with: current, in: files)
            var store = ByteWriter()
            identity.encode(into: &store)
            try replace(StorePaths.store, with: store, in: files)
        }
        return identity
    }

    private static func writeManifest(_ identity: StoreIdentity, in files: any FileSystem) throws(FileError) {
        let id = Identity.random()
        var writer = ByteWriter(capacity: 2 * Limits.blockBytes)
        FileHeader(kind: .manifest, store: identity.id, file: id, number: 1, generation: 1)
            .encode(into: &writer, trailer: false, alignedTo: Limits.blockBytes)
        let start = writer.beginFrame(.edit, sequence: 1)
        ManifestEdit.append(
            .counters(ManifestCounters(nextSession: 1, nextFile: 2, clock_µs: 0, checkpointed: 0)), to: &writer)
        writer.endFrame(start, seed: id.checksumSeed, alignedTo: Limits.blockBytes)
        let file = try files.open(StorePaths.manifest(1), .createIfMissing)
        // What an interrupted creation left.
        try file.truncate(to: 0)
        try file.writeFully(writer.bytes, at: 0)
        try file.synchronize()
        try files.synchronizeDirectory("")
    }

    /// Writes a small file so that it is there as a whole or not at all.
    static func replace(
        _ path: String, with bytes: borrowing ByteWriter, in files: any FileSystem
    ) throws(FileError) {
        let temporary = path + StorePaths.temporarySuffix
        let file = try files.open(temporary, .createIfMissing)
        try file.truncate(to: 0)
        try file.writeFully(bytes.bytes, at: 0)
        try file.synchronize()
        try files.rename(temporary, to: path)
        try files.synchronizeDirectory("")
    }

    /// A directory that holds anything but what an interrupted creation leaves is somebody else's, or a store that has
    /// lost its STORE: journals and segments are made after that.
    static func checkLeftovers(_ names: [String], in files: any FileSystem) throws(MemoryError) {
        for directory in [StorePaths.journals, StorePaths.sessions] where try !files.names(in: directory).isEmpty {
            throw MemoryError(
                .notAStore,
                "STORE is missing, but other files of a store are there: `amberlog verify --repair` writes it again",
                at: .init(file: StorePaths.store))
        }
        // The anchor is made after STORE, but a power loss may leave either.
        let known: Set<String> = [
            StorePaths.lock, StorePaths.anchor, StorePaths.current, StorePaths.manifest(1), StorePaths.journals,
            StorePaths.sessions, StorePaths.current + StorePaths.temporarySuffix,
            StorePaths.store + StorePaths.temporarySuffix,
        ]
        if let stranger = names.first(where: { !known.contains($0) }) {
            throw MemoryError(
                .notAStore, "The directory holds no store, and is not empty", at: .init(file: stranger))
        }
    }
}
