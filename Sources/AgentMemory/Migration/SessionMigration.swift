/// Copies one session.
struct SessionMigration {
    enum Outcome {
        case copied
        case unchanged
        case skipped
    }

    let id: String
    let source: any MemoryBackend
    let target: any MemoryBackend
    let batchSize: Int
    let options: MigrationOptions
    let tally: MigrationTally

    /// What the target holds of the session.
    private struct Copied {
        var first: UInt64 = 0
        /// The source's sequence of the last message; 0 for none.
        var through: UInt64 = 0
        var count = 0
        var digest = ContentDigest()
        /// The target's last sequence.
        var target: UInt64 = 0
    }

    /// Whether the target remembers client ids; learned by asking.
    private var takesIDs = true
    private var takesOrigins = true
    /// Whether the target's session was looked at anew after somebody had saved to it.
    private var hasLookedAgain = false

    init(
        id: String, source: any MemoryBackend, target: any MemoryBackend, batchSize: Int, options: MigrationOptions,
        tally: MigrationTally
    ) {
        self.id = id
        self.source = source
        self.target = target
        self.batchSize = batchSize
        self.options = options
        self.tally = tally
    }

    /// - Throws: What ends the whole run: a cancellation, and a conflict where that is asked for.
    mutating func run() async throws {
        do {
            tally.finish(try await copy())
        } catch let error as MemoryError {
            if options.onConflict == .fail, error.code == .conflict { throw error }
            tally.fail(id, error)
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            tally.fail(id, MemoryError(.inputOutput, "\(error)", at: .init(session: id)))
        }
    }

    private mutating func copy() async throws -> Outcome {
        guard let info = try await source.info(id) else {
            throw MemoryError(.invalidArgument, "The source has no such session", at: .init(session: id))
        }
        let (copied, start) = try await reconcile(with: info)
        guard let copied else { return .skipped }
        if start == .unchanged {
            if !options.isDryRun, try await lacksMetadata(info) { try await keepMetadata(info) }
            return .unchanged
        }
        if options.isDryRun {
            tally.add(messages: max(0, info.messageCount - copied.count))
            return .copied
        }
        if start == .replacing { try await target.clear(id) }
        if copied.count == 0 { try await begin(info) }
        let all: Copied
        do {
            all = try await append(info, to: copied)
        } catch is Overtaken where !hasLookedAgain {
            // Mostly it was an earlier run: a save whose answer was lost came through only now.
            hasLookedAgain = true
            return try await copy()
        } catch let overtaken as Overtaken {
            throw overtaken.error
        }
        try await keepMetadata(info)
        try await verify(all)
        return .copied
    }

    // MARK: What is there already

    private enum Start {
        case fresh
        case goingOn
        case replacing
        case unchanged
    }

    /// Compares what the target has with the source.
    ///
    /// - Returns: `nil` when the session is to be left alone.
    private mutating func reconcile(with info: SessionInfo) async throws -> (Copied?, Start) {
        guard let there = try await target.info(id), there.messageCount > 0 || there.lastSequence > 0 else {
            return (Copied(), .fresh)
        }
        if let origin = MigrationOrigin(try await Self.origin(of: id, in: target)) {
            let isWhole = origin.through == info.lastSequence && origin.count == info.messageCount
            if isWhole, origin.first == info.firstSequence {
                return (Copied(), .unchanged)
            }
            // Unless somebody else has saved to it since.
            if origin.target == there.lastSequence, var copied = try await continued(origin, info) {
                copied.target = there.lastSequence
                return (copied, .goingOn)
            }
        } else if options.onConflict == .resume, var copied = try await commonBeginning(there) {
            copied.target = there.lastSequence
            if copied.count == info.messageCount { return (copied, .unchanged) }
            return (copied, .goingOn)
        }
        switch options.onConflict {
        case .skip: return (nil, .unchanged)
        case .replace: return (Copied(), .replacing)
        case .resume, .fail:
            throw MemoryError(
                .conflict, "The target has other messages in this session", at: .init(session: id))
        }
    }

    /// `nil` as well from a backend that keeps none.
    private static func origin(of session: String, in backend: any MemoryBackend) async throws -> JSONValue? {
        do {
            return try await backend.origin(of: session)
        } catch let error as MemoryError where error.code == .unsupported {
            return nil
        }
    }

    /// Where an earlier run has stopped, when its source was this one.
    private func continued(_ origin: MigrationOrigin, _ info: SessionInfo) async throws -> Copied? {
        var copied = Copied(first: origin.first)
        if info.firstSequence > origin.first {
            // What was removed from the beginning can't be compared any more; the last message stands for it.
            guard let last = try await source.load(id, from: origin.through, limit: 1).first,
                last.sequence == origin.through, ContentDigest([saved(last)]).description == origin.last
            else { return nil }
            copied.through = origin.through
            copied.count = origin.count
            // Only what follows can be digested.
            return copied
        }
        for try await message in source.messages(in: id, pageSize: batchSize) {
            guard let sequence = message.sequence, sequence <= origin.through else { break }
            add(saved(message), sequence, to: &copied)
        }
        return copied.count == origin.count && copied.digest.description == origin.digest ? copied : nil
    }

    /// What both have, when everything that the target has is the beginning of the source.
    private func commonBeginning(_ there: SessionInfo) async throws -> Copied? {
        var copied = Copied()
        var ours = source.messages(in: id, pageSize: batchSize).makeAsyncIterator()
        for try await message in target.messages(in: id, pageSize: batchSize) {
            guard let next = try await ours.next(), let sequence = next.sequence else { return nil }
            guard message == next || message == Self.withoutID(next) else { return nil }
            add(message, sequence, to: &copied)
        }
        return copied.count == there.messageCount ? copied : nil
    }

    private func add(_ message: Message, _ sequence: UInt64, to copied: inout Copied) {
        if copied.count == 0 { copied.first = sequence }
        copied.through = sequence
        copied.count += 1
        copied.digest.add(message)
    }

    // MARK: Copying

    /// The target refused a save because its session has gone on.
    private struct Overtaken: Error {
        var error: MemoryError
    }

    private func begin(_ info: SessionInfo) async throws {
        let timeToLive = info.expiresAt.map { Duration.microseconds($0.microseconds - info.updatedAt.microseconds) }
        do {
            try await target.begin(id, createdAt: info.createdAt, timeToLive: timeToLive)
        } catch let error as MemoryError where error.code == .conflict {
            return  // Begun by a run that was interrupted.
        } catch let error as MemoryError where error.code == .unsupported {
            tally.lose(.creationTime)
            if timeToLive != nil { tally.lose(.timeToLive) }
            if info.messageCount == 0 { tally.lose(.emptySession) }
        }
    }

    private mutating func append(_ info: SessionInfo, to before: Copied) async throws -> Copied {
        var copied = before
        let size = pageSize(info)
        let sourceOrigin = try await Self.origin(of: id, in: source)
        var page = try await source.load(id, from: copied.through + 1, limit: size)
        while let last = page.last {
            let next = try last.knownSequence() + 1
            // The next page is read while this one is saved.
            async let following = source.load(id, from: next, limit: size)
            for part in Self.parts(of: page) { try await save(part, &copied, sourceOrigin) }
            page = try await following
        }
        return copied
    }

    /// So that pages stay at a few megabytes.
    private func pageSize(_ info: SessionInfo) -> Int {
        let average = max(1, info.byteCount / UInt64(max(1, info.messageCount)))
        return max(1, min(batchSize, Int(Self.pageBytes / average)))
    }

    private static let pageBytes: UInt64 = 4 << 20

    /// Saves have a limit in bytes.
    private static func parts(of page: [Message]) -> [ArraySlice<Message>] {
        var parts: [ArraySlice<Message>] = []
        var start = 0
        var bytes = 0
        for (index, message) in page.enumerated() {
            let size = message.content.utf8.count + message.withEncodedMetadata { $0.count }
            if bytes + size > MemoryLimits.saveBytes / 2, index > start {
                parts.append(page[start..<index])
                start = index
                bytes = 0
            }
            bytes += size
        }
        parts.append(page[start...])
        return parts
    }

    private mutating func save(
        _ part: ArraySlice<Message>, _ copied: inout Copied, _ sourceOrigin: JSONValue?
    ) async throws {
        try Task.checkCancellation()
        while true {
            var after = copied
            let messages = part.map(saved)
            for (message, original) in zip(messages, part) { add(message, try original.knownSequence(), to: &after) }
            guard let last = messages.last else { return }
            after.target += UInt64(messages.count)
            let origin =
                takesOrigins
                ? MigrationOrigin(
                    first: after.first, through: after.through, count: after.count, digest: after.digest, last: last,
                    target: after.target
                ).json(beside: sourceOrigin) : nil
            do {
                let receipt = try await send(messages, after: copied.target, origin)
                guard receipt.duplicates.isEmpty else {
                    throw MemoryError(
                        .conflict, "The target has \(receipt.duplicates.count) messages with the same ids already",
                        at: .init(session: id))
                }
            } catch let error as MemoryError where error.code == .unsupported && (takesOrigins || takesIDs) {
                // Which of the two it lacks shows when the other one is left out.
                if takesOrigins, messages.allSatisfy({ $0.id == nil }) {
                    takesOrigins = false
                } else if takesIDs, messages.contains(where: { $0.id != nil }) {
                    takesIDs = false
                } else {
                    throw error
                }
                continue
            }
            if !takesIDs { tally.lose(.messageID, part.count { $0.id != nil }) }
            copied = after
            tally.add(messages: messages.count)
            return
        }
    }

    private func send(_ messages: [Message], after last: UInt64, _ origin: JSONValue?) async throws -> SaveReceipt {
        do {
            return try await target.save(messages, to: id, expecting: last, origin: origin)
        } catch let error as MemoryError where error.code == .conflict {
            throw Overtaken(error: error)
        }
    }

    /// A message as the target gets it.
    private func saved(_ message: Message) -> Message { takesIDs ? message : Self.withoutID(message) }

    private static func withoutID(_ message: Message) -> Message {
        var message = message
        message.id = nil
        return message
    }

    /// A run may have been interrupted between the last message and the metadata.
    private func lacksMetadata(_ info: SessionInfo) async throws -> Bool {
        if info.metadata.isEmpty { return false }
        return try await target.info(id)?.metadata.isEmpty ?? false
    }

    private func keepMetadata(_ info: SessionInfo) async throws {
        guard !info.metadata.isEmpty else { return }
        do {
            try await target.setMetadata(info.metadata, for: id)
        } catch let error as MemoryError where error.code == .unsupported {
            tally.lose(.sessionMetadata)
        }
    }

    // MARK: Verifying

    private func verify(_ copied: Copied) async throws {
        if options.verification == .none || copied.count == 0 { return }
        guard let there = try await target.info(id) else {
            throw MemoryError(.conflict, "The copy is gone: somebody has cleared it", at: .init(session: id))
        }
        if there.messageCount < copied.count { tally.lose(.trimmedMessage, copied.count - there.messageCount) }
        guard there.messageCount <= copied.count, there.messageCount > 0 else {
            throw MemoryError(
                .conflict, "The copy has \(there.messageCount) messages, and \(copied.count) were copied",
                at: .init(session: id))
        }
        guard options.verification == .digest else { return }
        // Either may have let go of the oldest: the newest, as many as both have, have to be the same.
        let kept = try await count(from: copied.first, through: copied.through)
        let compared = min(kept, there.messageCount)
        var expected = ContentDigest()
        var passed = kept - compared
        for try await message in source.messages(in: id, from: copied.first, pageSize: batchSize) {
            guard let sequence = message.sequence, sequence <= copied.through else { break }
            if passed > 0 { passed -= 1 } else { expected.add(saved(message)) }
        }
        var actual = ContentDigest()
        passed = there.messageCount - compared
        for try await message in target.messages(in: id, pageSize: batchSize) {
            if passed > 0 { passed -= 1 } else { actual.add(message) }
        }
        if expected != actual {
            throw MemoryError(
                .damaged, "The copy doesn't say the same as its source", at: .init(session: id))
        }
    }

    /// How many messages the source still has of those that were copied.
    private func count(from first: UInt64, through last: UInt64) async throws -> Int {
        var count = 0
        for try await message in source.messages(in: id, from: first, pageSize: batchSize) {
            guard let sequence = message.sequence, sequence <= last else { break }
            count += 1
        }
        return count
    }
}
