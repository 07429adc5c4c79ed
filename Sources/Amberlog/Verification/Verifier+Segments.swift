internal import AgentMemory
internal import LogFiles
internal import LogFormat

/// Checking segments, against their checksums and against what the manifest says of them.
extension Verifier {
    func check(_ session: Session, _ engine: Engine) throws(MemoryError) {
        let state = session.state
        let path = StorePaths.segment(state.number, generation: state.generation)
        let seed = FileHeader.segmentIdentity(
            store: engine.identity.id, session: state.number, generation: state.generation
        ).checksumSeed
        let file: any File
        do throws(FileError) {
            file = try files.open(path, .read)
        } catch  where error.isNotFound {
            addSegment(session, path, nil, state.liveSequences, "The file is missing, with all of its messages")
            if let trace = try LostEdits.replaced(state, in: files) { traces.append(trace) }
            return
        } catch {
            throw MemoryError(error, "Opening a segment", session: session.id)
        }
        let last = recoverable(engine)
        let isBehind = try withFileErrors("Reading a segment", session: session.id) { () throws(FileError) in
            try LostEdits.isBehind(file, of: state, seed: seed, after: last)
        }
        if isBehind { traces.append(LostEdits.longer(path)) }
        if depth == .quick {
            try checkEnds(session, path, file, seed: seed, engine)
            return
        }
        var messages = MessageCheck()
        let check = try withFileErrors("Reading a segment", session: session.id) { () throws(FileError) in
            try SegmentCheck(
                file, seed: seed, length: state.segmentLength,
                depth == .deep ? { messages.check($0, $1, at: $2) } : nil)
        }
        count(file: check.bytes)
        checkHeader(check.header, session, path, engine)
        report(check, session, path)
        for bad in messages.findings {
            add(
                VerificationFinding(
                    .damage, .message, file: path, offset: bad.offset, session: session.id,
                    sequences: bad.sequence..<(bad.sequence + 1), bad.what))
        }
        let live = state.liveRanges.reduce(UInt64(0)) { $0 + UInt64($1.count) }
        if live != state.liveCount {
            add(
                VerificationFinding(
                    .damage, .manifest, session: session.id,
                    "The manifest counts \(state.liveCount) live messages where its ranges have \(live)"))
        }
    }

    private func addSegment(
        _ session: Session, _ path: String, _ offset: UInt64?, _ sequences: Range<UInt64>?, _ what: String
    ) {
        add(
            VerificationFinding(
                .damage, .segment, file: path, offset: offset, session: session.id, sequences: sequences, what))
    }

    /// The first and the last frame.
    private func checkEnds(
        _ session: Session, _ path: String, _ file: any File, seed: UInt32, _ engine: Engine
    ) throws(MemoryError) {
        let head = try withFileErrors("Reading a segment", session: session.id) { () throws(FileError) in
            try file.bytes(from: 0, count: Limits.blockBytes)
        }
        count(file: UInt64(head.count))
        checkHeader(head.withUnsafeBytes { try? FileHeader.decode($0).header }, session, path, engine)
        do throws(MemoryError) {
            let commit = try SegmentReader(
                file: file, seed: seed, length: session.state.segmentLength, session: session.id
            ).commit()
            compare(commit, session, path)
        } catch  where error.code == .damaged {
            addSegment(session, path, error.place.offset, nil, error.message)
        }
    }

    private func checkHeader(_ header: FileHeader?, _ session: Session, _ path: String, _ engine: Engine) {
        guard let header else {
            addSegment(session, path, 0, nil, "The header doesn't match its checksum; the messages can still be read")
            return
        }
        let state = session.state
        let isRight =
            header.kind == .segment && header.store == engine.identity.id && header.number == state.number
            && header.generation == state.generation && header.session?.id == session.id
            && header.session?.created_µs == state.created_µs && header.session?.timeToLive_µs == state.timeToLive_µs
        if !isRight { addSegment(session, path, 0, nil, "The header is that of another file") }
    }

    private func compare(_ commit: SegmentCommit, _ session: Session, _ path: String) {
        let state = session.state
        let isSame =
            commit.firstLive == state.firstLive && commit.nextSequence == state.nextSequence
            && commit.liveCount == state.liveCount && commit.lastBatch == state.lastBatch
            && commit.removed == state.removed
        if !isSame {
            addSegment(session, path, nil, nil, "Its last commit frame and the manifest don't say the same")
        }
        let lacks = [
            (SessionState.hasMetadata, commit.metadata.isEmpty, "metadata"),
            (SessionState.hasOrigin, commit.origin.isEmpty, "origin"),
        ]
        for (flag, isEmpty, what) in lacks where state.flags & flag != 0 && isEmpty {
            addSegment(session, path, nil, nil, "The session's \(what) stood in a frame that is damaged")
        }
    }

    private func report(_ check: SegmentCheck, _ session: Session, _ path: String) {
        let state = session.state
        if let commit = check.commit, check.commitEnd == state.segmentLength {
            compare(commit, session, path)
        } else if check.damages.isEmpty {
            addSegment(session, path, check.commitEnd, nil, "It doesn't end with a commit frame")
        }
        var covered: UInt64 = 0
        for range in check.sequences {
            if range.lowerBound < covered {
                addSegment(session, path, nil, range, "Messages stand there twice, or out of order")
            }
            covered = max(covered, range.upperBound)
        }
        // The messages that are live and in no block that is whole.
        let lost = state.liveRanges.subtracting(check.sequences)
        for damage in check.damages where damage.range.lowerBound > 0 {
            let concerned = lost.count == 1 && check.damages.count == 1 ? lost[0] : nil
            addSegment(
                session, path, damage.range.lowerBound, concerned,
                "\(damage.what), \(damage.range.count) bytes; all other sessions can be read")
        }
        if lost.isEmpty || (lost.count == 1 && check.damages.count == 1) { return }
        for range in lost { addSegment(session, path, nil, range, "No block has these messages") }
    }
}

extension SessionState {
    /// From the first live message to the last.
    var liveSequences: Range<UInt64> { firstLive..<max(firstLive, nextSequence) }

    /// The live messages.
    var liveRanges: [Range<UInt64>] { [liveSequences].subtracting(removed) }
}

extension [Range<UInt64>] {
    /// What none of some other ranges, in any order, covers. Both may be long: O(n log n).
    func subtracting(_ others: [Range<UInt64>]) -> [Range<UInt64>] {
        let others = others.filter { !$0.isEmpty }.sorted { $0.lowerBound < $1.lowerBound }
        var rest: [Range<UInt64>] = []
        var first = 0
        for range in self.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            var lower = range.lowerBound
            while first < others.count, others[first].upperBound <= lower { first += 1 }
            var index = first
            while index < others.count, others[index].lowerBound < range.upperBound {
                if others[index].lowerBound > lower { rest.append(lower..<others[index].lowerBound) }
                lower = Swift.max(lower, others[index].upperBound)
                index += 1
            }
            if lower < range.upperBound { rest.append(lower..<range.upperBound) }
        }
        return rest
    }
}
