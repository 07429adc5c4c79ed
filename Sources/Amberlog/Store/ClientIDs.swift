internal import AgentMemory
internal import LogFiles
internal import LogFormat

/// The newest client ids of a session, brought into memory before a save that has some is planned.
extension Engine {
    /// Makes sure that the ids of a session are in memory, and keeps them there until ``releaseIDs(_:)``.
    func loadIDs(_ session: String) async throws(MemoryError) {
        var missing: String?
        while true {
            let flushed = state.withLock { state -> SessionState? in
                guard let slot = self.slot(session, state) else { return nil }
                let hot = state.hotSession(slot)
                hot.pins += 1
                if hot.ids != nil || state.table[slot].pointee.flags & SessionState.hasIDs == 0 { return nil }
                if let flushed = hot.flushed, flushed.generation > 0 { return flushed }
                hot.remember([])
                return nil
            }
            guard let flushed else { return }
            do throws(MemoryError) {
                let entries = try await onIOThread { () throws(MemoryError) in
                    let reader = try self.segmentReader(flushed, session: session)
                    return try reader.rememberedIDs(from: try reader.commit().idsOffset)
                }
                let isDone = state.withLock { state -> Bool in
                    guard let slot = self.slot(session, state), let hot = state.existingHot(slot) else { return true }
                    if hot.ids != nil { return true }
                    // A checkpoint or a compaction came between: what was read may lack the newest.
                    guard hot.flushed == flushed else {
                        hot.pins -= 1
                        return false
                    }
                    // Not as the segment has it: messages may have been removed since.
                    let removed = state.table.removedRanges(slot)
                    hot.remember(entries.filter { entry in !removed.contains { $0.contains(entry.sequence) } })
                    return true
                }
                if isDone { return }
            } catch {
                releaseIDs(session)
                // A compaction may have replaced it. A file that is looked for again wasn't.
                guard error.isFileMissing, let file = error.place.file, file != missing else { throw error }
                missing = file
            }
        }
    }

    /// Lets the ids of a session go, once no save needs them.
    func releaseIDs(_ session: String) {
        state.withLock { state in
            guard let slot = self.slot(session, state), let hot = state.existingHot(slot) else { return }
            hot.pins = max(0, hot.pins - 1)
            state.coolDown(slot)
        }
    }

    private func slot(_ session: String, _ state: EngineState) -> Int32? {
        var id = session
        return id.withUTF8 { state.table.find(UnsafeRawBufferPointer($0)) }
    }
}
