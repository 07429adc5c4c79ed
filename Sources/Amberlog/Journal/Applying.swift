internal import AgentMemory
internal import LogFormat

/// What happens in memory once a batch is written, or isn't. Under the engine's lock.
extension EngineState {
    /// Makes the planned batch visible.
    func apply(time_µs: Int64) {
        let number = nextBatch
        for effect in effects { apply(effect, batch: number, time_µs: time_µs) }
        effects.removeAll(keepingCapacity: true)
        batch.removeAll()
        committedThrough = number
        nextBatch += 1
        planEpoch += 1
    }

    /// Forgets the planned batch, as if it had never been asked for.
    func rollBack() {
        for effect in effects.reversed() {
            switch effect {
            case .begin(let slot):
                if let session = existingHot(slot) {
                    session.pins = 0
                    session.isDirty = false
                    coolDown(slot)
                }
                table.remove(slot)
            case .append, .origin, .end, .firstLive, .removed, .metadata:
                // What was planned for it lapses with the epoch.
                break
            }
        }
        planEpoch += 1
        effects.removeAll(keepingCapacity: true)
        batch.removeAll()
    }

    func apply(_ effect: Effect, batch number: UInt64, time_µs: Int64) {
        switch effect {
        case .begin(let slot):
            // Also when no message comes with it, the checkpoint has to know of it.
            _ = touched(slot, batch: number)
            table[slot].pointee.status |= SessionRecord.isVisible
            table[slot].pointee.updated_µs = max(table[slot].pointee.updated_µs, time_µs)
        case .append(let slot, let run, let ids):
            let session = touched(slot, batch: number)
            session.runs.append(run)
            let record = table[slot]
            record.pointee.nextSequence = run.endSequence
            record.pointee.liveCount += UInt64(run.count)
            record.pointee.liveBytes += UInt64(run.records.count)
            record.pointee.updated_µs = max(record.pointee.updated_µs, time_µs)
            if !ids.isEmpty {
                record.pointee.flags |= SessionState.hasIDs
                // Without ids in memory the older ones are still in the segment: they are read before they matter.
                if session.ids == nil, session.flushed == nil || session.flushed?.flags ?? 0 & SessionState.hasIDs == 0
                {
                    session.ids = RememberedIDs()
                }
                for entry in ids {
                    session.ids?.remember(entry)
                    session.newIDs.append(entry)
                }
            }
            liveMessages += UInt64(run.count)
            liveBytes += UInt64(run.records.count)
            pendingBytes += run.records.count
            backlog.append(run, of: record.pointee.number)
        case .origin(let slot, let json):
            touched(slot, batch: number).origin = json
            table[slot].pointee.flags |= SessionState.hasOrigin
        case .end(let slot, let ending):
            end(slot, ending, batch: number)
        case .firstLive(let slot, let sequence, let count, let bytes):
            let session = touched(slot, batch: number)
            setFirstLive(sequence, count: count, droppedBytes: bytes, of: session)
        case .removed(let slot, let range, let bytes):
            let session = touched(slot, batch: number)
            remove(range, bytes: bytes, of: session)
        case .metadata(let slot, let json):
            let session = touched(slot, batch: number)
            session.metadata = json
            if json.isEmpty {
                table[slot].pointee.flags &= ~SessionState.hasMetadata
            } else {
                table[slot].pointee.flags |= SessionState.hasMetadata
            }
        }
    }

    private func touched(_ slot: Int32, batch number: UInt64) -> HotSession {
        let session = hotSession(slot)
        session.lastBatch = number
        markDirty(session)
        return session
    }

    private func end(_ slot: Int32, _ ending: BatchEntry.Ending, batch number: UInt64) {
        let record = table[slot].pointee
        let session = existingHot(slot)
        let isKnown = session == nil ? record.generation > 0 : session?.flushed != nil
        ended.append(
            EndedSession(
                number: record.number, generation: record.generation, segmentLength: record.segmentLength,
                isKnownToManifest: isKnown, ending: ending, batch: number))
        liveMessages -= min(liveMessages, record.liveCount)
        liveBytes -= min(liveBytes, record.liveBytes)
        if let session {
            for run in session.runs { pendingBytes -= run.records.count }
            hot[Int(record.hot)] = nil
            freeHot.append(record.hot)
            table[slot].pointee.hot = -1
            if session.isDirty { dirty.removeAll { $0 == slot } }
        }
        missing[record.number] = nil
        dropDescriptor(slot)
        dropCached(slot)
        table.remove(slot)
    }

    private func setFirstLive(_ sequence: UInt64, count: UInt64, droppedBytes: UInt64, of session: HotSession) {
        let record = table[session.slot]
        liveMessages -= min(liveMessages, record.pointee.liveCount - min(count, record.pointee.liveCount))
        record.pointee.firstLive = max(record.pointee.firstLive, sequence)
        record.pointee.liveCount = count
        // What was dropped may be an estimate; that nothing is left is known.
        let dropped = count == 0 ? record.pointee.liveBytes : min(droppedBytes, record.pointee.liveBytes)
        record.pointee.liveBytes -= dropped
        liveBytes -= min(liveBytes, dropped)
        // What was removed before it stays known where messages have ids: those are free again, though the segment still
        // lists them.
        if record.pointee.flags & SessionState.hasIDs == 0 {
            let ranges = table.removedRanges(session.slot).filter { $0.upperBound > record.pointee.firstLive }
            table.setRemoved(ranges, at: session.slot)
        }
        // Whole runs that are gone needn't be written to a segment.
        while let run = session.runs.first, run.endSequence <= record.pointee.firstLive {
            pendingBytes -= run.records.count
            session.runs.removeFirst()
        }
    }

    private func remove(_ range: Range<UInt64>, bytes: UInt64, of session: HotSession) {
        let record = table[session.slot]
        dropCached(session.slot)
        let before = table.removedRanges(session.slot)
        let already = before.reduce(UInt64(0)) { $0 + UInt64($1.clamped(to: range).count) }
        let count = min(UInt64(range.count) - already, record.pointee.liveCount)
        record.pointee.liveCount -= count
        liveMessages -= min(liveMessages, count)
        let dropped =
            record.pointee.liveCount == 0 ? record.pointee.liveBytes : min(bytes, record.pointee.liveBytes)
        record.pointee.liveBytes -= dropped
        liveBytes -= min(liveBytes, dropped)
        // The new range reaches to the end, so it swallows or adjoins the newest ones.
        var ranges = before
        var merged = range
        while let last = ranges.last, last.upperBound >= merged.lowerBound {
            merged = min(last.lowerBound, merged.lowerBound)..<max(last.upperBound, merged.upperBound)
            ranges.removeLast()
        }
        ranges.append(merged)
        table.setRemoved(ranges, at: session.slot)
        session.ids?.forget(from: range.lowerBound)
        session.newIDs.removeAll { $0.sequence >= range.lowerBound }
        while let run = session.runs.last, run.firstSequence >= range.lowerBound {
            pendingBytes -= run.records.count
            session.runs.removeLast()
        }
    }
}
