#if Redis
    import AgentMemory
    import AmberlogRedis
    import TestServers
    import Testing

    /// Whatever a prefix and an id are, keys stay apart and belong to one backend.
    @Suite struct KeyTests {
        private static let prefixes = [
            "", "*", "?", "[a-z]*", "\\", "{", "}", "a{b}c:", "{a", "%", "a b\r\n", "é\u{301}", "\u{0}", "GET x\r\n",
            "agentz:sessions:", String(repeating: "x", count: 1024),
        ]
        private static let ids = [
            "a", "}", "{", "{}", "%", "%7D", "{%}", "a}:state", "a}{b", "\u{0}", "\r\n", "*", "é", "e\u{301}",
            String(repeating: "}", count: 1024),
        ]

        @Test(arguments: prefixes) func `ids of any text under a prefix of any text`(_ prefix: String) async throws {
            let server = try await RedisServer()
            let fixture = try await Fixture(server, prefix: prefix)
            let memory = try await fixture.open()
            for (number, id) in Self.ids.enumerated() { try await memory.save(texts("\(number)"), to: id) }
            for (number, id) in Self.ids.enumerated() {
                #expect(try await memory.load(id).map(\.content) == ["\(number)"], "\(id.debugDescription)")
            }
            var listed: [String] = []
            for try await info in memory.allSessions(pageSize: 2) { listed.append(info.id) }
            let ids = Self.ids.map { Array($0.utf8) }.sorted { $0.lexicographicallyPrecedes($1) }
            #expect(listed.map { Array($0.utf8) } == ids)
            try await memory.clear(Self.ids[2])
            #expect(try await memory.load(Self.ids[1]).count == 1)
            try await memory.clearAll()
            #expect(try await fixture.command("DBSIZE") == .integer(0))
            try await memory.close()
        }

        @Test func `clearing all leaves the keys of others`() async throws {
            let server = try await RedisServer()
            let one = try await Fixture(server, prefix: "app:")
            let others = [
                "app:", "app:x", "app:{", "app:{a", "app:{a}", "app:{a}:other", "app:{a%}:state", "app:{a{}:state",
                "app:{%}:mine", "app:{}:state", "ap", "xapp:{a}:state", "app:{a}:state:x",
            ]
            for key in others { try await one.command("SET", key, "theirs") }
            // Prefixes that begin with this one.
            let inside = [
                try await Fixture(server, prefix: "app:b:"), try await Fixture(server, prefix: "app:{x}"),
                try await Fixture(server, prefix: "app:{"),
            ]
            let memory = try await one.open()
            try await memory.save(texts("mine"), to: "s")
            for fixture in inside {
                let other = try await fixture.open()
                try await other.save(texts("theirs"), to: "s")
                try await other.close()
            }
            try await memory.clearAll()
            #expect(try await memory.load("s").isEmpty)
            for key in others { #expect(try await one.command("GET", key) == .string(Array("theirs".utf8)), "\(key)") }
            for fixture in inside {
                let other = try await fixture.open()
                #expect(try await other.load("s").map(\.content) == ["theirs"], "\(fixture.prefix)")
                #expect(try await other.sessions(by: .id, after: nil, limit: 5).sessions.map(\.id) == ["s"])
                try await other.close()
            }
            try await memory.close()
        }

        @Test func `sessions that the index has lost are cleared with the rest`() async throws {
            let fixture = try await Fixture()
            let memory = try await fixture.open()
            for number in 0..<5 { try await memory.save(texts("x"), to: "s\(number)") }
            for key in try await fixture.keys() where key.contains("{%}") { try await fixture.command("DEL", key) }
            try await memory.clearAll()
            #expect(try await fixture.keys().isEmpty)
            try await memory.close()
        }

        @Test(arguments: ["{}", "a{}b:", "{}{a}"])
        func `a prefix that would tear sessions apart in a cluster is refused`(_ prefix: String) async throws {
            let fixture = try await Fixture(prefix: prefix)
            #expect(await failure { _ = try await fixture.open() }?.code == .invalidArgument)
        }

        @Test func `two backends on one prefix share sessions`() async throws {
            let fixture = try await Fixture()
            let (one, two) = (try await fixture.open(compression: true), try await fixture.open(compression: false))
            let long = String(repeating: "what was said, ", count: 100)
            try await one.save(texts(long), to: "s")
            try await two.save(texts(long, "short"), to: "s", expecting: 1)
            #expect(try await one.load("s").map(\.content) == [long, long, "short"])
            #expect(try await two.load("s") == (try await one.load("s")))
            try await two.clear("s")
            #expect(try await one.info("s") == nil)
            try await one.close()
            try await two.close()
        }
    }
#endif
