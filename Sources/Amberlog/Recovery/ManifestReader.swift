internal import AgentMemory
internal import LogFiles
internal import LogFormat

/// A manifest as it was found.
struct ManifestContents {
    var number: UInt64
    var file: any File
    var seed: UInt32
    /// Where the valid part ends.
    var length: UInt64
    var nextEdit: UInt64
    /// The file's size: zeros behind the valid part are its reserve.
    var size: UInt64
    /// Bytes of an edit that was being written when the power went stand behind the valid part.
    var isTorn: Bool
    /// Filled while the manifest is read: nothing else is held per session meanwhile.
    let table: SessionTable
    /// Where each session is in the table, by number.
    var slots: [UInt64: Int32]
    var journals: [UInt64: JournalState]
    var counters: ManifestCounters
    var erasing: Set<UInt64>
    var runs: [UInt64: IndexRunState] = [:]
    /// A snapshot ends with the counters: without them, it was never written to its end.
    var hasCounters = false
}

/// Reads STORE, CURRENT, ANCHOR and the manifest. Changes nothing.
enum ManifestReader {
    static func bytes(_ path: String, in files: any FileSystem) throws(FileError) -> (any File, [UInt8]) {
        let file = try files.open(path, .read)
        return (file, try file.bytes(from: 0, count: Int(try file.size())))
    }

    static func identity(in files: any FileSystem) throws(MemoryError) -> StoreIdentity {
        let bytes: [UInt8]
        do throws(FileError) {
            bytes = try Self.bytes(StorePaths.store, in: files).1
        } catch  where error.isNotFound {
            throw MemoryError(.notAStore, "The directory holds no store", at: .init(file: StorePaths.store))
        } catch {
            throw MemoryError(error, "Reading the store's identity")
        }
        let identity = try decode(StorePaths.store, bytes) { (bytes) throws(FormatError) in
            try StoreIdentity.decode(bytes)
        }
        guard identity.incompatible & ~StoreIdentity.knownIncompatible == 0 else {
            throw MemoryError(
                .unsupportedFormat, "The store uses features that this version doesn't know",
                at: .init(file: StorePaths.store))
        }
        return identity
    }

    static func current(store: Identity, in files: any FileSystem) throws(MemoryError) -> UInt64 {
        let bytes: [UInt8]
        do throws(FileError) {
            bytes = try Self.bytes(StorePaths.current, in: files).1
        } catch {
            throw error.isNotFound
                ? .damaged("CURRENT is missing", file: StorePaths.current, offset: nil)
                : MemoryError(error, "Reading CURRENT")
        }
        return try decode(StorePaths.current, bytes) { (bytes) throws(FormatError) in
            try CurrentManifest.decode(bytes, store: store)
        }.number
    }

    /// `nil` when there is none, or none that is whole.
    static func anchor(store: Identity, in files: any FileSystem) throws(MemoryError) -> Anchor? {
        do throws(FileError) {
            let bytes = try Self.bytes(StorePaths.anchor, in: files).1
            return bytes.withUnsafeBytes { Anchor.decode($0, store: store) }
        } catch  where error.isNotFound {
            return nil
        } catch {
            throw MemoryError(error, "Reading the anchor")
        }
    }

    /// Reads the manifest of a number.
    ///
    /// - Parameter anchor: A manifest that ends before what it says has lost edits that were durable.
    static func read(
        _ number: UInt64, _ file: any File, store: Identity, anchor: Anchor?
    ) throws(MemoryError) -> ManifestContents {
        let path = StorePaths.manifest(number)
        let bytes = try withFileErrors("Reading the manifest") { () throws(FileError) in
            try file.bytes(from: 0, count: Int(try file.size()))
        }
        return try bytes.withUnsafeBytes { (buffer) -> Result<ManifestContents, MemoryError> in
            do throws(MemoryError) {
                return .success(try parse(buffer, number: number, file: file, path: path, store: store, anchor: anchor))
            } catch {
                return .failure(error)
            }
        }.get()
    }

    private static func parse(
        _ bytes: UnsafeRawBufferPointer, number: UInt64, file: any File, path: String, store: Identity,
        anchor: Anchor?
    ) throws(MemoryError) -> ManifestContents {
        let header: FileHeader
        let headerLength: Int
        do throws(FormatError) {
            (header, headerLength) = try FileHeader.decode(bytes)
            guard header.kind == .manifest, header.store == store, header.number == number else {
                throw FormatError(.identity, at: 0)
            }
        } catch {
            throw MemoryError(error, file: path)
        }
        var contents = ManifestContents(
            number: number, file: file, seed: header.file.checksumSeed, length: UInt64(headerLength),
            nextEdit: header.generation, size: UInt64(bytes.count), isTorn: false, table: SessionTable(), slots: [:],
            journals: [:],
            counters: ManifestCounters(nextSession: 1, nextFile: number + 1, clock_µs: 0, checkpointed: 0),
            erasing: [])
        var scanner = LogScanner(
            bytes, seed: contents.seed, kind: .edit, from: headerLength, number: header.generation)
        while let (frame, offset) = scanner.next() {
            do throws(FormatError) {
                try ManifestEdit.decode(bytes, frame: frame, at: offset) { (item) throws(FormatError) in
                    try contents.apply(item, at: offset)
                }
            } catch {
                throw MemoryError(error, file: path)
            }
            contents.length = UInt64(scanner.offset).roundedUpToBlock
            contents.nextEdit = scanner.nextNumber
        }
        // An append is written only after the one before it is durable, and begins on a block: any later one makes this
        // damage. Frames on other places belong to the append that was being written.
        let end = scanner.offset
        while let (frame, offset) = scanner.laterFrame() {
            if offset % Limits.blockBytes == 0 {
                throw .damaged("An edit of the manifest is damaged", file: path, offset: UInt64(end))
            }
            scanner.skip(to: offset + frame.length, number: scanner.nextNumber)
        }
        if let anchor, anchor.manifestNumber == number, anchor.manifestLength > contents.length {
            throw .damaged(
                "The manifest ends before the \(anchor.manifestLength) bytes that were durable", file: path,
                offset: contents.length)
        }
        contents.isTorn = !Checksum.isZero(
            UnsafeRawBufferPointer(rebasing: bytes[min(bytes.count, Int(contents.length))...]))
        return contents
    }

    private static func decode<Value>(
        _ path: String, _ bytes: [UInt8], _ body: (UnsafeRawBufferPointer) throws(FormatError) -> Value
    ) throws(MemoryError) -> Value {
        try bytes.withUnsafeBytes { (buffer) -> Result<Value, MemoryError> in
            do throws(FormatError) {
                return .success(try body(buffer))
            } catch {
                return .failure(MemoryError(error, file: path))
            }
        }.get()
    }
}

extension ManifestContents {
    fileprivate mutating func apply(_ item: ManifestItem, at offset: Int) throws(FormatError) {
        switch item {
        case .session(let state, let id):
            guard state.number > 0 else { throw FormatError(.bounds, at: offset) }
            if let slot = slots[state.number] {
                table.set(state, at: slot)
            } else if var id {
                // A session that took over the id of one that ends later in the same edit: for a moment the table has
                // both, which only lookups by id would mind.
                let slot = id.withUTF8 { table.insert(id: UnsafeRawBufferPointer($0), state: state) }
                table[slot].pointee.status |= SessionRecord.isVisible
                slots[state.number] = slot
            } else {
                throw FormatError(.discontinuity, at: offset)
            }
        case .sessionEnded(let number):
            if let slot = slots.removeValue(forKey: number) { table.remove(slot) }
        case .journal(let journal): journals[journal.number] = journal
        case .journalRetired(let number): journals[number] = nil
        case .counters(let counters):
            self.counters = counters
            hasCounters = true
        case .eraseBegun(let number): erasing.insert(number)
        case .eraseFinished(let number): erasing.remove(number)
        case .indexRun(let run): runs[run.number] = run
        case .indexRunRemoved(let number): runs[number] = nil
        }
    }
}
