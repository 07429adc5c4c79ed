#if PostgreSQL
    import AgentMemory
    @testable import AmberlogPostgreSQL
    import Testing

    /// Calls that wait for a connection, for a lock, or for the server, and what ends that.
    @Suite struct WaitingTests {
        /// Keeps one of a backend's connections busy until it is cancelled.
        private func occupy(_ memory: PostgreSQLBackend, _ fixture: Fixture) -> Task<Void, any Error> {
            Task {
                try await memory.pool.run(.nothing) { connection, _ in
                    try connection.run("SELECT pg_sleep(600) -- \(fixture.schema)")
                }
            }
        }

        private func sleepers(_ fixture: Fixture, _ count: Int) async throws -> Bool {
            let sql = """
                SELECT count(*) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND state = 'active'
                    AND query LIKE '%pg_sleep(600) -- \(fixture.schema)%'
                """
            return try await eventually { try await fixture.run(sql) == "\(count)" }
        }

        @Test func `calls one after another take one connection`() async throws {
            let fixture = try await Fixture()
            let memory = try await fixture.open(poolSize: 8)
            for number in 0..<500 {
                try await memory.save(texts("\(number)"), to: "s")
                _ = try await memory.load("s", limit: 1)
            }
            let sql = "SELECT count(*) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND query LIKE '%@%'"
            #expect(try await fixture.run(sql) == "1")
            try await memory.close()
        }

        @Test func `no connection is free in time`() async throws {
            let fixture = try await Fixture()
            let memory = try await fixture.open(poolSize: 2, waitTimeout: .milliseconds(200))
            try await memory.save(texts("a"), to: "s")
            let occupants = [occupy(memory, fixture), occupy(memory, fixture)]
            #expect(try await sleepers(fixture, 2))
            let error = await failure { _ = try await memory.load("s") }
            #expect(error?.code == .timedOut && error?.retry == .later && error?.place.session == "s")
            #expect(error?.message.contains("2 connections") == true)
            for occupant in occupants {
                occupant.cancel()
                await #expect(throws: CancellationError.self) { try await occupant.value }
            }
            #expect(try await memory.load("s") == texts("a"))
            try await memory.close()
        }

        @Test func `more calls than connections`() async throws {
            let fixture = try await Fixture()
            let memory = try await fixture.open(poolSize: 2)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<100 {
                    group.addTask { try await memory.save(texts("\(number)"), to: "s\(number % 7)") }
                }
                try await group.waitForAll()
            }
            var count = 0
            for number in 0..<7 { count += try await memory.load("s\(number)").count }
            #expect(count == 100)
            try await memory.close()
        }

        @Test func `cancelled while it waits for a connection`() async throws {
            let fixture = try await Fixture()
            let memory = try await fixture.open(poolSize: 1)
            let occupant = occupy(memory, fixture)
            #expect(try await sleepers(fixture, 1))
            let save = Task { try await memory.save(texts("x"), to: "s") }
            save.cancel()
            await #expect(throws: CancellationError.self) { try await save.value }
            occupant.cancel()
            await #expect(throws: CancellationError.self) { try await occupant.value }
            #expect(try await memory.load("s") == [])
            try await memory.close()
        }

        @Test func `cancelled while the server is at it`() async throws {
            let fixture = try await Fixture()
            let memory = try await fixture.open(poolSize: 1)
            let call = Task {
                try await memory.pool.run(.nothing) { connection, _ in
                    try connection.run("SELECT pg_sleep(600) -- \(fixture.schema)")
                }
            }
            #expect(try await sleepers(fixture, 1))
            call.cancel()
            await #expect(throws: CancellationError.self) { try await call.value }
            // The server has stopped as well.
            #expect(try await sleepers(fixture, 0))
            try await memory.save(texts("x"), to: "s")
            try await memory.close()
        }

        /// Locks the row of the session `s` until the task is cancelled.
        private func lock(_ fixture: Fixture, _ other: PostgreSQLBackend) async throws -> Task<Void, any Error> {
            let rows = "\(fixture.schema).agent_conversations_sessions"
            let holder = Task {
                try await other.pool.run(.nothing) { connection, _ in
                    try connection.run("BEGIN; SELECT * FROM \(rows) FOR UPDATE")
                    try connection.run("SELECT pg_sleep(600) -- \(fixture.schema)")
                }
            }
            #expect(try await sleepers(fixture, 1))
            return holder
        }

        @Test func `a save that waits for another, cancelled`() async throws {
            let fixture = try await Fixture()
            let (memory, other) = (try await fixture.open(), try await fixture.open())
            try await memory.save(texts("a"), to: "s")
            let holder = try await lock(fixture, other)
            let save = Task { try await memory.save(texts("b"), to: "s") }
            let waiting = """
                SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'
                    AND query LIKE '%\(fixture.schema)%'
                """
            #expect(try await eventually { try await fixture.run(waiting) == "1" })
            // Reading waits for nobody.
            #expect(try await memory.load("s") == texts("a"))
            save.cancel()
            await #expect(throws: CancellationError.self) { try await save.value }
            holder.cancel()
            _ = await holder.result
            #expect(try await memory.load("s") == texts("a"))
            #expect(try await memory.save(texts("c"), to: "s").sequences == 2..<3)
            for memory in [memory, other] { try await memory.close() }
        }

        @Test func `a save that waits for too long`() async throws {
            let fixture = try await Fixture()
            let memory = try await fixture.open()
            try await memory.save(texts("a"), to: "s")
            let other = try await fixture.open()
            let holder = try await lock(fixture, other)
            let hasty = try await fixture.open(statementTimeout: .milliseconds(300))
            let error = await failure { try await hasty.save(texts("b"), to: "s") }
            // The server has said so itself: nothing was done.
            #expect(error?.code == .timedOut && error?.retry == .later && error?.place.session == "s")
            #expect(error?.message.contains("57014") == true)
            holder.cancel()
            _ = await holder.result
            #expect(try await hasty.save(texts("b"), to: "s").sequences == 2..<3)
            for memory in [memory, other, hasty] { try await memory.close() }
        }

        @Test func `closing waits for what runs`() async throws {
            let fixture = try await Fixture()
            let memory = try await fixture.open(poolSize: 1)
            let saves = (0..<5).map { number in Task { try await memory.save(texts("\(number)"), to: "s") } }
            try await memory.save(texts("last"), to: "t")
            try await memory.close()
            var saved = 0
            for save in saves {
                switch await save.result {
                case .success: saved += 1
                case .failure(let error): #expect((error as? MemoryError)?.code == .closed)
                }
            }
            let again = try await fixture.open()
            #expect(try await again.load("s").count == saved)
            try await again.close()
        }
    }
#endif
