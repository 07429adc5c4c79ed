#if Redis
    import AgentMemory
    import AmberlogRedis
    import AmberlogTestKit
    import TestServers
    import Testing

    /// A prefix of its own on a server, and a clock.
    struct Fixture {
        let server: RedisServer
        let prefix: String
        let clock = AmberlogTestKit.ManualClock()

        /// On the server that all tests share, or on one that a test has for itself.
        init(_ server: RedisServer? = nil, prefix: String? = nil) async throws {
            self.server = if let server { server } else { try await RedisServer.shared() }
            self.prefix = prefix ?? "test:\(UInt64.random(in: .min ... .max)):"
        }

        func open(
            timeToLive: Duration? = .seconds(86_400), maximumMessages: Int? = 1000, compression: Bool = true,
            connections: Int = 4, commandTimeout: Duration = .seconds(120), retry: RedisRetry = RedisRetry()
        ) async throws -> RedisBackend {
            try await RedisBackend(
                url: server.url, prefix: prefix, timeToLive: timeToLive, maximumMessages: maximumMessages,
                compression: compression, connections: connections, commandTimeout: commandTimeout, retry: retry,
                clock: time)
        }

        func open(client: any RedisClient, retry: RedisRetry = RedisRetry()) async throws -> RedisBackend {
            try await RedisBackend(client: client, prefix: prefix, retry: retry, clock: time)
        }

        var time: @Sendable () -> Timestamp {
            { [clock] in Timestamp(microseconds: clock.now_µs()) }
        }

        /// What another program does on the server.
        @discardableResult
        func command(_ arguments: String...) async throws -> RedisReply {
            try await withRawClient(server) { client in
                var pipeline = RedisPipeline()
                pipeline.append(arguments)
                return try await client.send(pipeline)[0]
            }
        }

        /// All keys on the server that begin with the prefix.
        func keys() async throws -> [String] {
            guard case .array(let keys) = try await command("KEYS", "*") else { return [] }
            return keys.compactMap { reply in
                guard case .string(let bytes) = reply, bytes.starts(with: prefix.utf8) else { return nil }
                return String(decoding: bytes, as: UTF8.self)
            }.sorted()
        }
    }

    func withRawClient<Result>(
        _ server: RedisServer, _ body: (HiredisClient) async throws -> Result
    ) async throws -> Result {
        let client = HiredisClient(try RedisAddress(url: server.url), connections: 1)
        do {
            let result = try await body(client)
            await client.close()
            return result
        } catch {
            await client.close()
            throw error
        }
    }

    func texts(_ contents: String...) -> [Message] { texts(contents) }

    func texts(_ contents: [String]) -> [Message] {
        contents.map {
            Message(role: .user, content: $0, timestamp: Timestamp(microseconds: AmberlogTestKit.ManualClock.start_µs))
        }
    }

    /// Waits until it holds, for minutes if need be.
    func eventually(
        _ sourceLocation: SourceLocation = #_sourceLocation, _ holds: () async throws -> Bool
    ) async throws {
        let start = ContinuousClock.now
        while try await !holds() {
            guard start.duration(to: .now) < .seconds(240) else {
                Issue.record("It never came so far", sourceLocation: sourceLocation)
                return
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    /// The error that an operation throws, `nil` when it throws none or another.
    func failure(of operation: () async throws -> Void) async -> MemoryError? {
        do {
            try await operation()
            return nil
        } catch {
            return error as? MemoryError
        }
    }
#endif
