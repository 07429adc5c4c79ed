internal import AgentMemory
internal import LogFiles
internal import LogFormat

/// Traces of edits that the manifest has lost.
///
/// A manifest that ends too early is whole as far as it goes, and the anchor says how far it should. Should the anchor
/// be lost, too, then what the missing edits spoke of is still there: a journal is written to only after an edit named
/// it, and a segment is written only from a journal that an edit named.
enum LostEdits {
    /// A journal that no edit names, with a batch that is newer than everything known.
    ///
    /// Reads the first block of every such journal.
    static func journal(
        in files: any FileSystem, besides known: some Collection<UInt64>, store: Identity, after last: UInt64
    ) throws(MemoryError) -> String? {
        for name in try files.names(in: StorePaths.journals) {
            guard let number = UInt64(name), !known.contains(number) else { continue }
            let path = StorePaths.journal(number)
            let batch = try withFileErrors("Looking at a journal") { () throws(FileError) in
                try firstBatch(of: try files.open(path, .read), number, store: store, after: last)
            }
            if let batch { return "\(path) holds batch \(batch), and the last one known is \(last)" }
        }
        return nil
    }

    private static func firstBatch(
        of file: any File, _ number: UInt64, store: Identity, after last: UInt64
    ) throws(FileError) -> UInt64? {
        let start = Limits.blockBytes
        let head = try file.bytes(from: 0, count: 2 * start)
        let found = head.withUnsafeBytes { head -> (seed: UInt32, frame: FrameHeader)? in
            guard let header = try? FileHeader.decode(head).header, header.kind == .journal, header.store == store,
                header.number == number, let frame = FrameHeader(peeking: head, at: start),
                frame.kind == FrameKind.batch.rawValue, frame.sequence > last
            else { return nil }
            return (header.file.checksumSeed, frame)
        }
        guard let (seed, frame) = found else { return nil }
        let covered = try file.bytes(from: UInt64(start), count: FrameHeader.byteCount + frame.checked)
        return covered.withUnsafeBytes { FrameHeader(checking: $0, at: 0, seed: seed) }?.sequence
    }

    /// A segment that nothing names, with more than the last checkpoint had. Lists every directory of segments, and
    /// reads those of sessions that have none in force.
    ///
    /// - Parameter last: The journals have every batch from there on that was checkpointed.
    static func segmentOfNobody(
        in files: any FileSystem, _ state: EngineState, store: Identity, after last: UInt64
    ) throws(MemoryError) -> String? {
        for directory in try files.names(in: StorePaths.sessions) {
            for name in try files.names(in: "\(StorePaths.sessions)/\(directory)") {
                guard let (session, generation) = StorePaths.segmentNumbers(name),
                    state.segment(ofNumber: session) == nil
                else { continue }
                let path = "\(StorePaths.sessions)/\(directory)/\(name)"
                if session >= state.nextSession { return unknown(path) }
                let seed = FileHeader.segmentIdentity(store: store, session: session, generation: generation)
                    .checksumSeed
                let check = try withFileErrors("Looking at a segment") { () throws(FileError) in
                    let file = try files.open(path, .read)
                    return try SegmentCheck(file, seed: seed, length: try file.size())
                }
                if let commit = check.commit, commit.lastBatch > last { return unknown(path) }
            }
        }
        return nil
    }

    /// What the segments tell, one by one: opens them all.
    ///
    /// - Parameter last: The journals have every batch from there on that was checkpointed.
    static func segments(
        in files: any FileSystem, of state: EngineState, store: Identity, after last: UInt64
    ) throws(MemoryError) -> String? {
        if let trace = try segmentOfNobody(in: files, state, store: store, after: last) { return trace }
        for slot in 0..<state.table.slotCount where state.table[slot].pointee.number != 0 {
            let flushed = state.existingHot(slot).map(\.flushed) ?? state.table.state(slot)
            guard let flushed, flushed.generation > 0 else { continue }
            let path = StorePaths.segment(flushed.number, generation: flushed.generation)
            let seed = FileHeader.segmentIdentity(
                store: store, session: flushed.number, generation: flushed.generation
            ).checksumSeed
            do throws(FileError) {
                if try isBehind(try files.open(path, .read), of: flushed, seed: seed, after: last) {
                    return longer(path)
                }
            } catch  where error.isNotFound {
                if let trace = try replaced(flushed, in: files) { return trace }
            } catch {
                throw MemoryError(error, "Looking at a segment")
            }
        }
        return nil
    }

    static func unknown(_ path: String) -> String { "it doesn't know the session of \(path)" }

    static func longer(_ path: String) -> String { "\(path) goes on behind what it knows, with what no journal has" }

    /// A later generation of a segment that isn't there: a compaction takes the old file away when an edit names the
    /// new one.
    static func replaced(_ state: SessionState, in files: any FileSystem) throws(MemoryError) -> String? {
        let directory = StorePaths.segmentDirectory(state.number)
        let newer = try files.names(in: directory).first {
            guard let other = StorePaths.segmentNumbers($0) else { return false }
            return other.session == state.number && other.generation > state.generation
        }
        guard let newer else { return nil }
        let path = StorePaths.segment(state.number, generation: state.generation)
        return "it names \(path), and \(directory)/\(newer) has taken its place"
    }

    /// Whether a segment goes on behind what the manifest knows, with batches that no journal has.
    static func isBehind(
        _ file: any File, of state: SessionState, seed: UInt32, after last: UInt64
    ) throws(FileError) -> Bool {
        let size = try file.size()
        if size <= state.segmentLength { return false }
        let stream = FrameStream(
            file, seed: seed, from: state.segmentLength, length: size, kinds: [.block, .ids, .commit])
        while let step = try stream.next() {
            guard case .frame(let frame) = step, frame.header.kind == FrameKind.commit.rawValue,
                let commit = try? SegmentCommit.decode(frame.bytes, frame: frame.header, at: 0)
            else { continue }
            if commit.lastBatch > last { return true }
        }
        return false
    }

    /// What to say of it.
    static func damage(manifest number: UInt64, length: UInt64, by trace: String) -> StoreDamage {
        StoreDamage(
            file: StorePaths.manifest(number), offset: length, sessions: nil,
            what: "The manifest has lost its newest edits: \(trace)")
    }
}
