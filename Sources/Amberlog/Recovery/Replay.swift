internal import AgentMemory
internal import LogFiles
internal import LogFormat

/// Applies what the journals hold to a state that came from the manifest.
struct Replay {
    let state: EngineState
    let idKey: Identity
    /// Every batch up to this one stands in segments.
    private let checkpointed: UInt64
    private var slots: [UInt64: Int32]
    /// Sessions whose end stands in a journal: what the journal says of them before needs no session to be there.
    private var ending: Set<UInt64> = []
    private(set) var erased: Set<UInt64> = []
    /// The last batch that was applied.
    private(set) var lastBatch: UInt64 = 0

    init(_ state: EngineState, slots: [UInt64: Int32], checkpointed: UInt64, idKey: Identity) {
        self.state = state
        self.checkpointed = checkpointed
        self.slots = slots
        self.idKey = idKey
    }

    /// Must see every journal before the first batch is applied.
    mutating func scanEnds(_ contents: JournalContents) {
        for batch in contents.batches {
            for entry in batch.header.entries where entry.kind == .end { ending.insert(entry.session) }
        }
    }

    /// Applies one batch, unless the last checkpoint contains it. Everything in it is absolute, so applying it again to
    /// a session whose segment has it already would change nothing either.
    mutating func apply(_ batch: JournalContents.Batch, _ bytes: UnsafeRawBufferPointer, file: String) {
        lastBatch = max(lastBatch, batch.header.number)
        if batch.header.number <= checkpointed { return }
        state.latestClock_µs = max(state.latestClock_µs, batch.header.time_µs)
        for (index, entry) in batch.header.entries.enumerated() {
            let start = batch.payloadOffset + Int(entry.payloadOffset)
            let payload = UnsafeRawBufferPointer(rebasing: bytes[start..<start + Int(entry.payloadLength)])
            let isDamaged = batch.damagedEntries.contains(index)
            apply(entry, payload, isDamaged: isDamaged, batch.header, file: file, offset: batch.offset)
        }
    }

    private mutating func apply(
        _ entry: BatchEntry, _ payload: UnsafeRawBufferPointer, isDamaged: Bool, _ batch: BatchHeader, file: String,
        offset: UInt64
    ) {
        if entry.kind == .begin {
            begin(entry, payload, isDamaged: isDamaged, batch, file: file, offset: offset)
            return
        }
        if entry.kind == .end {
            end(entry, batch)
            return
        }
        guard let slot = slots[entry.session] else {
            if !ending.contains(entry.session) {
                report("An operation on a session that is not known", file: file, offset: offset, sessions: nil)
            }
            return
        }
        let record = state.table[slot]
        if batch.number <= record.pointee.lastBatch { return }
        let id = record.pointee.idText
        let effect: Effect?
        switch entry.kind {
        case .append:
            effect = append(entry, payload, slot, isDamaged: isDamaged, batch, file: file, offset: offset)
        case .firstLive:
            effect = firstLive(entry.value, slot)
        case .removed:
            var reader = ByteReader(payload)
            let end = isDamaged ? nil : try? reader.uint64()
            let lower = max(entry.value, record.pointee.firstLive)
            let upper = min(end ?? record.pointee.nextSequence, record.pointee.nextSequence)
            effect = lower < upper ? .removed(slot: slot, range: lower..<upper, bytes: 0) : nil
        case .metadata:
            effect = isDamaged ? nil : .metadata(slot: slot, json: Array(payload))
        case .origin:
            effect = isDamaged ? nil : .origin(slot: slot, json: Array(payload))
        case .begin, .end:
            effect = nil
        }
        if isDamaged, entry.kind != .append {
            report("A record of session \(id) is damaged", file: file, offset: offset, sessions: [id])
        }
        if let effect { state.apply(effect, batch: batch.number, time_µs: batch.time_µs) }
    }

    private mutating func begin(
        _ entry: BatchEntry, _ payload: UnsafeRawBufferPointer, isDamaged: Bool, _ batch: BatchHeader, file: String,
        offset: UInt64
    ) {
        if slots[entry.session] != nil { return }
        var reader = ByteReader(payload)
        guard !isDamaged, entry.session > 0, let created = try? reader.int64(), let timeToLive = try? reader.int64(),
            (1...Limits.sessionIDBytesMax).contains(reader.remaining)
        else {
            if !ending.contains(entry.session) {
                report("The beginning of a session is damaged", file: file, offset: offset, sessions: nil)
            }
            return
        }
        let id = UnsafeRawBufferPointer(rebasing: payload[16...])
        state.nextSession = max(state.nextSession, entry.session + 1)
        if state.table.find(id) != nil {
            // Two live sessions of one id: the end of the first was lost to damage that has been reported.
            report("A session began twice", file: file, offset: offset, sessions: nil)
            return
        }
        let slot = state.table.insert(
            id: id, state: SessionState(number: entry.session, created_µs: created, timeToLive_µs: timeToLive))
        state.apply(.begin(slot: slot), batch: batch.number, time_µs: batch.time_µs)
        slots[entry.session] = slot
    }

    private mutating func end(_ entry: BatchEntry, _ batch: BatchHeader) {
        let why = BatchEntry.Ending(rawValue: entry.flags) ?? .cleared
        if why == .erased { erased.insert(entry.session) }
        if let slot = slots.removeValue(forKey: entry.session) {
            state.apply(.end(slot: slot, ending: why), batch: batch.number, time_µs: batch.time_µs)
        }
    }

    private mutating func append(
        _ entry: BatchEntry, _ payload: UnsafeRawBufferPointer, _ slot: Int32, isDamaged: Bool, _ batch: BatchHeader,
        file: String, offset: UInt64
    ) -> Effect? {
        let record = state.table[slot]
        let id = record.pointee.idText
        let (end, overflow) = entry.value.addingReportingOverflow(UInt64(entry.messageCount))
        guard !overflow, entry.value >= record.pointee.nextSequence else {
            report("Messages of session \(id) are out of sequence", file: file, offset: offset, sessions: [id])
            return nil
        }
        if entry.value > record.pointee.nextSequence {
            // An earlier batch with messages of this session is damaged.
            lose(record.pointee.nextSequence..<entry.value, slot, file: file, offset: offset)
        }
        var ids: [SegmentIDs.Entry] = []
        var pieces = RecordPieces()
        if isDamaged || !check(payload, entry, &ids, &pieces) {
            lose(entry.value..<end, slot, file: file, offset: offset)
            return nil
        }
        var writer = ByteWriter(capacity: payload.count)
        writer.append(payload)
        let run = PendingRun(
            records: Chunk(writer, pieces: pieces.finish()), firstSequence: entry.value,
            count: Int(entry.messageCount), batch: batch.number)
        return .append(slot: slot, run: run, ids: ids)
    }

    /// Checks that the payload is the records that it should be, and collects their client ids and ends.
    private func check(
        _ payload: UnsafeRawBufferPointer, _ entry: BatchEntry, _ ids: inout [SegmentIDs.Entry],
        _ pieces: inout RecordPieces
    ) -> Bool {
        var offset = 0
        for index in 0..<UInt64(entry.messageCount) {
            guard let record = MessageRecord(payload, at: offset), record.holdsText else { return false }
            offset += record.bytes.count
            pieces.append(recordEndingAt: offset)
            if record.hasID {
                ids.append(
                    SegmentIDs.Entry(hash: Checksum.hash(ofID: record.id, key: idKey), sequence: entry.value + index))
            }
        }
        return offset == payload.count
    }

    /// Keeps the place of messages that are damaged, so that reading them is an error and the others keep theirs.
    private mutating func lose(_ range: Range<UInt64>, _ slot: Int32, file: String, offset: UInt64) {
        let record = state.table[slot]
        state.missing[record.pointee.number, default: []].append(range)
        record.pointee.nextSequence = range.upperBound
        record.pointee.liveCount += UInt64(range.count)
        let id = record.pointee.idText
        report(
            "Messages \(range.lowerBound) to \(range.upperBound - 1) of session \(id) are damaged", file: file,
            offset: offset, sessions: [id])
    }

    private func firstLive(_ sequence: UInt64, _ slot: Int32) -> Effect? {
        let record = state.table[slot].pointee
        let first = min(sequence, record.nextSequence)
        guard first > record.firstLive else { return nil }
        var count = record.nextSequence - first
        for gap in state.table.removedRanges(slot) {
            count -= min(count, UInt64(gap.clamped(to: first..<record.nextSequence).count))
        }
        let dropped = record.liveCount - min(count, record.liveCount)
        let bytes = record.liveBytes / max(1, record.liveCount) * dropped
        return .firstLive(slot: slot, sequence: first, count: count, bytes: bytes)
    }

    private func report(_ what: String, file: String, offset: UInt64, sessions: [String]?) {
        state.damages.append(StoreDamage(file: file, offset: offset, sessions: sessions, what: what))
    }
}
