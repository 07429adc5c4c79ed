internal import AgentMemory
internal import LogFiles
internal import LogFormat

/// What is known of sessions.
extension Engine {
    func info(_ session: String) async throws(MemoryError) -> SessionInfo? {
        let found = try state.withLock { (state) throws(MemoryError) -> Found? in
            if state.isClosed { throw .closedStore }
            return self.find(session, state)
        }
        guard var found else { return nil }
        if found.needsCommit(for: SessionState.hasMetadata), found.metadata == nil {
            found.metadata = try await commit(found, session)?.metadata
            if let json = found.metadata, json.isEmpty { try checkLoss(of: "metadata", session, found) }
        }
        if let json = found.metadata, !json.isEmpty, case .object(let object)? = try? JSONValue(parsing: json) {
            found.info.metadata = object
        }
        return found.info
    }

    /// Which messages the session has; `nil` when there is none of that id.
    func extent(of session: String) throws(MemoryError) -> SessionExtent? {
        try state.withLock { (state) throws(MemoryError) -> SessionExtent? in
            if state.isClosed { throw .closedStore }
            var id = session
            guard let slot = id.withUTF8({ state.table.find(UnsafeRawBufferPointer($0)) }),
                !self.hideIfExpired(state.table[slot], state)
            else { return nil }
            return state.table[slot].pointee.extent
        }
    }

    func origin(of session: String) async throws(MemoryError) -> JSONValue? {
        let found = try state.withLock { (state) throws(MemoryError) -> Found? in
            if state.isClosed { throw .closedStore }
            return self.find(session, state)
        }
        guard var found else { return nil }
        if found.needsCommit(for: SessionState.hasOrigin), found.origin == nil {
            found.origin = try await commit(found, session)?.origin
            if let json = found.origin, json.isEmpty { try checkLoss(of: "origin", session, found) }
        }
        guard let json = found.origin, !json.isEmpty else { return nil }
        return try? JSONValue(parsing: json)
    }

    /// Throws when a commit frame lacks what the session has: the frame that had it was damaged when the next one was
    /// written. When the session has changed meanwhile, it may have been set to nothing instead.
    private func checkLoss(of what: String, _ session: String, _ found: Found) throws(MemoryError) {
        let now = state.withLock { self.find(session, $0)?.flushed }
        guard let flushed = found.flushed, now == flushed else { return }
        throw .damaged(
            "The session's \(what) stood in a frame that is damaged",
            file: StorePaths.segment(flushed.number, generation: flushed.generation), offset: nil, session: session)
    }

    private struct Found: Sendable {
        var info: SessionInfo
        /// As the segment has it; `nil` when there is no segment.
        var flushed: SessionState?
        var flags: UInt8
        var metadata: [UInt8]?
        var origin: [UInt8]?

        func needsCommit(for flag: UInt8) -> Bool { flags & flag != 0 && flushed != nil }
    }

    private func find(_ session: String, _ state: EngineState) -> Found? {
        var id = session
        guard let slot = id.withUTF8({ state.table.find(UnsafeRawBufferPointer($0)) }),
            !hideIfExpired(state.table[slot], state)
        else { return nil }
        let record = state.table[slot].pointee
        let hot = state.existingHot(slot)
        let flushed = hot == nil ? state.table.state(slot) : hot?.flushed
        return Found(
            info: state.info(slot), flushed: (flushed?.generation ?? 0) > 0 ? flushed : nil, flags: record.flags,
            metadata: hot?.metadata, origin: hot?.origin)
    }

    /// The last commit frame of a session's segment. A compaction that replaces the segment meanwhile is looked for
    /// again.
    private func commit(_ found: Found, _ session: String) async throws(MemoryError) -> SegmentCommit? {
        var flushed = found.flushed
        while let state = flushed {
            do throws(MemoryError) {
                return try await onIOThread { () throws(MemoryError) in
                    try self.segmentReader(state, session: session).commit()
                }
            } catch {
                let newer = self.state.withLock { self.find(session, $0)?.flushed }
                if newer == nil || newer?.generation == state.generation { throw error }
                flushed = newer
            }
        }
        return nil
    }

    // MARK: Listing

    func sessions(by order: SessionOrder, after: String?, limit: Int) async throws(MemoryError) -> SessionPage {
        guard limit > 0 else { throw MemoryError(.invalidArgument, "A page holds at least one session") }
        let cursor = try after.map { (text) throws(MemoryError) in try SessionRank(cursor: text, order) }
        return try state.withLock { (state) throws(MemoryError) in
            if state.isClosed { throw .closedStore }
            return self.page(state, by: order, after: cursor, limit: limit)
        }
    }

    func sessions(updatedBefore time: Timestamp) async throws(MemoryError) -> [SessionInfo] {
        try state.withLock { (state) throws(MemoryError) in
            if state.isClosed { throw .closedStore }
            var found: [SessionInfo] = []
            for slot in 0..<state.table.slotCount where state.table[slot].pointee.number != 0 {
                let record = state.table[slot]
                if record.pointee.updated_µs < time.microseconds, !self.hideIfExpired(record, state) {
                    found.append(state.info(slot))
                }
            }
            return found.sorted { $0.id < $1.id }
        }
    }

    /// The page after a session. O(sessions) to find it, O(limit log limit) to order it: nothing is kept between
    /// pages, so a listing costs no memory and sees sessions come and go.
    private func page(
        _ state: EngineState, by order: SessionOrder, after cursor: SessionRank?, limit: Int
    ) -> SessionPage {
        // One more than are wanted tells whether there is another page; never more than there are.
        let limit = min(limit, state.table.count)
        var best = BoundedHeap<SessionRank>(capacity: limit + 1)
        for slot in 0..<state.table.slotCount where state.table[slot].pointee.number != 0 {
            let record = state.table[slot]
            if hideIfExpired(record, state) { continue }
            let key: Int64 =
                switch order {
                case .id: 0
                case .updated: -max(record.pointee.updated_µs, -.max)
                case .size: -Int64(clamping: record.pointee.liveBytes)
                }
            if let cursor, !cursor.isBefore(key: key, id: record.pointee.idBytes) { continue }
            best.offer(SessionRank(key: key, id: record.pointee.idBytes, slot: slot))
        }
        var ranks = best.sorted()
        var next: String?
        if ranks.count > limit {
            ranks.removeLast()
            next = ranks.last?.cursor(order)
        }
        return SessionPage(sessions: ranks.map { state.info($0.slot) }, next: next)
    }
}

/// The place of a session in a listing: by a number, then by the bytes of its id.
private struct SessionRank: Comparable {
    var key: Int64
    var id: [UInt8]
    var slot: Int32

    init(key: Int64, id: UnsafeRawBufferPointer, slot: Int32) {
        self.key = key
        self.id = Array(id)
        self.slot = slot
    }

    /// Reads what ``cursor(_:)`` wrote.
    init(cursor: String, _ order: SessionOrder) throws(MemoryError) {
        let place = try SessionPlace(token: cursor, order)
        slot = -1
        key = place.rank
        id = Array(place.id.utf8)
    }

    func cursor(_ order: SessionOrder) -> String {
        let text = String(decoding: id, as: UTF8.self)
        return order == .id ? text : "\(key):\(text)"
    }

    func isBefore(key: Int64, id: UnsafeRawBufferPointer) -> Bool {
        self.key != key ? self.key < key : self.id.lexicographicallyPrecedes(id)
    }

    static func < (left: SessionRank, right: SessionRank) -> Bool {
        left.key != right.key ? left.key < right.key : left.id.lexicographicallyPrecedes(right.id)
    }

    static func == (left: SessionRank, right: SessionRank) -> Bool { left.key == right.key && left.id == right.id }
}

/// Keeps the smallest so many of what it is offered (a binary max-heap).
private struct BoundedHeap<Element: Comparable> {
    private let capacity: Int
    private var elements: [Element] = []

    init(capacity: Int) {
        self.capacity = capacity
    }

    mutating func offer(_ element: Element) {
        if elements.count < capacity {
            elements.append(element)
            var child = elements.count - 1
            while child > 0, elements[(child - 1) / 2] < elements[child] {
                elements.swapAt(child, (child - 1) / 2)
                child = (child - 1) / 2
            }
        } else if let largest = elements.first, element < largest {
            elements[0] = element
            var parent = 0
            while true {
                var child = 2 * parent + 1
                if child >= elements.count { break }
                if child + 1 < elements.count, elements[child] < elements[child + 1] { child += 1 }
                if !(elements[parent] < elements[child]) { break }
                elements.swapAt(parent, child)
                parent = child
            }
        }
    }

    func sorted() -> [Element] { elements.sorted() }
}
