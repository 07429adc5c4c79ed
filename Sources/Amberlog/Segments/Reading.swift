internal import AgentMemory
internal import LogFiles
internal import LogFormat

/// Loading messages: a plan under the lock, then one read outside it.
extension Engine {
    /// What a read takes from memory, and what it has to take from the segment. Made under the lock, so it is a
    /// consistent point in time whatever happens afterwards.
    struct ReadPlan: Sendable {
        /// Verified when they were written; immutable.
        var hot: [(run: PendingRun, wanted: Range<UInt64>)] = []
        var segment: SegmentPart?
        /// From the cache, older than those in memory. Then there is no part of the segment.
        var cached: ArraySlice<Message> = []
        /// Set when the result is the newest of the session and may be kept.
        var view: EngineState.SessionView?
        var damage: MemoryError?

        struct SegmentPart: Sendable {
            var slot: Int32
            var number: UInt64
            var generation: UInt64
            var length: UInt64
            var file: (any File)?
            var wanted: Range<UInt64>
            var removed: [Range<UInt64>]
            /// Exactly so many are there and have to be found.
            var count: Int
            var estimate: Int
        }
    }

    enum Direction {
        /// The newest messages below the bound.
        case newestFirst
        /// The oldest messages from the bound on.
        case oldestFirst
    }

    func load(
        _ session: String, limit: Int?, before: UInt64? = nil
    ) async throws(MemoryError) -> [Message] {
        let limit = limit ?? Int.max
        if limit <= 0 { return [] }
        return try await read(session, limit: limit, bound: before ?? .max, .newestFirst)
    }

    func load(_ session: String, from sequence: UInt64, limit: Int) async throws(MemoryError) -> [Message] {
        if limit <= 0 { return [] }
        return try await read(session, limit: limit, bound: sequence, .oldestFirst)
    }

    private func read(
        _ session: String, limit: Int, bound: UInt64, _ direction: Direction
    ) async throws(MemoryError) -> [Message] {
        // The segment may be replaced by a compaction between plan and read: then a new plan finds the new one.
        var missing: String?
        for _ in 0..<Self.attempts {
            let plan = try state.withLock { (state) throws(MemoryError) -> ReadPlan? in
                if state.isClosed { throw .closedStore }
                return self.plan(session, limit: limit, bound: bound, direction, state)
            }
            guard let plan else { return [] }
            if let damage = plan.damage { throw damage }
            guard let part = plan.segment else {
                if plan.hot.isEmpty { return Array(plan.cached) }
                return remembering(Array(plan.cached) + Self.decode(plan.hot), plan)
            }
            do throws(MemoryError) {
                let cold = try await read(part, session: session, direction)
                if plan.hot.isEmpty { return remembering(cold, plan) }
                return remembering(cold + Self.decode(plan.hot), plan)
            } catch  where error.isFileMissing {
                // A file that a new plan points to again is no file that was replaced.
                if let file = error.place.file, file == missing {
                    throw .damaged("The segment is missing", file: file, offset: nil, session: session)
                }
                missing = error.place.file
            }
        }
        throw MemoryError(
            .inputOutput, "The segment kept being replaced while it was read", at: .init(session: session),
            retry: .later)
    }

    /// Keeps what was read for the next load, when it is the newest of its session and not too much.
    private func remembering(_ messages: [Message], _ plan: ReadPlan) -> [Message] {
        let costMax = options.cacheBytes / MessageCache.shareMax
        guard let view = plan.view, !messages.isEmpty, messages.count <= Self.cachedMessagesMax else { return messages }
        let cost = MessageCache.cost(of: messages)
        if cost > costMax { return messages }
        state.withLock { $0.remember(messages, cost: cost, of: view) }
        return messages
    }

    /// More than this is no context window but a walk through a session.
    private static let cachedMessagesMax = 1024

    private static let attempts = 100

    /// - Returns: `nil` when there is no such session, or nothing in range.
    private func plan(
        _ session: String, limit: Int, bound: UInt64, _ direction: Direction, _ state: EngineState
    ) -> ReadPlan? {
        var id = session
        guard let slot = id.withUTF8({ state.table.find(UnsafeRawBufferPointer($0)) }) else { return nil }
        let record = state.table[slot]
        if hideIfExpired(record, state) { return nil }
        let range: Range<UInt64>
        switch direction {
        case .newestFirst:
            let upper = min(bound, record.pointee.nextSequence)
            range = min(record.pointee.firstLive, upper)..<upper
        case .oldestFirst:
            let lower = max(bound, record.pointee.firstLive)
            range = min(lower, record.pointee.nextSequence)..<record.pointee.nextSequence
        }
        let removed = state.table.removedRanges(slot)
        var live = range.count
        for gap in removed { live -= gap.clamped(to: range).count }
        var left = min(limit, live)
        if left <= 0 { return nil }
        var plan = ReadPlan()
        // Sequences that stand in memory are above all that stand in the segment.
        let hot = state.existingHot(slot)?.runs ?? []
        let boundary = hot.first?.firstSequence ?? record.pointee.nextSequence
        if direction == .newestFirst, bound == .max, state.missing.isEmpty {
            if record.pointee.cached >= 0, let known = state.messageCache.find(record.pointee.cached),
                // What was checkpointed since is no longer in memory.
                known.end >= boundary
            {
                // Removing the newest drops the entry, so all sequences behind it are live.
                let fresh = Int(record.pointee.nextSequence - known.end)
                let cachedCount = max(0, left - fresh)
                if cachedCount <= known.messages.count {
                    // A shorter answer is no reason to forget the longer one.
                    if fresh > 0, left >= known.messages.count { plan.view = state.view(slot, removed: removed) }
                    left -= cachedCount
                    plan.cached = known.messages.suffix(cachedCount)
                    for run in hot.reversed() where left > 0 { plan.takeNewest(&left, of: run, in: range, removed: []) }
                    plan.hot.reverse()
                    return plan
                }
            }
            plan.view = state.view(slot, removed: removed)
        }
        var inSegment = range.clamped(to: 0..<boundary)
        var segmentCount = 0
        plan.hot.reserveCapacity(hot.isEmpty ? 0 : min(hot.count, left))
        switch direction {
        case .newestFirst:
            for run in hot.reversed() where left > 0 { plan.takeNewest(&left, of: run, in: range, removed: removed) }
            plan.hot.reverse()
            segmentCount = left
        case .oldestFirst:
            var available = inSegment.count
            for gap in removed { available -= gap.clamped(to: inSegment).count }
            segmentCount = min(left, available)
            left -= segmentCount
            for run in hot where left > 0 { plan.takeOldest(&left, of: run, in: range, removed: removed) }
        }
        if let missing = state.missing[record.pointee.number] {
            let asked = Self.narrow(range, to: min(limit, live), removed: removed, direction)
            plan.damage = damage(missing, of: session, in: asked, state)
        }
        guard segmentCount > 0 else { return plan }
        if inSegment.isEmpty { inSegment = range }
        plan.segment = ReadPlan.SegmentPart(
            slot: slot, number: record.pointee.number, generation: record.pointee.generation,
            length: record.pointee.segmentLength, file: state.descriptors.file(at: record.pointee.descriptor),
            wanted: inSegment, removed: removed, count: segmentCount,
            estimate: Self.estimate(segmentCount, record.pointee))
        return plan
    }

    /// What to read at once. The messages at their average size, or at the size that they take in this segment with its
    /// padding and dead messages, whichever is more (up to three times the first); an eighth more because sizes vary;
    /// and the rest of a block.
    private static func estimate(_ count: Int, _ record: SessionRecord) -> Int {
        let live = max(1, record.liveCount)
        let isSealed = record.flags & SessionState.sealed != 0
        let pure = record.liveBytes / live + 1
        let stored = min(record.segmentLength / live + 1, 3 * pure)
        let (bytes, overflow) = UInt64(count).multipliedReportingOverflow(by: isSealed ? stored : max(pure, stored))
        if overflow || bytes > record.segmentLength { return Int(record.segmentLength) }
        let extra = UInt64(isSealed ? SegmentWriter.sealedBlockBytes : Limits.blockBytes)
        return Int(min(record.segmentLength, bytes + bytes / 8 + extra))
    }

    /// The part of a range that holds so many live messages, counted from its end or from its beginning.
    private static func narrow(
        _ range: Range<UInt64>, to count: Int, removed: [Range<UInt64>], _ direction: Direction
    ) -> Range<UInt64> {
        var left = UInt64(count)
        switch direction {
        case .newestFirst:
            var lower = range.upperBound
            for gap in removed.reversed() where gap.overlaps(range) {
                let stretch = lower - min(lower, gap.upperBound)
                if stretch >= left { break }
                left -= stretch
                lower = gap.lowerBound
            }
            return max(range.lowerBound, lower - min(lower, left))..<range.upperBound
        case .oldestFirst:
            var upper = range.lowerBound
            for gap in removed where gap.overlaps(range) {
                let stretch = max(upper, gap.lowerBound) - upper
                if stretch >= left { break }
                left -= stretch
                upper = gap.upperBound
            }
            return range.lowerBound..<min(range.upperBound, upper + left)
        }
    }

    private func damage(
        _ missing: [Range<UInt64>], of session: String, in range: Range<UInt64>, _ state: EngineState
    ) -> MemoryError? {
        guard let lost = missing.first(where: { $0.overlaps(range) }) else { return nil }
        let known = state.damages.first { $0.sessions?.contains(session) ?? true }
        return .damaged(
            "Messages from sequence \(lost.lowerBound) on were acknowledged and are damaged",
            file: known?.file ?? "journal", offset: known?.offset, session: session)
    }

    /// An expired session is gone from the moment it expires, whatever the clock does afterwards.
    func hideIfExpired(_ record: UnsafeMutablePointer<SessionRecord>, _ state: EngineState) -> Bool {
        if record.pointee.status & (SessionRecord.isVisible | SessionRecord.isExpired) != SessionRecord.isVisible {
            return true
        }
        guard let expiry = record.pointee.expiry_µs, expiry <= max(clock.now_µs(), state.latestClock_µs) else {
            return false
        }
        record.pointee.status |= SessionRecord.isExpired
        requestMaintenance { $0.isSweepWanted = true }
        return true
    }

    private static func decode(_ hot: [(run: PendingRun, wanted: Range<UInt64>)]) -> [Message] {
        let runs = hot.map { hot in
            RecordRun(
                bytes: hot.run.records.bytes, firstSequence: hot.run.firstSequence, count: hot.run.count,
                wanted: hot.wanted)
        }
        // These bytes were encoded by this process or validated by recovery, so they always decode.
        let messages = MessageDecoder.decode(runs, in: .oldestFirst, areText: true) ?? []
        withExtendedLifetime(hot) {}
        return messages
    }

    // MARK: The segment

    private func read(
        _ part: ReadPlan.SegmentPart, session: String, _ direction: Direction
    ) async throws(MemoryError) -> [Message] {
        let open: (any File)?
        if let file = part.file { open = file } else { open = try openSegment(part, session: session, .cachedOnly) }
        if let open, let messages = try read(part, open, session: session, direction, .cachedOnly) {
            return messages
        }
        // Opening a file and reading what is not cached may wait for the disk: not on a cooperative thread.
        return try await onIOThread { () throws(MemoryError) in
            let file: any File
            if let open {
                file = open
            } else if let opened = try self.openSegment(part, session: session, .mayWait) {
                file = opened
            } else {
                throw MemoryError(.inputOutput, "Opening a segment", at: .init(session: session))
            }
            guard let messages = try self.read(part, file, session: session, direction, .mayWait) else {
                throw MemoryError(.inputOutput, "Reading a segment", at: .init(session: session, file: file.path))
            }
            return messages
        }
    }

    private func read(
        _ part: ReadPlan.SegmentPart, _ file: any File, session: String, _ direction: Direction,
        _ patience: SegmentReader.Patience
    ) throws(MemoryError) -> [Message]? {
        let identity = FileHeader.segmentIdentity(
            store: self.identity.id, session: part.number, generation: part.generation)
        let reader = SegmentReader(file: file, seed: identity.checksumSeed, length: part.length, session: session)
        let result: (messages: [Message], cursor: SegmentReader.Cursor?)?
        let bound = direction == .newestFirst ? part.wanted.upperBound : part.wanted.lowerBound
        let start = cursors.find(part.number, generation: part.generation, sequence: bound, direction)
        switch direction {
        case .newestFirst:
            result = try reader.newest(
                part.wanted, removed: part.removed, limit: part.count, estimate: part.estimate, from: start, patience)
        case .oldestFirst:
            result = try reader.oldest(
                part.wanted, removed: part.removed, limit: part.count, estimate: part.estimate, from: start, patience)
        }
        guard let result else { return nil }
        guard result.messages.count == part.count else {
            throw .damaged(
                "The segment holds \(result.messages.count) of \(part.count) messages in \(part.wanted)",
                file: file.path, offset: nil, session: session)
        }
        if part.length > Self.longSegmentBytes, let cursor = result.cursor {
            cursors.remember(cursor, part.number, generation: part.generation, direction)
        }
        return result.messages
    }

    /// Only paging through segments longer than this is worth remembering a place for.
    private static let longSegmentBytes: UInt64 = 256 << 10

    private func openFile(_ path: String, _ patience: SegmentReader.Patience) throws(FileError) -> (any File)? {
        switch patience {
        case .cachedOnly: try files.openCached(path)
        case .mayWait: try files.open(path, .read)
        }
    }

    /// Opens a segment and offers it to the descriptor cache. `nil` when that would wait for the disk.
    private func openSegment(
        _ part: ReadPlan.SegmentPart, session: String, _ patience: SegmentReader.Patience
    ) throws(MemoryError) -> (any File)? {
        let path = StorePaths.segment(part.number, generation: part.generation)
        let file = try withFileErrors("Opening a segment", session: session) { () throws(FileError) in
            try sheddingDescriptors { () throws(FileError) in try openFile(path, patience) }
        }
        guard let file else { return nil }
        state.withLock { state in
            guard part.slot < state.table.slotCount else { return }
            let record = state.table[part.slot]
            guard record.pointee.number == part.number, record.pointee.generation == part.generation,
                record.pointee.descriptor < 0
            else { return }
            record.pointee.descriptor = state.descriptors.insert(file, slot: part.slot) { evicted in
                state.table[evicted].pointee.descriptor = -1
            }
        }
        return file
    }
}

extension Engine.ReadPlan {
    /// Takes the newest messages of a run that are in range and not removed, newest piece first.
    fileprivate mutating func takeNewest(
        _ left: inout Int, of run: PendingRun, in range: Range<UInt64>, removed: [Range<UInt64>]
    ) {
        var rest = (run.firstSequence..<run.endSequence).clamped(to: range)
        for gap in removed.reversed() where gap.overlaps(rest) {
            take(min(gap.upperBound, rest.upperBound)..<rest.upperBound, of: run, newest: &left)
            rest = rest.lowerBound..<max(gap.lowerBound, rest.lowerBound)
        }
        take(rest, of: run, newest: &left)
    }

    private mutating func take(_ range: Range<UInt64>, of run: PendingRun, newest left: inout Int) {
        let count = min(left, range.count)
        if count == 0 { return }
        left -= count
        hot.append((run, (range.upperBound - UInt64(count))..<range.upperBound))
    }

    /// Takes the oldest messages of a run that are in range and not removed, oldest piece first.
    fileprivate mutating func takeOldest(
        _ left: inout Int, of run: PendingRun, in range: Range<UInt64>, removed: [Range<UInt64>]
    ) {
        var rest = (run.firstSequence..<run.endSequence).clamped(to: range)
        for gap in removed where gap.overlaps(rest) {
            take(rest.lowerBound..<max(gap.lowerBound, rest.lowerBound), of: run, oldest: &left)
            rest = min(gap.upperBound, rest.upperBound)..<rest.upperBound
        }
        take(rest, of: run, oldest: &left)
    }

    private mutating func take(_ range: Range<UInt64>, of run: PendingRun, oldest left: inout Int) {
        let count = min(left, range.count)
        if count == 0 { return }
        left -= count
        hot.append((run, range.lowerBound..<(range.lowerBound + UInt64(count))))
    }
}
