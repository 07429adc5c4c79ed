#if Redis
    import AgentMemory
    import AmberlogRedis
    import AmberlogTestKit
    import TestServers
    import Testing

    /// Sessions that expire are gone from the server, by its own clock.
    @Suite struct ExpiryTests {
        @Test func `the server removes every key of a session that has expired`() async throws {
            let fixture = try await Fixture()
            let memory = try await RedisBackend(
                url: fixture.server.url, prefix: fixture.prefix, timeToLive: .milliseconds(400))
            try await memory.save([Message(role: .user, content: "apple", id: "a")], to: "s")
            try await eventually { try await memory.load("s").isEmpty }
            // But what it knows of recent saves, for some minutes more.
            try await eventually {
                try await fixture.keys().filter { $0.contains("{s}") }.allSatisfy { $0.contains(":saves:") }
            }
            #expect(try await memory.sessions(by: .updated, after: nil, limit: 5).sessions.isEmpty)
            try await memory.close()
        }

        @Test func `every key of a session has a time to live`() async throws {
            let fixture = try await Fixture()
            let memory = try await RedisBackend(url: fixture.server.url, prefix: fixture.prefix)
            try await memory.save([Message(role: .user, content: "apple", id: "a")], to: "s")
            for key in try await fixture.keys() where key.contains("{s}") {
                guard case .integer(let seconds) = try await fixture.command("TTL", key) else {
                    Issue.record("\(key) has no time to live")
                    continue
                }
                #expect((1...86_400).contains(seconds), "\(key)")
            }
            try await memory.close()
        }

        @Test func `a save by a backend without a time to live keeps a session for ever`() async throws {
            let fixture = try await Fixture()
            let short = try await fixture.open(timeToLive: .seconds(60))
            let long = try await fixture.open(timeToLive: nil)
            try await short.save(texts("a"), to: "s")
            try await long.save(texts("b"), to: "s")
            for key in try await fixture.keys() where !key.contains(":saves:") {
                #expect(try await fixture.command("TTL", key) == .integer(-1), "\(key)")
            }
            fixture.clock.advance(by: .seconds(3600))
            #expect(try await short.load("s").count == 2)
            #expect(try await short.info("s")?.expiresAt == nil)
            try await short.close()
            try await long.close()
        }

        @Test func `later saves clear what has expired out of the index`() async throws {
            let fixture = try await Fixture()
            let memory = try await RedisBackend(
                url: fixture.server.url, prefix: fixture.prefix, timeToLive: .milliseconds(300))
            for number in 0..<20 { try await memory.save(texts("x"), to: "s\(number)") }
            let lasting = try await fixture.open(timeToLive: nil)
            try await eventually {
                try await lasting.save(texts("y"), to: "other")
                return try await fixture.command("ZCARD", fixture.prefix + "{%}:ids") == .integer(1)
            }
            try await memory.close()
            try await lasting.close()
        }
    }
#endif
