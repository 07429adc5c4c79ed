#if Redis
    internal import AgentMemory

    /// One save, checked, with the token that it has in every attempt.
    struct RedisSave: Sendable {
        private let messages: [Message]
        private let sizes: [Int]
        private let session: String
        private let expecting: UInt64?
        private let origin: [UInt8]
        private let now: Timestamp
        private let expires: Timestamp?
        private let lifetime: Int64?
        private let slack: Int64
        private let maximumMessages: Int?
        private let token = newToken()
        /// Where it is known beforehand what the messages' sequences will be: then they go as they are to be stored.
        private let firstSequence: UInt64?

        /// - Throws: `MemoryError` for what is over a limit.
        init(
            _ messages: [Message], to session: String, expecting: UInt64?, origin: JSONValue?, now: Timestamp,
            timeToLive: Duration?, slack: Duration, maximumMessages: Int?
        ) throws(MemoryError) {
            var check = MemoryLimits.SaveCheck()
            var scratch: [UInt8] = []
            var sizes: [Int] = []
            sizes.reserveCapacity(messages.count)
            for message in messages {
                let metadata = try message.encodedMetadata(in: &scratch) { $0.count }
                try check.add(message, metadataBytes: metadata)
                sizes.append(
                    metadata + message.role.name.utf8.count + message.content.utf8.count + (message.id?.utf8.count ?? 0)
                )
            }
            self.messages = messages
            self.sizes = sizes
            self.session = session
            self.expecting = expecting
            self.origin = origin?.serialized() ?? []
            self.now = now
            expires = timeToLive.map { now + $0 }
            lifetime = timeToLive.map { Self.milliseconds($0 + slack) }
            self.slack = Self.milliseconds(slack)
            // A message with an id may be there already.
            let isPlain = !messages.isEmpty && messages.allSatisfy { $0.id == nil }
            firstSequence = expecting.flatMap { isPlain && $0 < RedisReading.sequenceMax ? $0 + 1 : nil }
            self.maximumMessages = maximumMessages
        }

        static func milliseconds(_ duration: Duration) -> Int64 {
            let (seconds, attoseconds) = duration.components
            return seconds * 1000 + attoseconds / 1_000_000_000_000_000
        }

        /// 128 random bits.
        static func newToken() -> [UInt8] {
            var number = UInt128.random(in: .min ... .max)
            return withUnsafeBytes(of: &number) { Array($0) }
        }

        func appendAnnouncement(to pipeline: inout RedisPipeline, _ form: LuaScript.Form, _ keys: [String]) {
            pipeline.append(
                .announce, form, keys: keys, session, now.microseconds, lifetime.map { String($0) } ?? "")
        }

        func append(
            to pipeline: inout RedisPipeline, _ form: LuaScript.Form, _ keys: [String], _ codec: MessageCodec
        ) {
            pipeline.begin(.save, form, keys: keys, argumentCount: 9 + (firstSequence == nil ? 2 : 1) * messages.count)
            pipeline.add(now.microseconds)
            pipeline.add(expires.map { String($0.microseconds) } ?? "")
            pipeline.add(lifetime.map { String($0) } ?? "")
            pipeline.add(maximumMessages.map { String($0) } ?? "")
            let volume = firstSequence == nil ? "" : ":\(sizes.reduce(0, +))"
            pipeline.add((expecting.map { String($0) } ?? "") + volume)
            pipeline.add(token)
            pipeline.add(origin)
            pipeline.add(session)
            pipeline.add(slack)
            var scratch = MessageCodec.Scratch()
            guard let firstSequence else {
                for (message, size) in zip(messages, sizes) { codec.add(message, size: size, to: &pipeline, &scratch) }
                return
            }
            for (place, (message, size)) in zip(messages, sizes).enumerated() {
                codec.add(message, sequence: firstSequence + UInt64(place), size: size, to: &pipeline, &scratch)
            }
        }
    }
#endif
