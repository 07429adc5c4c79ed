#if Redis
    internal import AgentMemory

    /// Reads the messages of a session.
    struct RedisReading {
        /// The largest sequence that a script can count to.
        static let sequenceMax: UInt64 = 1 << 53

        let sessions: RedisSessions
        let codec: MessageCodec
        let now: Timestamp

        /// On which side of a sequence.
        enum Direction: String {
            case before, from
        }

        /// The newest messages, in two commands that need no script; `nil` when another client changed the session
        /// between them, or something is wrong with it.
        func newest(_ limit: Int?, of session: String) async throws -> [Message]? {
            let keys = sessions.keys.session(session)
            let replies = try await sessions.send([session]) { pipeline, _ in
                pipeline.appendState(keys.state)
                pipeline.append("LRANGE", keys.messages, limit.map { -$0 } ?? 0, -1)
            }
            guard replies.count == 2, let elements = replies[1].elements else {
                throw sessions.link.unexpected(session)
            }
            guard let state = try SessionState(replies[0], of: keys.state, at: sessions.link.place(session)) else {
                return elements.isEmpty ? [] : nil
            }
            if state.isExpired(at: now) { return [] }
            return elements.count < min(limit ?? .max, state.messageCount) ? nil : try messages(elements, session)
        }

        /// The messages nearest to a sequence, in one step of the server.
        ///
        /// - Parameter limit: Negative for all.
        func page(
            of session: String, _ direction: Direction, _ sequence: UInt64, limit: Int
        ) async throws -> [Message] {
            let keys = sessions.keys.session(session).all
            let bound = min(sequence, Self.sequenceMax)
            let replies = try await sessions.send([session]) { pipeline, form in
                pipeline.append(.load, form, keys: keys, now.microseconds, direction.rawValue, bound, limit)
            }
            guard let elements = replies.first?.elements else {
                guard let answer = replies.first?.text else { throw sessions.link.unexpected(session) }
                throw sessions.damaged(String(answer.split(separator: " ").last ?? ""), session)
            }
            return try messages(elements, session)
        }

        private func messages(_ elements: [RedisReply], _ session: String) throws -> [Message] {
            var messages: [Message] = []
            messages.reserveCapacity(elements.count)
            for element in elements {
                guard let bytes = element.bytes, let message = codec.message(bytes) else {
                    throw sessions.damaged("messages", session)
                }
                messages.append(message)
            }
            return messages
        }
    }
#endif
