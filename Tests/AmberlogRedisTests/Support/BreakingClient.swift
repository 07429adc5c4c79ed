#if Redis
    import AmberlogRedis
    import Synchronization

    /// A client of another make: it breaks the connection after the server has answered, and before anyone learns of it.
    final class BreakingClient: RedisClient {
        private let client: HiredisClient
        private let left = Mutex(0)

        init(_ address: RedisAddress) {
            client = HiredisClient(address, connections: 1)
        }

        /// So many of the next pipelines are done, and their answers lost.
        func breakAfterReply(_ count: Int) { left.withLock { $0 = count } }

        var description: String { "breaking:" }

        func send(_ pipeline: RedisPipeline) async throws -> [RedisReply] {
            // As another client would: from the arguments, not from the bytes.
            var copy = RedisPipeline()
            for command in pipeline.commands { copy.append(command.map { Array($0) }) }
            let replies = try await client.send(copy)
            let breaks = left.withLock { left in
                // Reads may be answered: only what changes something is worth the trouble.
                guard left > 0, pipeline.commands.contains(where: { $0[0].elementsEqual("EVALSHA".utf8) }) else {
                    return false
                }
                left -= 1
                return true
            }
            if breaks { throw RedisConnectionError("Cut", mayHaveBeenSent: true) }
            return replies
        }

        func close() async { await client.close() }
    }
#endif
