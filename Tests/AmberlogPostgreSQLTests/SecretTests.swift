#if PostgreSQL
    import AgentMemory
    import AmberlogPostgreSQL
    import TestServers
    import Testing

    /// Passwords open the door, and stand in no message.
    @Suite struct SecretTests {
        private static let server = Task { try await PostgreSQLServer(password: "right horse/battery:@\"'") }

        @Test func `the right one`() async throws {
            let server = try await Self.server.value
            let memory = try await PostgreSQLBackend(server.url)
            try await memory.save(texts("x"), to: "s")
            #expect(try await memory.load("s") == texts("x"))
            try await memory.close()
        }

        @Test func `a wrong one`() async throws {
            let server = try await Self.server.value
            let start = ContinuousClock.now
            let error = await failure {
                _ = try await PostgreSQLBackend(
                    server.url(password: "wrong mule"), connectTimeout: .seconds(120))
            }
            #expect(error?.code == .unavailable && error?.retry == .never)
            #expect(error?.message.contains("28P01") == true, "\(String(describing: error))")
            #expect(error?.description.contains("mule") == false)
            // Trying again doesn't help.
            #expect(start.duration(to: .now) < .seconds(100))
        }

        @Test(arguments: [
            "postgresql://user:hunter2@ho st/db", "postgresql://user:hunter2@[::1/db",
            "postgresql://user:hun@ter2@localhost/db",
            "postgresql://user:hunter2@localhost:port/db", "host=localhost password='hunter2", "hunter2",
            "postgresql://user:hunter2@localhost/db?nothing=hunter2", "postgresql://user:%zzhunter2@localhost/db",
            "postgresql://user:hunter2@no.such.host.invalid/db", "postgresql://user:hunter2@127.0.0.1:1/hunter2",
            "postgresql://user:hunter2@localhost/db?sslmode=hunter2", "postgresql://user:a@hunter2/db",
        ])
        func `a string that leads nowhere`(_ url: String) async throws {
            let error = await failure { _ = try await PostgreSQLBackend(url, connectTimeout: .seconds(60)) }
            #expect(error?.code == .invalidArgument || error?.code == .unavailable, "\(String(describing: error))")
            let text = error.map { "\($0)" } ?? ""
            // A host or a database is told, as it is no secret: only the last has the word there.
            if !url.hasSuffix("/hunter2"), !url.contains("@hunter2") {
                #expect(!text.contains("hunter2") && !text.contains("ter2"), "\(text)")
            }
        }
    }
#endif
