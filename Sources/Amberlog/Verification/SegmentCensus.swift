internal import AgentMemory
internal import LogFiles
internal import LogFormat

/// What the segment files alone say of the sessions: all that is left when the manifest is lost.
///
/// Of each session the highest generation with a whole commit frame counts. What that can't know stands in FORMAT.md.
struct SegmentCensus {
    struct Entry {
        var state: SessionState
        var id: String
        /// The file's own account of it is damaged.
        var isDamaged: Bool
    }

    private(set) var entries: [Entry] = []
    /// Files of sessions whose id a later session has taken over: those had ended.
    private(set) var superseded: [String] = []
    private(set) var nextSession: UInt64 = 1

    init(_ files: any FileSystem, store: Identity, listing: [String]) throws(MemoryError) {
        var generations: [UInt64: [UInt64]] = [:]
        for path in listing {
            let name = String(path.split(separator: "/").last ?? "")
            guard let (session, generation) = StorePaths.segmentNumbers(name), session > 0 else {
                continue
            }
            generations[session, default: []].append(generation)
            nextSession = max(nextSession, session + 1)
        }
        for (session, found) in generations.sorted(by: { $0.key < $1.key }) {
            // A whole commit frame decides; without any, the newest file that has messages.
            var best: Entry?
            for generation in found.sorted(by: >) {
                guard let (entry, isCommitted) = try Self.entry(files, store: store, session, generation) else {
                    continue
                }
                if best == nil || isCommitted { best = entry }
                if isCommitted { break }
            }
            if let best { entries.append(best) }
        }
        var newest: [String: Int] = [:]
        for (index, entry) in entries.enumerated() { newest[entry.id] = index }
        let kept = entries.indices.filter { newest[entries[$0].id] == $0 }
        superseded = entries.indices.filter { newest[entries[$0].id] != $0 }.map {
            StorePaths.segment(entries[$0].state.number, generation: entries[$0].state.generation)
        }
        entries = kept.map { entries[$0] }
    }

    private static func entry(
        _ files: any FileSystem, store: Identity, _ session: UInt64, _ generation: UInt64
    ) throws(MemoryError) -> (entry: Entry, isCommitted: Bool)? {
        let path = StorePaths.segment(session, generation: generation)
        let seed = FileHeader.segmentIdentity(store: store, session: session, generation: generation).checksumSeed
        let check: SegmentCheck
        let size: UInt64
        do throws(FileError) {
            let file = try files.open(path, .read)
            size = try file.size()
            check = try SegmentCheck(file, seed: seed, length: size)
        } catch  where error.isNotFound {
            return nil
        } catch {
            throw MemoryError(error, "Reading a segment")
        }
        let header = check.header.flatMap {
            $0.kind == .segment && $0.store == store && $0.number == session ? $0 : nil
        }
        var state = SessionState(
            number: session, created_µs: header?.session?.created_µs ?? check.commit?.updated_µs ?? 0,
            timeToLive_µs: header?.session?.timeToLive_µs ?? 0)
        state.generation = generation
        if let commit = check.commit {
            state.segmentLength = check.commitEnd
            state.firstLive = commit.firstLive
            state.nextSequence = commit.nextSequence
            state.liveCount = commit.liveCount
            state.liveBytes = commit.liveBytes
            state.lastBatch = commit.lastBatch
            state.updated_µs = commit.updated_µs
            state.removed = commit.removed
            if !commit.metadata.isEmpty { state.flags |= SessionState.hasMetadata }
            if !commit.origin.isEmpty { state.flags |= SessionState.hasOrigin }
            if commit.idsOffset > 0 { state.flags |= SessionState.hasIDs }
        } else if let first = check.sequences.first, let last = check.sequences.map(\.upperBound).max() {
            // Nothing says what had been removed.
            state.segmentLength = size
            state.firstLive = first.lowerBound
            state.nextSequence = last
            state.liveCount = UInt64(state.liveSequences.count)
        } else {
            return nil
        }
        let isDamaged =
            header == nil || check.commit == nil
            || check.damages.contains { $0.range.lowerBound < state.segmentLength }
            || !state.liveRanges.subtracting(check.sequences).isEmpty
        let entry = Entry(state: state, id: header?.session?.id ?? "recovered-\(session)", isDamaged: isDamaged)
        return (entry, check.commit != nil)
    }
}
