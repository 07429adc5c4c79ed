#if Redis
    internal import AgentMemory

    /// Listings of sessions, by the index. It may name sessions that are no more: those are passed over, and forgotten.
    /// One whose own keys can't be read is listed with what the index knows: whoever looks at it gets the error, and the
    /// others are not to suffer.
    struct RedisListing {
        /// A session that was named so lately may only just be saved.
        private static let grace = Duration.seconds(60)
        private static let batch = 512

        let sessions: RedisSessions
        let now: Timestamp

        /// Where a session stands in an order.
        struct Place {
            /// Rises along the order; empty when the order is by id alone.
            var score: String
            var id: String

            init(score: String, id: String) {
                self.score = score
                self.id = id
            }

            init(token: String, _ order: SessionOrder) throws(MemoryError) {
                guard order != .id else {
                    self.init(score: "", id: token)
                    return
                }
                // By its bytes: a letter after the colon may be one that combines with it.
                guard let colon = token.utf8.firstIndex(of: UInt8(ascii: ":")),
                    let score = Int64(String(decoding: token.utf8[..<colon], as: UTF8.self))
                else { throw MemoryError(.invalidArgument, "This is not where a page of sessions ended") }
                let id = String(decoding: token.utf8[token.utf8.index(after: colon)...], as: UTF8.self)
                self.init(score: String(score), id: id)
            }

            var token: String { score.isEmpty ? id : score + ":" + id }
        }

        /// A session that is there.
        struct Found {
            var place: Place
            var state: SessionState
        }

        // MARK: Pages

        func page(by order: SessionOrder, after: String?, limit: Int) async throws -> SessionPage {
            var place = try after.map { text throws(MemoryError) in try Place(token: text, order) }
            var found: [Found] = []
            while found.count <= limit {
                // One more than are wanted tells whether there is another page.
                let count = min(limit - found.count, Self.batch - 1) + 1
                let places = try await places(by: order, after: place, count: count)
                found += try await readable(places)
                guard places.count == count, let last = places.last else { break }
                place = last
            }
            let page = found.prefix(limit)
            return SessionPage(
                sessions: page.map { $0.state.info($0.place.id) },
                next: found.count > limit ? page.last?.place.token : nil)
        }

        /// All sessions that were last saved to before `time`.
        func updated(before time: Timestamp) async throws -> [Found] {
            // Scores are negative times: what is older comes behind.
            let (score, overflow) = (0 as Int64).subtractingReportingOverflow(time.microseconds)
            var place: Place? = Place(score: String(overflow ? .max : score), id: "")
            var found: [Found] = []
            while let from = place {
                let places = try await places(by: .updated, after: from, count: Self.batch)
                found += try await live(places).filter { $0.state.updatedAt < time }
                place = places.count == Self.batch ? places.last : nil
            }
            return found
        }

        /// All ids of the index, whether there is such a session or not.
        func allIDs(_ body: ([String]) async throws -> Void) async throws {
            var place: Place?
            while true {
                let places = try await places(by: .id, after: place, count: Self.batch)
                try await body(places.map(\.id))
                guard places.count == Self.batch, let last = places.last else { return }
                place = last
            }
        }

        // MARK: The index

        private func places(by order: SessionOrder, after: Place?, count: Int) async throws -> [Place] {
            let index = sessions.keys.index
            guard order != .id else {
                let start = after.map { "(" + $0.id } ?? "-"
                let reply = try await sessions.send([]) { pipeline, _ in
                    pipeline.append("ZRANGEBYLEX", index.ids, start, "+", "LIMIT", 0, count)
                }
                return try ids(reply.first, index.ids).map { Place(score: "", id: $0) }
            }
            let key = order == .updated ? index.updated : index.sizes
            guard let after else { return try await ranked(key, from: 0, count: count) }
            let reply = try await sessions.send([]) { pipeline, _ in
                pipeline.append("ZSCORE", key, after.id)
                pipeline.append("ZRANK", key, after.id)
            }
            if let score = reply.first?.text.flatMap(Double.init), score == Double(after.score),
                case .integer(let rank)? = reply.last
            {
                return try await ranked(key, from: rank + 1, count: count)
            }
            return try await scored(key, after: after, count: count)
        }

        private func ranked(_ key: String, from rank: Int64, count: Int) async throws -> [Place] {
            let reply = try await sessions.send([]) { pipeline, _ in
                pipeline.append("ZRANGE", key, rank, rank + Int64(count) - 1, "WITHSCORES")
            }
            return try places(reply.first, key)
        }

        /// The session that the page before ended with is elsewhere now: those with its score are looked through.
        private func scored(_ key: String, after: Place, count: Int) async throws -> [Place] {
            var found: [Place] = []
            var offset = 0
            while found.count < count {
                let start = offset
                let reply = try await sessions.send([]) { pipeline, _ in
                    pipeline.append(
                        "ZRANGEBYSCORE", key, after.score, "+inf", "WITHSCORES", "LIMIT", start, Self.batch)
                }
                let page = try places(reply.first, key)
                found += page.filter {
                    $0.score != after.score || after.id.utf8.lexicographicallyPrecedes($0.id.utf8)
                }
                offset += page.count
                if page.count < Self.batch { break }
            }
            return Array(found.prefix(count))
        }

        private func places(_ reply: RedisReply?, _ key: String) throws -> [Place] {
            let texts = try ids(reply, key)
            guard texts.count.isMultiple(of: 2) else { throw MemoryError.notOurs(key, sessions.link.place(nil)) }
            return try stride(from: 0, to: texts.count, by: 2).map { at in
                guard let score = Double(texts[at + 1]), let whole = Int64(exactly: score) else {
                    throw MemoryError.notOurs(key, sessions.link.place(nil))
                }
                return Place(score: String(whole), id: texts[at])
            }
        }

        private func ids(_ reply: RedisReply?, _ key: String) throws -> [String] {
            guard let elements = reply?.elements else { throw sessions.link.unexpected(nil) }
            return try elements.map { element in
                guard let text = element.text else { throw MemoryError.notOurs(key, sessions.link.place(nil)) }
                return text
            }
        }

        /// Those that are there, also where the keys of some are damaged.
        private func readable(_ places: [Place]) async throws -> [Found] {
            do {
                return try await live(places)
            } catch let error as MemoryError where error.code == .damaged && error.place.session != nil {
                guard places.count == 1 else {
                    let half = places.count / 2
                    let first = try await readable(Array(places[..<half]))
                    return try await first + readable(Array(places[half...]))
                }
                return try await known(places[0]).map { [$0] } ?? []
            }
        }

        /// What the index knows of a session.
        private func known(_ place: Place) async throws -> Found? {
            let index = sessions.keys.index
            let replies = try await sessions.send([]) { pipeline, _ in
                for key in [index.updated, index.sizes] { pipeline.append("ZSCORE", key, place.id) }
            }
            let scores = replies.map { $0.text.flatMap(Double.init).flatMap { Int64(exactly: -$0) } }
            guard scores.count == 2, let updated = scores[0] else { return nil }
            let state = SessionState(
                updatedAt: Timestamp(microseconds: updated), byteCount: UInt64(clamping: scores[1] ?? 0))
            return Found(place: place, state: state)
        }

        /// Those that are there. The others are taken out of the index.
        private func live(_ places: [Place]) async throws -> [Found] {
            if places.isEmpty { return [] }
            let keys = sessions.keys
            let replies = try await sessions.send(places.map(\.id)) { pipeline, _ in
                // First the score, then the session: one that is saved in between has another score then.
                for place in places { pipeline.append("ZSCORE", keys.index.updated, place.id) }
                for place in places { pipeline.appendState(keys.session(place.id).state) }
            }
            var found: [Found] = []
            var gone: [(id: String, score: RedisReply)] = []
            for (number, place) in places.enumerated() {
                let key = keys.session(place.id).state
                let state = try SessionState(
                    replies[places.count + number], of: key, at: sessions.link.place(place.id))
                if let state {
                    if !state.isExpired(at: now) { found.append(Found(place: place, state: state)) }
                } else if let score = replies[number].text.flatMap(Double.init),
                    score > -Double((now - Self.grace).microseconds)
                {
                    gone.append((place.id, replies[number]))
                }
            }
            // A listing is right without that, too.
            try? await sessions.forget(gone)
            return found
        }
    }
#endif
