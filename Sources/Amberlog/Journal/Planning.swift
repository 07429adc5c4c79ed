internal import AgentMemory
internal import LogFormat

/// Turns operations into batch entries and effects. Runs under the engine's lock and changes nothing that readers
/// see: that happens in ``apply(batch:time_µs:)``, after the batch has been written. A batch that fails is undone by
/// ``rollBack()``.
extension EngineState {
    enum Plan {
        /// Decided without writing anything.
        case decided(OperationOutcome)
        /// Part of the batch; this is its result once the batch is written.
        case planned(OperationResult)
        /// Must wait for a batch of its own: an operation in this batch changes the same session in a way that this
        /// one can't be planned on top of.
        case deferred
    }

    func plan(_ operation: Operation, time_µs: Int64, options: ResolvedOptions) -> Plan {
        switch operation {
        case .save(let request): planSave(request, time_µs: time_µs, options: options)
        case .begin(let session, let created, let timeToLive):
            planBeginning(session, created_µs: created, timeToLive_µs: timeToLive, time_µs: time_µs)
        case .end(let target, let ending): planEnd(target, ending, time_µs: time_µs, options: options)
        case .remove(let session, let from, let expected):
            planRemove(session, from: from, expecting: expected, time_µs: time_µs)
        case .trim(let session, let keep): planTrim(session, keep: keep, time_µs: time_µs)
        case .setMetadata(let session, let json): planMetadata(session, json, time_µs: time_µs)
        }
    }

    /// The slot of a session as far as the batch being planned goes, or that it must wait for the next batch.
    private func findForWriting(_ id: String) -> (slot: Int32?, mustWait: Bool) {
        var id = id
        guard let slot = id.withUTF8({ table.find(UnsafeRawBufferPointer($0)) }) else { return (nil, false) }
        if let session = existingHot(slot), session.plannedIn == planEpoch, session.isPlannedExclusively {
            return (nil, true)
        }
        return (slot, false)
    }

    private func isExpired(_ slot: Int32, time_µs: Int64) -> Bool {
        let record = table[slot]
        return record.pointee.status & SessionRecord.isVisible != 0 && record.pointee.isHidden(at: time_µs)
            && existingHot(slot)?.plannedIn != planEpoch
    }

    private func touch(_ slot: Int32, exclusively: Bool = false) -> HotSession {
        let session = hotSession(slot)
        if session.plannedIn != planEpoch {
            session.plannedIn = planEpoch
            session.isPlannedExclusively = false
            session.plannedNext = table[slot].pointee.nextSequence
            session.plannedCount = table[slot].pointee.liveCount
            session.plannedIDs = [:]
        }
        if exclusively { session.isPlannedExclusively = true }
        return session
    }

    private func planSave(_ request: SaveRequest, time_µs: Int64, options: ResolvedOptions) -> Plan {
        let (found, mustWait) = findForWriting(request.session)
        if mustWait { return .deferred }
        if let slot = found, isExpired(slot, time_µs: time_µs) {
            // Swept now, so that the id is free for a session of its own; the save follows in the next batch.
            planEnding(slot, .expired)
            return .deferred
        }
        let next = found.map { touch($0).plannedNext } ?? 1
        if let expecting = request.expecting, expecting != next - 1 {
            return .decided(
                .failure(
                    MemoryError(
                        .conflict, "Expected last sequence \(expecting), but it is \(next - 1)",
                        at: .init(session: request.session))))
        }
        var messages = request.messages
        var duplicates: [UInt64] = []
        if !messages.ids.isEmpty {
            var places: Set<Int> = []
            var given: [Identity: UInt64] = [:]
            var sequence = next
            let session = found.map { touch($0) }
            // It has come into being since the save was asked for, and gone cold.
            if let session, session.ids == nil, table[session.slot].pointee.flags & SessionState.hasIDs != 0 {
                return .decided(.success(.lacksIDs))
            }
            for (index, id) in messages.ids.enumerated() {
                if let id, let known = given[id] ?? session?.plannedIDs[id] ?? session?.ids?.sequence(of: id) {
                    places.insert(index)
                    duplicates.append(known)
                } else {
                    if let id { given[id] = sequence }
                    sequence += 1
                }
            }
            if places.count == messages.count {
                // How far an import has come counts all the same.
                if let slot = found { planOrigin(request, slot) }
                // A duplicate of a message in this very batch shares its fate, so the answer waits for the batch.
                let receipt = OperationResult.saved(SaveReceipt(sequences: next..<next, duplicates: duplicates))
                return batch.isEmpty ? .decided(.success(receipt)) : .planned(receipt)
            }
            if !places.isEmpty { messages = MessageEncoder.removing(places, from: messages) }
        }
        let slot =
            found ?? planBegin(request.session, created_µs: time_µs, timeToLive_µs: options.timeToLive_µs)
        let session = touch(slot)
        let number = table[slot].pointee.number
        let run = PendingRun(
            records: messages.records, firstSequence: next, count: messages.count, batch: nextBatch)
        batch.append(
            BatchEntry(.append, session: number, value: next, messageCount: UInt32(messages.count)),
            payload: messages.records)
        session.plannedNext = run.endSequence
        session.plannedCount += UInt64(messages.count)
        var ids: [SegmentIDs.Entry] = []
        for (index, id) in messages.ids.enumerated() {
            guard let id else { continue }
            ids.append(SegmentIDs.Entry(hash: id, sequence: next + UInt64(index)))
            session.plannedIDs[id] = next + UInt64(index)
        }
        effects.append(.append(slot: slot, run: run, ids: ids))
        planOrigin(request, slot)
        if let maximum = options.maximumMessages, session.plannedCount > UInt64(maximum) {
            planFirstLive(slot, keep: UInt64(maximum))
        }
        return .planned(.saved(SaveReceipt(sequences: next..<run.endSequence, duplicates: duplicates)))
    }

    private func planOrigin(_ request: SaveRequest, _ slot: Int32) {
        guard let chunk = request.origin else { return }
        batch.append(BatchEntry(.origin, session: table[slot].pointee.number), payload: chunk)
        effects.append(.origin(slot: slot, json: Array(chunk.bytes)))
    }

    private func planBeginning(
        _ id: String, created_µs: Int64, timeToLive_µs: Int64, time_µs: Int64
    ) -> Plan {
        let (found, mustWait) = findForWriting(id)
        if mustWait { return .deferred }
        if let slot = found {
            if isExpired(slot, time_µs: time_µs) {
                planEnding(slot, .expired)
                return .deferred
            }
            return .decided(
                .failure(MemoryError(.conflict, "The session exists already", at: .init(session: id))))
        }
        _ = touch(planBegin(id, created_µs: created_µs, timeToLive_µs: timeToLive_µs))
        return .planned(.done)
    }

    private func planBegin(_ id: String, created_µs: Int64, timeToLive_µs: Int64) -> Int32 {
        let state = SessionState(number: nextSession, created_µs: created_µs, timeToLive_µs: timeToLive_µs)
        nextSession += 1
        var id = id
        let slot = id.withUTF8 { table.insert(id: UnsafeRawBufferPointer($0), state: state) }
        var payload = ByteWriter(capacity: 128)
        payload.append(state.created_µs)
        payload.append(state.timeToLive_µs)
        id.withUTF8 { payload.append(UnsafeRawBufferPointer($0)) }
        batch.append(BatchEntry(.begin, session: state.number), payload: Chunk(payload))
        effects.append(.begin(slot: slot))
        return slot
    }

    /// Plans "the first live sequence is n" so that `keep` messages are left.
    private func planFirstLive(_ slot: Int32, keep: UInt64) {
        let session = touch(slot)
        guard session.plannedCount > keep else { return }
        let record = table[slot].pointee
        var sequence = session.plannedNext
        var left = keep
        // Walk back over the live stretches between removed ranges, newest first.
        for range in table.removedRanges(slot).reversed() {
            let stretch = sequence - range.upperBound
            if stretch >= left { break }
            left -= stretch
            sequence = range.lowerBound
        }
        let first = max(record.firstLive, sequence - left)
        let bytes = session.plannedCount == 0 ? 0 : record.liveBytes / max(1, record.liveCount)
        let dropped = session.plannedCount - keep
        batch.append(BatchEntry(.firstLive, session: record.number, value: first))
        effects.append(.firstLive(slot: slot, sequence: first, count: keep, bytes: bytes * dropped))
        session.plannedCount = keep
    }

    private func planEnd(
        _ target: EndTarget, _ ending: BatchEntry.Ending, time_µs: Int64, options: ResolvedOptions
    ) -> Plan {
        var slots: [Int32] = []
        switch target {
        case .session(let id):
            let (slot, mustWait) = findForWriting(id)
            if mustWait { return .deferred }
            guard let slot else { return .decided(.success(.ended([], isAll: true))) }
            slots = [slot]
        case .all, .updatedBefore, .expired:
            for slot in 0..<table.slotCount where table[slot].pointee.number != 0 {
                let record = table[slot].pointee
                switch target {
                case .updatedBefore(let time) where record.updated_µs >= time: continue
                case .expired where !record.isHidden(at: time_µs): continue
                default: slots.append(slot)
                }
            }
        }
        // What this batch already touches has to be written first.
        guard !slots.contains(where: { existingHot($0)?.plannedIn == planEpoch }) else { return .deferred }
        if slots.isEmpty { return .decided(.success(.ended([], isAll: true))) }
        let room = options.endsPerBatch - batch.count
        let isAll = slots.count <= room
        if !isAll {
            if !batch.isEmpty { return .deferred }
            slots.removeLast(slots.count - room)
        }
        var ended: [SessionInfo] = []
        for slot in slots {
            if !table[slot].pointee.isHidden(at: time_µs) || ending == .expired { ended.append(info(slot)) }
            planEnding(slot, ending)
        }
        return .planned(.ended(ended, isAll: isAll))
    }

    private func planEnding(_ slot: Int32, _ ending: BatchEntry.Ending) {
        _ = touch(slot, exclusively: true)
        batch.append(BatchEntry(.end, session: table[slot].pointee.number, flags: ending.rawValue))
        effects.append(.end(slot: slot, ending: ending))
    }

    private func planRemove(_ id: String, from: UInt64, expecting expected: SessionExtent, time_µs: Int64) -> Plan {
        let (found, mustWait) = findForWriting(id)
        if mustWait { return .deferred }
        guard let slot = found, !isExpired(slot, time_µs: time_µs) else { return .decided(.success(.done)) }
        if existingHot(slot)?.plannedIn == planEpoch { return .deferred }
        let record = table[slot].pointee
        guard record.extent == expected, from < expected.nextSequence else {
            return .decided(
                .failure(
                    MemoryError(.conflict, "The session has changed", at: .init(session: id), retry: .later)))
        }
        let session = touch(slot, exclusively: true)
        let range = max(from, record.firstLive)..<record.nextSequence
        let removedBefore = table.removedRanges(slot).reduce(UInt64(0)) { $0 + UInt64($1.clamped(to: range).count) }
        let count = UInt64(range.count) - removedBefore
        var payload = ByteWriter(capacity: 64)
        payload.append(range.upperBound)
        batch.append(
            BatchEntry(.removed, session: record.number, value: range.lowerBound), payload: Chunk(payload))
        session.plannedCount -= min(session.plannedCount, count)
        let bytes = record.liveCount == 0 ? 0 : record.liveBytes / record.liveCount * count
        effects.append(.removed(slot: slot, range: range, bytes: bytes))
        return .planned(.done)
    }

    private func planTrim(_ id: String, keep: Int, time_µs: Int64) -> Plan {
        let (found, mustWait) = findForWriting(id)
        if mustWait { return .deferred }
        guard let slot = found, !isExpired(slot, time_µs: time_µs) else { return .decided(.success(.done)) }
        if existingHot(slot)?.plannedIn == planEpoch { return .deferred }
        guard table[slot].pointee.liveCount > UInt64(keep) else { return .decided(.success(.done)) }
        planFirstLive(slot, keep: UInt64(keep))
        touch(slot).isPlannedExclusively = true
        return .planned(.done)
    }

    private func planMetadata(_ id: String, _ json: Chunk, time_µs: Int64) -> Plan {
        let (found, mustWait) = findForWriting(id)
        if mustWait { return .deferred }
        guard let slot = found, !isExpired(slot, time_µs: time_µs) else {
            return .decided(
                .failure(MemoryError(.invalidArgument, "No such session", at: .init(session: id))))
        }
        _ = touch(slot)
        batch.append(BatchEntry(.metadata, session: table[slot].pointee.number), payload: json)
        effects.append(.metadata(slot: slot, json: Array(json.bytes)))
        return .planned(.done)
    }
}
