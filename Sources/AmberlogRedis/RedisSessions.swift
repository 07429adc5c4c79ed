#if Redis
    internal import AgentMemory

    /// Calls of the scripts, and of the commands that need none, with errors that say which key is to blame.
    final class RedisSessions: Sendable {
        let link: RedisLink
        let keys: RedisKeys
        /// Whether the server is one of a cluster, and so keeps the index elsewhere than the sessions.
        private let isCluster: Bool

        /// Finds out whether the server is there, takes the commands, and is one of a cluster.
        init(_ link: RedisLink, _ keys: RedisKeys) async throws {
            self.link = link
            self.keys = keys
            try await link.open()
            do {
                _ = try await link.send(nil) { pipeline, _ in
                    pipeline.append("EXISTS", keys.session("a").state, keys.index.updated)
                }
                isCluster = false
            } catch let failure as RedisFailure {
                guard failure.code == "CROSSSLOT" else { throw failure.memoryError(at: link.place(nil)) }
                isCluster = true
            }
        }

        // MARK: Sending

        /// Sends commands about some sessions.
        func send(
            _ sessions: [String], _ body: (inout RedisPipeline, LuaScript.Form) -> Void
        ) async throws -> [RedisReply] {
            let session = sessions.count == 1 ? sessions.first : nil
            do {
                return try await link.send(session, body)
            } catch let failure as RedisFailure where failure.code == "WRONGTYPE" {
                throw try await wrongType(sessions, failure)
            } catch let failure as RedisFailure {
                throw failure.memoryError(at: link.place(session))
            }
        }

        /// Finds the key that has another type.
        private func wrongType(_ sessions: [String], _ failure: RedisFailure) async throws -> MemoryError {
            var names = keys.index.all
            var types = RedisKeys.Index.types
            for session in sessions {
                names += keys.session(session).all
                types += RedisKeys.Session.types
            }
            let all = names
            do {
                let replies = try await link.send(nil) { pipeline, _ in
                    for name in all { pipeline.append("TYPE", name) }
                }
                for (index, reply) in replies.enumerated() {
                    guard let type = reply.text, type != "none", type != types[index] else { continue }
                    let id = index < 4 ? nil : sessions[(index - 4) / 5]
                    return MemoryError(
                        .damaged,
                        "The key \(names[index].debugDescription) is a \(type), where this backend keeps a \(types[index])",
                        at: link.place(id))
                }
            } catch let failure as RedisFailure {
                return failure.memoryError(at: link.place(nil))
            }
            return failure.memoryError(at: link.place(sessions.first))
        }

        /// What a script says when it finds `state` or `messages` of a session to make no sense.
        func damaged(_ part: String, _ session: String) -> MemoryError {
            let keys = keys.session(session)
            return MemoryError.notOurs(part == "state" ? keys.state : keys.messages, link.place(session))
        }

        // MARK: Scripts that change sessions

        /// Calls scripts that change sessions and the index: in one step each, or around two where the index is
        /// elsewhere.
        ///
        /// - Parameters:
        ///   - announce: What goes into the index first there.
        ///   - body: Appends the call for the session of a number, with these keys.
        ///   - entry: What goes into the index then, from the answer of a session.
        func change(
            _ sessions: [String], announce: ((inout RedisPipeline, LuaScript.Form, [String]) -> Void)? = nil,
            _ body: (inout RedisPipeline, LuaScript.Form, _ number: Int, _ keys: [String]) -> Void,
            entry: (RedisReply) -> IndexEntry?
        ) async throws -> [RedisReply] {
            let index = keys.index.all
            let replies = try await send(sessions) { pipeline, form in
                if isCluster { announce?(&pipeline, form, index) }
                for (number, session) in sessions.enumerated() {
                    body(&pipeline, form, number, keys.session(session).all + (isCluster ? [] : index))
                }
            }
            if !isCluster { return replies }
            let answers = Array(replies.dropFirst(announce == nil ? 0 : 1))
            let entries = zip(sessions, answers).compactMap { session, reply in entry(reply).map { (session, $0) } }
            if !entries.isEmpty {
                // The session is what it should be. If this step fails, the next save mends the index.
                _ = try? await send(sessions) { pipeline, form in
                    for (session, entry) in entries {
                        pipeline.append(
                            .index, form, keys: index, session, entry.updated, entry.bytes, entry.deadline)
                    }
                }
            }
            return answers
        }

        /// Clears sessions, whatever their keys hold.
        ///
        /// - Parameter updated: Only those whose last save was at this time, one for each.
        /// - Returns: Which were cleared, or were gone already.
        func clear(_ sessions: [String], updated: [Timestamp]? = nil) async throws -> [Bool] {
            if sessions.isEmpty { return [] }
            let index = keys.index
            // Read before anything is cleared: what is saved meanwhile has another score, and stays listed.
            let scores =
                isCluster
                ? try await send(sessions) { pipeline, _ in
                    for session in sessions { pipeline.append("ZSCORE", index.updated, session) }
                } : []
            let replies = try await change(sessions) { pipeline, form, number, keys in
                let time = updated.map { String($0[number].microseconds) } ?? ""
                pipeline.append(.clear, form, keys: keys, sessions[number], time)
            } entry: { _ in
                nil
            }
            let cleared = replies.map { $0.text == "cleared" }
            try await forget(zip(zip(sessions, scores), cleared).filter(\.1).map { ($0.0.0, $0.0.1) })
            return cleared
        }

        /// Takes sessions out of the index that were found not to be, unless they were saved to since.
        func forget(_ sessions: [(id: String, score: RedisReply)]) async throws {
            let index = keys.index.all
            let known = sessions.compactMap { session in session.score.bytes.map { (session.id, $0) } }
            if known.isEmpty { return }
            _ = try await send([]) { pipeline, form in
                for (id, score) in known { pipeline.append(.forget, form, keys: index, id, score) }
            }
        }
    }
#endif
