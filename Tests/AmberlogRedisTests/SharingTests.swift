#if Redis
    import AgentMemory
    import AmberlogRedis
    import AmberlogTestKit
    import TestServers
    import Testing

    /// Many at once, over few connections, and through clients of any make.
    @Suite struct SharingTests {
        @Test(arguments: [1, 2, 8]) func `many tasks over a pool`(_ connections: Int) async throws {
            let fixture = try await Fixture()
            let memory = try await fixture.open(connections: connections)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for task in 0..<64 {
                    group.addTask {
                        for number in 0..<10 {
                            let text = "\(task) \(number)"
                            try await memory.save(texts(text), to: "own \(task)")
                            try await memory.save(texts(text), to: "shared")
                            #expect(try await memory.load("own \(task)", limit: 1).map(\.content) == [text])
                        }
                    }
                }
                try await group.waitForAll()
            }
            let shared = try await memory.load("shared")
            #expect(shared.map(\.sequence) == (1...640).map { UInt64($0) })
            #expect(Set(shared.map(\.content)).count == 640)
            try await memory.close()
        }

        @Test func `a backend leaves a client open that it was given`() async throws {
            let fixture = try await Fixture()
            let client = HiredisClient(try RedisAddress(url: fixture.server.url))
            let memory = try await fixture.open(client: client)
            try await memory.save(texts("x"), to: "s")
            try await memory.close()
            #expect(await failure { _ = try await memory.load("s") }?.code == .closed)
            let other = try await fixture.open(client: client)
            #expect(try await other.load("s").count == 1)
            await client.close()
            #expect(await failure { _ = try await other.load("s") }?.code == .closed)
        }

        @Test func `an answer that Redis doesn't give is an error`() async throws {
            let fixture = try await Fixture()
            for reply in [RedisReply.null, .integer(-1), .string([0xFF]), .array([]), .error(""), .error("WRONGTYPE")] {
                let memory = try await fixture.open(client: ForeignClient(reply))
                for call in [
                    { try await memory.save(texts("x"), to: "s") }, { _ = try await memory.load("s") },
                    { _ = try await memory.load("s", from: 1, limit: 1) }, { try await memory.trim("s", toLast: 1) },
                    { try await memory.setMetadata([:], for: "s") }, { try await memory.clearAll() },
                    { _ = try await memory.sessions(by: .id, after: nil, limit: 1) },
                ] as [() async throws -> Void] {
                    if reply == .array([]), await failure(of: call) == nil { continue }
                    #expect(await failure(of: call) != nil, "\(reply)")
                }
            }
        }

        @Test func `a full session is as large as ever after trimming, and its numbers are right`() async throws {
            let fixture = try await Fixture()
            let memory = try await fixture.open(maximumMessages: 7)
            var sizes: [Int] = []
            for round in 1...20 {
                let messages = texts((0..<round % 10).map { String(repeating: "é", count: $0 * 100) })
                try await memory.save(messages, to: "s")
                sizes += messages.map { $0.role.name.utf8.count + $0.content.utf8.count }
                let info = try await memory.info("s")
                #expect(info?.messageCount == min(7, sizes.count))
                #expect(info?.byteCount == UInt64(sizes.suffix(7).reduce(0, +)))
                #expect(info?.lastSequence == UInt64(sizes.count))
                #expect(info?.firstSequence == UInt64(max(0, sizes.count - 7) + 1))
                let pages = try await memory.sessions(by: .size, after: nil, limit: 1)
                #expect(pages.sessions.first?.byteCount == info?.byteCount)
            }
            try await memory.close()
        }
    }
#endif
