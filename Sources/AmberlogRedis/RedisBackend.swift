#if Redis
    public import AgentMemory

    /// Conversations on a Redis server, for several processes and machines that share them.
    ///
    /// ```swift
    /// let memory = try await RedisBackend(url: "redis://localhost:6379", timeToLive: .seconds(3600))
    /// try await memory.save([Message(role: .user, content: "My name is Alice")], to: "user_123")
    /// let recent = try await memory.load("user_123", limit: 50)
    /// ```
    ///
    /// Needs Redis 5 or newer, or what speaks its language. A save is one round trip, and one step on the server: all of
    /// it or nothing. It is as durable as the server: see Redis's `appendonly` and `appendfsync`.
    ///
    /// **Nothing is saved twice.** Calls that find the connection broken, or the server starting or busy, are repeated as
    /// ``RedisRetry`` says. Each save carries a token that the server remembers for five minutes at least, so one that
    /// went through before the connection broke is answered, not done again. Where no attempt comes to an end, the error
    /// says that the outcome is unknown. Messages with an `id` make it safe to save again even then.
    ///
    /// **Keys.** All begin with the prefix, and those of a session end in a tag in braces, so that a cluster keeps them
    /// together:
    ///
    /// | key | type | |
    /// |---|---|---|
    /// | `prefix{id}:messages` | list | the messages, the oldest first, as JSON or compressed, each saying which |
    /// | `prefix{id}:state` | hash | times, first and last sequence, counts, metadata, origin |
    /// | `prefix{id}:ids` | sorted set | the newest ids of messages |
    /// | `prefix{id}:saves:0`, `…:1` | hash | the tokens of the last minutes |
    /// | `prefix{%}:updated`, `…:ids`, `…:sizes`, `…:expiry` | sorted set | the index of sessions |
    ///
    /// In an id, `{`, `}` and `%` are percent-encoded. Change the keys through the backend alone: it keeps count. A key
    /// that holds something else is a `damaged` error that names it; ``clear(_:)`` mends that session. A server that
    /// evicts keys when it is full takes them one by one, which is found in the same way: give it a policy that evicts
    /// nothing (`noeviction`).
    ///
    /// **Expiry.** A save sets the session's time to live anew, on all of its keys. A session is hidden from the moment
    /// that it expires by the caller's clock, and the server removes it by its own. The index forgets it with later
    /// saves and listings.
    ///
    /// **In a cluster** the index is on another server than most sessions, so a save announces the session there first
    /// and notes its time and size afterwards. A crash between leaves an entry without a session, which listings pass
    /// over and forget, or an old place in the orders by update and size, until the next save. ``HiredisClient`` speaks
    /// to one server: give a client that follows a cluster.
    ///
    /// **Searching** reads the messages and ranks them here: BM25 over what it has read, with the engine's query
    /// language: phrases, `+must`, `-not`, `prefix*`, `role:`, `after:`, `before:` and `meta.key:value`. That is O(*n*)
    /// for *n* messages in the session or, without one, in all. Of `SearchOptions`, `ranking` has no effect.
    ///
    /// **Errors** are `MemoryError`s: `unavailable` and `timedOut` (later) when the server can't be reached, `noSpace`
    /// when it is full, `readOnly` from a replica, `invalidArgument` for a wrong password, `damaged`. A call whose task is
    /// cancelled throws `CancellationError` if it has changed nothing.
    ///
    /// Nothing of it blocks Swift's own threads.
    public final class RedisBackend: MemoryBackend {
        /// The server knows nothing of a clock that was given, and must not be before it.
        private static let foreignClockTime = Duration.seconds(3600)

        private static let timeToLiveMax = Duration.seconds(1 << 36)
        private static let wrongTimeToLive = MemoryError(
            .invalidArgument, "A time to live is between a millisecond and 2,000 years")

        private let sessions: RedisSessions
        private let codec: MessageCodec
        private let timeToLive: Duration?
        /// The server removes a session so long after its time.
        private let slack: Duration
        private let maximumMessages: Int?
        private let ownsClient: Bool
        private let clock: @Sendable () -> Timestamp

        private var link: RedisLink { sessions.link }
        private var keys: RedisKeys { sessions.keys }

        /// Connects to a server.
        ///
        /// - Parameters:
        ///   - url: See ``RedisAddress``.
        ///   - prefix: What all keys begin with, at most 1,024 bytes.
        ///   - timeToLive: How long a session stays after its last save; `nil` for ever.
        ///   - maximumMessages: How many messages a session keeps, the newest; `nil` for all.
        ///   - compression: Whether messages of 256 bytes and more are compressed (LZ4), where it helps.
        ///   - connections: At most so many, each with a thread.
        ///   - connectTimeout: How long the server may take to accept a connection.
        ///   - commandTimeout: How long it may take to answer.
        ///   - clock: Tells the time of saves, and when a session has expired; `nil` for the system's. The server, which
        ///     goes by its own, removes a session an hour later than it expires by a clock that is given.
        /// - Throws: `MemoryError`: `unavailable`, `timedOut`, `invalidArgument` for a wrong URL, password or prefix,
        ///   `unsupported` for `rediss:`, which is Redis over TLS.
        public convenience init(
            url: String = "redis://localhost:6379", prefix: String = "agentz:sessions:",
            timeToLive: Duration? = .seconds(86_400), maximumMessages: Int? = 1000, compression: Bool = true,
            connections: Int = 4, connectTimeout: Duration = .seconds(5), commandTimeout: Duration = .seconds(10),
            retry: RedisRetry = RedisRetry(), clock: (@Sendable () -> Timestamp)? = nil
        ) async throws {
            let client = HiredisClient(
                try RedisAddress(url: url), connections: connections, connectTimeout: connectTimeout,
                commandTimeout: commandTimeout)
            do {
                try await self.init(
                    client: client, prefix: prefix, timeToLive: timeToLive, maximumMessages: maximumMessages,
                    compression: compression, retry: retry, ownsClient: true, clock: clock)
            } catch {
                await client.close()
                throw error
            }
        }

        /// Uses a client that is there. It stays open when the backend is closed.
        ///
        /// - Throws: `MemoryError`, as ``init(url:prefix:timeToLive:maximumMessages:compression:connections:connectTimeout:commandTimeout:retry:clock:)``.
        public convenience init(
            client: any RedisClient, prefix: String = "agentz:sessions:", timeToLive: Duration? = .seconds(86_400),
            maximumMessages: Int? = 1000, compression: Bool = true, retry: RedisRetry = RedisRetry(),
            clock: (@Sendable () -> Timestamp)? = nil
        ) async throws {
            try await self.init(
                client: client, prefix: prefix, timeToLive: timeToLive, maximumMessages: maximumMessages,
                compression: compression, retry: retry, ownsClient: false, clock: clock)
        }

        private init(
            client: any RedisClient, prefix: String, timeToLive: Duration?, maximumMessages: Int?, compression: Bool,
            retry: RedisRetry, ownsClient: Bool, clock: (@Sendable () -> Timestamp)?
        ) async throws {
            if let timeToLive, timeToLive < .milliseconds(1) || timeToLive > Self.timeToLiveMax {
                throw Self.wrongTimeToLive
            }
            if let maximumMessages, maximumMessages < 1 {
                throw MemoryError(.invalidArgument, "A session keeps at least one message")
            }
            codec = MessageCodec(compresses: compression)
            self.timeToLive = timeToLive
            self.maximumMessages = maximumMessages
            self.ownsClient = ownsClient
            self.clock = clock ?? { .now }
            slack = clock == nil ? .zero : Self.foreignClockTime
            sessions = try await RedisSessions(RedisLink(client, retry), try RedisKeys(prefix: prefix))
        }

        // MARK: Saving

        /// O(*m*) for *m* messages. One round trip.
        @discardableResult
        public func save(_ messages: [Message], to session: String, expecting: UInt64?) async throws -> SaveReceipt {
            try await save(messages, to: session, expecting: expecting, origin: nil)
        }

        /// O(*m*) for *m* messages. One round trip.
        @discardableResult
        public func save(
            _ messages: [Message], to session: String, expecting: UInt64?, origin: JSONValue?
        ) async throws -> SaveReceipt {
            try MemoryLimits.validate(sessionID: session)
            if let origin { try MemoryLimits.validate(origin: origin) }
            let save = try RedisSave(
                messages, to: session, expecting: expecting, origin: origin, now: clock(), timeToLive: timeToLive,
                slack: slack, maximumMessages: maximumMessages)
            let replies = try await sessions.change([session]) { pipeline, form, index in
                save.appendAnnouncement(to: &pipeline, form, index)
            } _: { pipeline, form, _, keys in
                save.append(to: &pipeline, form, keys, codec)
            } entry: { reply in
                if case .saved(_, let entry)? = SaveAnswer(reply) { entry } else { nil }
            }
            switch replies.first.flatMap(SaveAnswer.init) {
            case .saved(let receipt, _): return receipt
            case .conflict(let last):
                throw MemoryError(
                    .conflict, "The session's last sequence is \(last), not \(expecting ?? 0)",
                    at: link.place(session))
            case .damaged(let key): throw damaged(key, session)
            case nil: throw link.unexpected(session)
            }
        }

        /// O(*m*) for *m* removed messages. Two round trips, and two more for each time that another changes the session
        /// in between.
        @discardableResult
        public func removeLast(_ count: Int, from session: String) async throws -> [Message] {
            try MemoryLimits.validate(sessionID: session)
            try MemoryLimits.validate(limit: count)
            try link.checkOpen()
            while count > 0 {
                // What is read and what is removed are the same, or nothing is removed: the answer can be asked for again.
                let newest = try await load(session, limit: count, before: nil)
                guard let first = newest.first?.sequence, let last = newest.last?.sequence else { return [] }
                let (token, now) = (RedisSave.newToken(), clock())
                let answer = try await changed(session) { pipeline, form, keys in
                    pipeline.append(
                        .remove, form, keys: keys, now.microseconds, token, session, newest.count, first, last)
                }
                if answer == "removed" { return newest }
                try Task.checkCancellation()
            }
            return []
        }

        /// O(*m*) for *m* removed messages.
        public func trim(_ session: String, toLast count: Int) async throws {
            try MemoryLimits.validate(sessionID: session)
            try MemoryLimits.validate(limit: count)
            let now = clock()
            _ = try await changed(session) { pipeline, form, keys in
                pipeline.append(.trim, form, keys: keys, now.microseconds, session, count)
            }
        }

        /// Calls a script that answers what it did and how many bytes are left.
        private func changed(
            _ session: String, _ body: (inout RedisPipeline, LuaScript.Form, [String]) -> Void
        ) async throws -> Substring {
            let replies = try await sessions.change([session]) { pipeline, form, _, keys in
                body(&pipeline, form, keys)
            } entry: { reply in
                let words = reply.text?.split(separator: " ") ?? []
                guard words.count == 2, words[0] != "damaged", words[1] != "-" else { return nil }
                return IndexEntry(bytes: String(words[1]))
            }
            let words = replies.first?.text?.split(separator: " ") ?? []
            guard let answer = words.first else { throw link.unexpected(session) }
            if answer == "damaged" { throw damaged(words.last.map(String.init) ?? "", session) }
            return answer
        }

        /// O(1). One round trip.
        public func begin(_ session: String, createdAt: Timestamp, timeToLive: Duration?) async throws {
            try MemoryLimits.validate(sessionID: session)
            try MemoryLimits.validate(createdAt: createdAt, timeToLive: timeToLive)
            if let timeToLive, timeToLive < .milliseconds(1) || timeToLive > Self.timeToLiveMax {
                throw Self.wrongTimeToLive
            }
            let (token, now) = (RedisSave.newToken(), clock())
            let lives = timeToLive.map { RedisSave.milliseconds($0) * 1000 } ?? 0
            let expires = timeToLive == nil ? "" : String(now.microseconds + lives)
            let lifetime = timeToLive.map { String(RedisSave.milliseconds($0 + slack)) } ?? ""
            let replies = try await sessions.change([session]) { pipeline, form, index in
                pipeline.append(.announce, form, keys: index, session, now.microseconds, lifetime)
            } _: { pipeline, form, _, keys in
                pipeline.append(
                    .begin, form, keys: keys, now.microseconds, token, session, createdAt.microseconds, lives, expires,
                    lifetime)
            } entry: { reply in
                IndexEntry((reply.text?.split(separator: " ") ?? []).dropFirst())
            }
            let words = replies.last?.text?.split(separator: " ") ?? []
            switch words.first {
            case "begun": return
            case "conflict":
                throw MemoryError(.conflict, "The session exists already", at: link.place(session))
            case "damaged": throw damaged(words.last.map(String.init) ?? "", session)
            default: throw link.unexpected(session)
            }
        }

        /// O(1). One round trip.
        public func setMetadata(_ metadata: [String: JSONValue], for session: String) async throws {
            try MemoryLimits.validate(sessionID: session)
            try MemoryLimits.validate(metadata: metadata)
            let json = metadata.isEmpty ? [] : JSONValue.object(metadata).serialized()
            let (now, keys) = (clock(), keys.session(session).all)
            let reply = try await sessions.send([session]) { pipeline, form in
                pipeline.append(.describe, form, keys: keys, now.microseconds, json)
            }
            switch reply.first?.text {
            case "described": return
            case "missing":
                throw MemoryError(.invalidArgument, "There is no such session", at: link.place(session))
            case let answer?: throw damaged(String(answer.split(separator: " ").last ?? ""), session)
            case nil: throw link.unexpected(session)
            }
        }

        // MARK: Loading

        /// O(*m*) for *m* messages, and without `before` as many steps to them from the end of the session. One round
        /// trip.
        public func load(_ session: String, limit: Int?, before: UInt64?) async throws -> [Message] {
            try MemoryLimits.validate(sessionID: session)
            try MemoryLimits.validate(limit: limit)
            try link.checkOpen()
            if limit == 0 || before.map({ $0 <= 1 }) ?? false { return [] }
            let count = limit.map { min($0, Int(Int32.max)) }
            if before == nil, let newest = try await reading.newest(count, of: session) { return newest }
            return try await reading.page(of: session, .before, before ?? .max, limit: count ?? -1)
        }

        /// O(*n* + *m*) for *m* messages of a session of *n*, where *n* counts little. One round trip.
        public func load(_ session: String, from sequence: UInt64, limit: Int) async throws -> [Message] {
            try MemoryLimits.validate(sessionID: session)
            try MemoryLimits.validate(limit: limit)
            try link.checkOpen()
            if limit == 0 { return [] }
            return try await reading.page(of: session, .from, sequence, limit: min(limit, Int(Int32.max)))
        }

        /// O(1).
        public func info(_ session: String) async throws -> SessionInfo? {
            guard let (state, metadata) = try await look(at: session, "metadata") else { return nil }
            guard let metadata else { return state.info(session) }
            guard case .object(let object) = metadata else { throw damaged("state", session) }
            return state.info(session, metadata: object)
        }

        /// O(1).
        public func origin(of session: String) async throws -> JSONValue? {
            try await look(at: session, "origin")?.value
        }

        private func look(at session: String, _ field: String) async throws -> (state: SessionState, value: JSONValue?)?
        {
            try MemoryLimits.validate(sessionID: session)
            let (now, key, place) = (clock(), keys.session(session).state, link.place(session))
            let replies = try await sessions.send([session]) { pipeline, _ in pipeline.appendState(key, [field]) }
            guard let reply = replies.first, let state = try SessionState(reply, of: key, at: place),
                !state.isExpired(at: now)
            else { return nil }
            return (state, try reply.elements?.last?.json(key, place) ?? nil)
        }

        /// O(log *n* + *m*) for a page of *m* out of *n* sessions, without their metadata.
        public func sessions(by order: SessionOrder, after: String?, limit: Int) async throws -> SessionPage {
            guard limit >= 1 else {
                throw MemoryError(.invalidArgument, "A page of sessions needs a limit of 1 or more")
            }
            return try await listing.page(by: order, after: after, limit: limit)
        }

        private var reading: RedisReading { RedisReading(sessions: sessions, codec: codec, now: clock()) }

        private var listing: RedisListing { RedisListing(sessions: sessions, now: clock()) }

        /// Reads all messages of the session, or of all sessions: O(*n*).
        public func searchHits(
            _ query: String, in session: String?, options: SearchOptions
        ) async throws -> [SearchHit] {
            if let session { try MemoryLimits.validate(sessionID: session) }
            try link.checkOpen()
            return try await queriedHits(query, in: session, options: options, now: clock())
        }

        // MARK: Forgetting

        /// The server needs O(1) for it, and releases the memory meanwhile.
        public func clear(_ session: String) async throws {
            try MemoryLimits.validate(sessionID: session)
            _ = try await sessions.clear([session])
        }

        /// Clears the sessions of the index, then those that SCAN finds beside it: O(*n*) for all keys on the server, also
        /// of others. Not atomic. Keys that don't belong to a session of this prefix stay.
        public func clearAll() async throws {
            try link.checkOpen()
            let sessions = sessions
            try await listing.allIDs { _ = try await sessions.clear($0) }
            var cursor = "0"
            repeat {
                let (start, pattern) = (cursor, keys.pattern)
                let reply = try await sessions.send([]) { pipeline, _ in
                    pipeline.append("SCAN", start, "MATCH", pattern, "COUNT", 1000)
                }
                guard let parts = reply.first?.elements, parts.count == 2, let next = parts[0].text,
                    let found = parts[1].elements
                else { throw link.unexpected(nil) }
                cursor = next
                _ = try await sessions.clear(found.compactMap { $0.bytes.flatMap(keys.sessionID) })
            } while cursor != "0"
        }

        /// Not atomic, but no session goes that was saved to meanwhile. The result is sorted by id.
        @discardableResult
        public func clearSessions(olderThan time: Timestamp, dryRun: Bool) async throws -> [SessionInfo] {
            try link.checkOpen()
            var old = try await listing.updated(before: time).map { $0.state.info($0.place.id) }
            if !dryRun {
                var cleared: [SessionInfo] = []
                for start in stride(from: 0, to: old.count, by: 256) {
                    let part = Array(old[start..<min(start + 256, old.count)])
                    let done = try await sessions.clear(part.map(\.id), updated: part.map(\.updatedAt))
                    cleared += zip(part, done).filter(\.1).map(\.0)
                }
                old = cleared
            }
            return old.sorted { $0.id.utf8.lexicographicallyPrecedes($1.id.utf8) }
        }

        // MARK: Closing

        /// Refuses what comes from now on, and closes the connections that it has made itself, after what runs on them.
        /// Closing again does nothing.
        public func close() async throws {
            link.close()
            if ownsClient { await link.client.close() }
        }

        private func damaged(_ part: String, _ session: String) -> MemoryError { sessions.damaged(part, session) }
    }
#endif
