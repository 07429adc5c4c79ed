#if Redis
    import AgentMemory
    import AmberlogRedis
    import TestServers
    import Testing

    /// Where a server is and who speaks to it, and what is wrong with that.
    @Suite struct ConnectingTests {
        @Test(arguments: [
            ("redis://localhost:6379", "redis://localhost:6379"), ("redis://", "redis://localhost:6379"),
            ("REDIS://:p@h:1/2", "redis://h:1/2"), ("redis://u:p%40%2F@[::1]:7?db=3", "redis://[::1]:7/3"),
            ("redis://u:a@b@h", "redis://h:6379"), ("unix:///run/redis.sock?db=2", "unix:///run/redis.sock?db=2"),
            ("redis+unix://:p@/a%20b", "unix:///a b"),
        ])
        func `what a URL says`(_ url: String, _ text: String) throws {
            #expect(try RedisAddress(url: url).description == text)
        }

        @Test func `users and passwords are decoded`() throws {
            let address = try RedisAddress(url: "redis://us%3Aer:p%40%2F:%25@h")
            #expect(address.user == "us:er")
            #expect(address.password == "p@/:%")
        }

        @Test(arguments: [
            "", "redis", "redis:", "localhost:6379", "http://h", "redis://h:0", "redis://h:65536", "redis://h:x",
            "redis://h:+1", "redis://h/x", "redis://h/-1", "redis://h/1?db=1", "redis://h?x=1", "redis://h?db=",
            "redis://[::1", "redis://[::1]x", "redis://s3cret@h", "redis://:s3cret%@h", "redis://:s3cret%ff@h",
            "unix://", "unix://relative", "redis://:s3cret@h:s3cret", "redis://h%00",
        ])
        func `what is no URL is refused without a word of it`(_ url: String) async throws {
            let error = await failure { _ = try await RedisBackend(url: url) }
            #expect([.invalidArgument, .unknownName].contains(error?.code))
            #expect(error?.description.contains("s3cret") == false)
        }

        @Test func `TLS is refused with what to do`() async throws {
            let error = await failure { _ = try await RedisBackend(url: "rediss://:s3cret@h") }
            #expect(error?.code == .unsupported)
            #expect(error?.message.contains("RedisBackend(client:)") == true)
            #expect(error?.description.contains("s3cret") == false)
        }

        @Test func `passwords`() async throws {
            let server = try await RedisServer(password: "s3cret/:@%")
            let fixture = try await Fixture(server)
            let memory = try await fixture.open()
            try await memory.save(texts("x"), to: "s")
            #expect(try await memory.load("s").count == 1)
            try await memory.close()
            for secret in ["", ":s3cret@", "nobody:s3cret@"] {
                let error = await failure {
                    _ = try await RedisBackend(url: "redis://\(secret)127.0.0.1:\(server.port)")
                }
                #expect(error?.code == .invalidArgument, "\(secret)")
                #expect(error?.message.contains("password") == true)
                #expect(error?.description.contains("s3cret") == false)
            }
        }

        @Test func `a user of its own with rights of its own`() async throws {
            let server = try await RedisServer()
            let fixture = try await Fixture(server)
            try await fixture.command("ACL", "SETUSER", "worker", "on", ">s3cret", "~mine:*", "+@all")
            let url = "redis://worker:s3cret@127.0.0.1:\(server.port)"
            let memory = try await RedisBackend(url: url, prefix: "mine:")
            try await memory.save(texts("x"), to: "s")
            try await memory.close()
            let error = await failure { _ = try await RedisBackend(url: url, prefix: "yours:") }
            #expect(error?.code == .invalidArgument)
            #expect(error?.message.contains("allow") == true)
        }

        @Test func `databases and sockets`() async throws {
            let server = try await RedisServer()
            let three = try await RedisBackend(url: server.url + "/3")
            try await three.save(texts("x"), to: "s")
            let zero = try await RedisBackend(url: "unix://" + server.socketPath)
            #expect(try await zero.load("s").isEmpty)
            let same = try await RedisBackend(url: "unix://\(server.socketPath)?db=3")
            #expect(try await same.load("s").count == 1)
            for memory in [three, zero, same] { try await memory.close() }
            let error = await failure { _ = try await RedisBackend(url: server.url + "/4096") }
            #expect(error?.code == .invalidArgument)
        }

        @Test func `nobody listens`() async throws {
            let port = try FreePort.find()
            let error = await failure {
                let retry = RedisRetry(attempts: 3, firstPause: .milliseconds(1))
                _ = try await RedisBackend(url: "redis://:s3cret@127.0.0.1:\(port)", retry: retry)
            }
            #expect(error?.code == .unavailable)
            #expect(error?.retry == .later)
            #expect(error?.place.backend == "redis://127.0.0.1:\(port)")
        }

        @Test func `options that make no sense`() async throws {
            let fixture = try await Fixture()
            #expect(await failure { _ = try await fixture.open(timeToLive: .zero) }?.code == .invalidArgument)
            #expect(await failure { _ = try await fixture.open(maximumMessages: 0) }?.code == .invalidArgument)
        }
    }
#endif
