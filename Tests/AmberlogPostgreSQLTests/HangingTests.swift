#if PostgreSQL
    import AgentMemory
    import AmberlogPostgreSQL
    import Foundation
    import TestServers
    import Testing

    /// A server that doesn't answer: an error in bounded time.
    @Suite struct HangingTests {
        @Test func `no answer to a new connection`() async throws {
            let server = try await PostgreSQLServer()
            try server.pause()
            let error = await failure {
                _ = try await PostgreSQLBackend(server.url, connectTimeout: .milliseconds(500))
            }
            #expect(error?.code == .timedOut && error?.retry == .later, "\(String(describing: error))")
            try server.resume()
            let memory = try await PostgreSQLBackend(server.url)
            try await memory.save(texts("x"), to: "s")
            try await memory.close()
        }

        @Test func `no answer to a statement`() async throws {
            let server = try await PostgreSQLServer()
            let memory = try await PostgreSQLBackend(server.url, poolSize: 1, statementTimeout: .seconds(1))
            try await memory.save(texts("a"), to: "s")
            let processes = "SELECT pid FROM pg_stat_activity WHERE application_name = 'amberlog'"
            let pid = try #require(Int32(try await server.run(processes)))
            kill(pid, SIGSTOP)
            let error = await failure { try await memory.save(texts("b"), to: "s") }
            #expect(error?.code == .timedOut && error?.retry == .never && error?.place.session == "s")
            #expect(error?.message.contains("isn't known") == true)
            // On another connection.
            #expect(try await memory.load("s") == texts("a"))
            kill(pid, SIGCONT)
            // It does what it was asked for, which is why nobody has asked again.
            #expect(try await eventually { try await memory.load("s").count > 1 })
            #expect(try await memory.load("s") == texts("a", "b"))
            try await memory.close()
        }

        @Test func `a read has changed nothing, and can be tried again`() async throws {
            let server = try await PostgreSQLServer()
            let memory = try await PostgreSQLBackend(server.url, poolSize: 1, statementTimeout: .milliseconds(500))
            try await memory.save(texts("a"), to: "s")
            let processes = "SELECT pid FROM pg_stat_activity WHERE application_name = 'amberlog'"
            let pid = try #require(Int32(try await server.run(processes)))
            kill(pid, SIGSTOP)
            let error = await failure { _ = try await memory.load("s") }
            #expect(error?.code == .timedOut && error?.retry == .later)
            kill(pid, SIGCONT)
            #expect(try await memory.load("s") == texts("a"))
            try await memory.close()
        }

        @Test func `a call that is cancelled meanwhile`() async throws {
            let server = try await PostgreSQLServer()
            let memory = try await PostgreSQLBackend(server.url, poolSize: 1)
            try await memory.save(texts("a"), to: "s")
            let processes = "SELECT pid FROM pg_stat_activity WHERE application_name = 'amberlog'"
            let pid = try #require(Int32(try await server.run(processes)))
            kill(pid, SIGSTOP)
            let call = Task { try await memory.load("s") }
            try await Task.sleep(for: .milliseconds(100))
            call.cancel()
            await #expect(throws: CancellationError.self) { try await call.value }
            kill(pid, SIGCONT)
            #expect(try await memory.load("s") == texts("a"))
            try await memory.close()
        }
    }
#endif
