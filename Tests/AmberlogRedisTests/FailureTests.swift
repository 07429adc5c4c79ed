#if Redis
    import AgentMemory
    import AmberlogRedis
    import TestServers
    import Testing

    /// A server that goes, comes back, stops, or has no room.
    @Suite struct FailureTests {
        private static let patient = RedisRetry(attempts: 60, firstPause: .milliseconds(20), longestPause: .seconds(1))

        @Test func `a server that is started again in the middle is waited for`() async throws {
            let server = try await RedisServer(appendOnly: true)
            let fixture = try await Fixture(server)
            let memory = try await fixture.open(retry: Self.patient)
            let saves = Task {
                for number in 0..<200 { try await memory.save(texts("\(number)"), to: "s") }
            }
            for _ in 0..<3 {
                try await Task.sleep(for: .milliseconds(30))
                try await server.kill()
                try await server.restart()
            }
            try await saves.value
            // Each once, in order, whatever was tried again.
            #expect(try await memory.load("s").map(\.content) == (0..<200).map(String.init))
            #expect(try await memory.info("s")?.lastSequence == 200)
            try await memory.close()
        }

        @Test func `a server without its scripts is told them again`() async throws {
            let server = try await RedisServer()
            let fixture = try await Fixture(server)
            let memory = try await fixture.open()
            try await fixture.command("SCRIPT", "FLUSH")
            try await memory.save(texts("a", "b"), to: "s")
            try await fixture.command("SCRIPT", "FLUSH")
            #expect(try await memory.load("s", from: 2, limit: 5).map(\.content) == ["b"])
            try await fixture.command("SCRIPT", "FLUSH")
            #expect(try await memory.removeLast(1, from: "s").map(\.content) == ["b"])
            try await memory.close()
        }

        @Test func `a server that is stopped is given up in time, and its save done once at most`() async throws {
            let server = try await RedisServer()
            let fixture = try await Fixture(server)
            let memory = try await fixture.open(
                connections: 1, commandTimeout: .milliseconds(200),
                retry: RedisRetry(attempts: 3, firstPause: .milliseconds(1)))
            try await memory.save(texts("before"), to: "s")
            try server.pause()
            let start = ContinuousClock.now
            let error = await failure { try await memory.save(texts("in between"), to: "s") }
            #expect(start.duration(to: .now) < .seconds(300))
            #expect(error?.code == .timedOut)
            #expect(error?.retry == .later)
            #expect(error?.message.contains("unknown") == true)
            #expect(await failure { _ = try await memory.load("s") }?.code == .timedOut)
            try server.resume()
            let patient = try await fixture.open()
            // What was sent before it stopped is still done.
            try await eventually { try await patient.load("s").count == 2 }
            try await patient.save(texts("after"), to: "s")
            #expect(try await patient.load("s").map(\.content) == ["before", "in between", "after"])
            try await memory.close()
            try await patient.close()
        }

        @Test func `a save that was answered to nobody is not done again`() async throws {
            let fixture = try await Fixture()
            let client = BreakingClient(try RedisAddress(url: fixture.server.url))
            let memory = try await fixture.open(client: client, retry: RedisRetry(attempts: 4, firstPause: .zero))
            client.breakAfterReply(2)
            let receipt = try await memory.save(texts("a", "b"), to: "s")
            #expect(receipt.sequences == 1..<3)
            #expect(try await memory.load("s").map(\.content) == ["a", "b"])
            client.breakAfterReply(2)
            #expect(try await memory.removeLast(1, from: "s").map(\.content) == ["b"])
            #expect(try await memory.load("s").map(\.content) == ["a"])
            client.breakAfterReply(1)
            #expect(await failure { try await memory.save(texts("c"), to: "s", expecting: 1) }?.code == .conflict)
            client.breakAfterReply(1)
            try await memory.save(texts("c"), to: "s", expecting: 2)
            #expect(try await memory.info("s")?.lastSequence == 3)
            client.breakAfterReply(9)
            let error = await failure { try await memory.save(texts("d"), to: "s") }
            #expect(error?.code == .unavailable)
            #expect(error?.message.contains("unknown") == true)
            client.breakAfterReply(0)
            #expect(try await memory.load("s").map(\.content) == ["a", "c", "d"])
            await client.close()
        }

        @Test func `connections that are cut in the middle leave whole saves, each once`() async throws {
            let server = try await RedisServer()
            let fixture = try await Fixture(server)
            let memory = try await fixture.open(retry: Self.patient)
            let text = String(repeating: "x", count: 20_000)
            let cutting = Task {
                while !Task.isCancelled {
                    try await fixture.command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
                    try await Task.sleep(for: .milliseconds(3))
                }
            }
            let receipts = try await withThrowingTaskGroup(of: [Range<UInt64>].self) { group in
                for task in 0..<8 {
                    group.addTask {
                        var all: [Range<UInt64>] = []
                        for number in 0..<25 {
                            let name = "\(task) \(number) "
                            all.append(try await memory.save(texts(name, name + text, name), to: "s").sequences)
                        }
                        return all
                    }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            cutting.cancel()
            _ = await cutting.result
            let loaded = try await memory.load("s")
            #expect(loaded.map(\.sequence) == (1...600).map { UInt64($0) })
            #expect(Set(receipts.map(\.lowerBound)).count == 200)
            for receipt in receipts {
                let names = loaded[Int(receipt.lowerBound) - 1..<Int(receipt.upperBound) - 1].map {
                    $0.content.prefix { $0 != "x" }
                }
                #expect(names.count == 3 && Set(names).count == 1)
            }
            #expect(Set(loaded.map(\.content)).count == 400)
            try await memory.close()
        }

        @Test func `a server that is full says so, and changes nothing`() async throws {
            let server = try await RedisServer(arguments: ["--maxmemory", "4mb", "--maxmemory-policy", "noeviction"])
            let fixture = try await Fixture(server)
            let memory = try await fixture.open(maximumMessages: nil, compression: false)
            let text = String(repeating: "x", count: 100_000)
            var saved = 0
            var error: MemoryError?
            while error == nil, saved < 1000 {
                error = await failure { try await memory.save(texts(text, text), to: "s") }
                if error == nil { saved += 1 }
            }
            #expect(error?.code == .noSpace)
            #expect(error?.retry == .later)
            #expect(try await memory.load("s").count == 2 * saved)
            try await memory.clear("s")
            try await memory.save(texts("room again"), to: "s")
            try await memory.close()
        }

        @Test func `a replica takes no saves`() async throws {
            let server = try await RedisServer()
            let fixture = try await Fixture(server)
            let memory = try await fixture.open()
            try await memory.save(texts("x"), to: "s")
            try await fixture.command("REPLICAOF", "127.0.0.1", "\(try FreePort.find())")
            let error = await failure { try await memory.save(texts("y"), to: "s") }
            #expect([.readOnly, .unavailable].contains(error?.code))
            #expect(error?.retry == .later)
            try await memory.close()
        }

        @Test func `a save that waits for its turn can be cancelled`() async throws {
            let server = try await RedisServer()
            let fixture = try await Fixture(server)
            let memory = try await fixture.open(connections: 1)
            try server.pause()
            let first = Task { try await memory.save(texts("first"), to: "s") }
            try await Task.sleep(for: .milliseconds(50))
            let second = Task { try await memory.save(texts("second"), to: "s") }
            try await Task.sleep(for: .milliseconds(50))
            second.cancel()
            await #expect(throws: CancellationError.self) { try await second.value }
            try server.resume()
            _ = try await first.value
            #expect(try await memory.load("s").map(\.content) == ["first"])
            try await memory.close()
        }
    }
#endif
