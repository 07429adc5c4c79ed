#if PostgreSQL
    import AgentMemory
    import AmberlogPostgreSQL
    import AmberlogTestKit
    import TestServers

    /// A schema of a test's own, on the server that all of them share or on one that only this test has.
    struct Fixture {
        let server: PostgreSQLServer
        let schema: String

        init(_ server: PostgreSQLServer? = nil) async throws {
            self.server = if let server { server } else { try await PostgreSQLServer.shared() }
            schema = try await self.server.newSchema()
        }

        func open(
            url: String? = nil, poolSize: Int = 3, table: String = "agent_conversations", schema: String? = nil,
            searchEnabled: Bool = true, timeToLive: Duration? = nil, maximumMessages: Int? = nil,
            connectTimeout: Duration = .seconds(120), statementTimeout: Duration = .seconds(120),
            waitTimeout: Duration = .seconds(120), clock: @escaping @Sendable () -> Timestamp = { .now }
        ) async throws -> PostgreSQLBackend {
            try await PostgreSQLBackend(
                url ?? server.url, poolSize: poolSize, table: table, schema: schema ?? self.schema,
                searchEnabled: searchEnabled, timeToLive: timeToLive, maximumMessages: maximumMessages,
                connectTimeout: connectTimeout, statementTimeout: statementTimeout, waitTimeout: waitTimeout,
                clock: clock)
        }

        /// Runs SQL in which `@` is the schema.
        @discardableResult
        func run(_ sql: String) async throws -> String {
            try await server.run(sql.replacing("@", with: schema))
        }
    }

    func texts(_ contents: String...) -> [Message] { texts(contents) }

    func texts(_ contents: [String]) -> [Message] {
        contents.map { Message(role: .user, content: $0, timestamp: Timestamp(microseconds: 0)) }
    }

    /// The error that a call fails with; `nil` when it doesn't, or with something else.
    func failure(_ call: () async throws -> Void) async -> MemoryError? {
        do {
            try await call()
            return nil
        } catch {
            return error as? MemoryError
        }
    }

    func code(_ call: () async throws -> Void) async -> MemoryError.Code? { await failure(call)?.code }

    /// Waits until something is so, for as long as a slow machine may take.
    func eventually(_ condition: () async throws -> Bool) async throws -> Bool {
        let start = ContinuousClock.now
        while try await !condition() {
            if start.duration(to: .now) > .seconds(300) { return false }
            try await Task.sleep(for: .milliseconds(20))
        }
        return true
    }
#endif
