#if Redis
    import AmberlogRedis
    import Synchronization

    /// A client that answers as a server does until a backend is open, and then always the same.
    final class ForeignClient: RedisClient {
        private let reply: RedisReply
        private let opened = Mutex(0)

        init(_ reply: RedisReply) {
            self.reply = reply
        }

        var description: String { "foreign:" }

        func send(_ pipeline: RedisPipeline) async throws -> [RedisReply] {
            let isOpen = opened.withLock { opened in
                opened += 1
                return opened > 2
            }
            let answer = isOpen ? reply : .string(Array("0123456789abcdef".utf8))
            return Array(repeating: answer, count: pipeline.count)
        }

        func close() async {}
    }
#endif
