#if Redis
    internal import AgentMemory

    /// Connections to one server, on hiredis: a few, each on a thread of its own.
    ///
    /// ```swift
    /// let client = HiredisClient(try RedisAddress(url: "redis://localhost:6379"), connections: 2)
    /// let memory = try await RedisBackend(client: client, prefix: "tenant-7:")
    /// ```
    ///
    /// A connection is made when it is first needed, and again after it broke. What many tasks send at the same time
    /// goes over one connection in one piece, and shares its round trips. Nothing runs on, or blocks, Swift's own
    /// threads.
    public final class HiredisClient: RedisClient {
        /// How much of the time goes by before a connection counts as broken.
        struct Limits: Sendable {
            var connect: Duration
            var command: Duration
        }

        private let address: RedisAddress
        private let queue: HiredisQueue

        /// Makes a client, which connects later.
        ///
        /// - Parameters:
        ///   - connections: At most so many, at least 1; as many threads.
        ///   - connectTimeout: How long the server may take to accept a connection.
        ///   - commandTimeout: How long the server may take to answer, or to take in what is sent: the time without any
        ///     byte, so that it need not depend on the size of a message.
        public init(
            _ address: RedisAddress, connections: Int = 4, connectTimeout: Duration = .seconds(5),
            commandTimeout: Duration = .seconds(10)
        ) {
            self.address = address
            let smallest = Duration.milliseconds(1)
            let limits = Limits(connect: max(smallest, connectTimeout), command: max(smallest, commandTimeout))
            queue = HiredisQueue()
            for _ in 0..<max(1, min(connections, 64)) { HiredisWorker(address, limits, queue).start() }
        }

        deinit {
            // Its threads know the queue alone.
            queue.close()
        }

        /// The address without user and password.
        public var description: String { address.description }

        /// - Throws: ``RedisConnectionError``; `MemoryError` with `closed`; `CancellationError` when the task was
        ///   cancelled before anything was sent.
        public func send(_ pipeline: RedisPipeline) async throws -> [RedisReply] {
            if pipeline.count == 0 { return [] }
            let job = HiredisJob(pipeline)
            return try await withTaskCancellationHandler {
                try await withCheckedThrowingContinuation { continuation in
                    queue.add(job, continuation)
                }
            } onCancel: {
                queue.cancel(job)
            }
        }

        /// Lets what is being sent come to its end, refuses what waits, and returns when all connections are closed.
        public func close() async {
            await withCheckedContinuation { continuation in
                queue.close { continuation.resume() }
            }
        }
    }
#endif
