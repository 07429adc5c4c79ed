#if Redis
    import AgentMemory
    import AmberlogRedis
    import AmberlogTestKit
    import TestServers
    import Testing

    /// Where a save says which sequence it expects, its elements go as they are stored. They are the same as others.
    @Suite struct ExpectedSavesTests {
        @Test(arguments: [1, 4, 7, 1000], [false, true])
        func `leave the same as saves that expect nothing`(_ maximum: Int, _ compresses: Bool) async throws {
            let fixture = try await Fixture()
            let memory = try await fixture.open(maximumMessages: maximum, compression: compresses)
            var last: UInt64 = 0
            for count in [3, 1, 9, 2, 5] {
                let messages = (0..<count).map { place in
                    Message(
                        role: .user, content: String(repeating: "é\(last) \(place) ", count: place * 40 + 1),
                        timestamp: Timestamp(microseconds: 1_700_000_000_000_000),
                        metadata: place % 2 == 0 ? [:] : ["n": .integer(Int64(place))])
                }
                let free = try await memory.save(messages, to: "a", expecting: nil)
                let bound = try await memory.save(messages, to: "b", expecting: last)
                #expect(free == bound)
                last += UInt64(count)
                let elements = try await fixture.command("LRANGE", "\(fixture.prefix){a}:messages", "0", "-1")
                #expect(try await fixture.command("LRANGE", "\(fixture.prefix){b}:messages", "0", "-1") == elements)
                let one = try #require(try await memory.info("a"))
                let other = try #require(try await memory.info("b"))
                #expect(one.byteCount == other.byteCount && one.messageCount == other.messageCount)
                #expect(one.firstSequence == other.firstSequence && one.lastSequence == other.lastSequence)
                #expect(try await memory.load("a") == memory.load("b"))
            }
            #expect(
                await failure { try await memory.save(texts("x"), to: "b", expecting: last - 1) }?.code == .conflict)
            #expect(await failure { try await memory.save(texts("x"), to: "b", expecting: .max) }?.code == .conflict)
            #expect(await failure { try await memory.save(texts("x"), to: "new", expecting: 1) }?.code == .conflict)
            #expect(try await memory.info("b")?.lastSequence == last)
            try await memory.close()
        }

        /// A message with an id may be there already, so nobody knows its sequence before.
        @Test func `of messages with ids add nothing twice`() async throws {
            let fixture = try await Fixture()
            let memory = try await fixture.open()
            var messages = texts("1", "2", "3")
            messages[1].id = "two"
            #expect(try await memory.save(messages, to: "s", expecting: 0).sequences == 1..<4)
            let again = try await memory.save(messages, to: "s", expecting: 3)
            #expect(again.sequences == 4..<6 && again.duplicates == [2])
            #expect(try await memory.load("s").map(\.content) == ["1", "2", "3", "1", "3"])
            try await memory.close()
        }
    }
#endif
