#if PostgreSQL
    import AgentMemory
    import AmberlogPostgreSQL
    import Testing

    /// Several backends on the same tables.
    @Suite struct SharingTests {
        @Test func `what one has saved, the other sees`() async throws {
            let fixture = try await Fixture()
            let (one, two) = (try await fixture.open(), try await fixture.open())
            for number in 1...20 {
                let (writer, reader) = number.isMultiple(of: 2) ? (one, two) : (two, one)
                #expect(try await writer.save(texts("apple \(number)"), to: "s").sequences.lowerBound == UInt64(number))
                #expect(try await reader.load("s", limit: 1) == texts("apple \(number)"))
                #expect(try await reader.search("apple", limit: 100).count == number)
            }
            try await one.clear("s")
            #expect(try await two.info("s") == nil)
            try await one.close()
            #expect(try await two.save(texts("x"), to: "s").sequences == 1..<2)
            try await two.close()
        }

        /// Each save is small, or copied.
        @Test(arguments: [2, 500]) func `saves of two at once are whole and in one row`(_ size: Int) async throws {
            let fixture = try await Fixture()
            let memories = [try await fixture.open(), try await fixture.open()]
            let rounds = size > 100 ? 2 : 10
            try await withThrowingTaskGroup(of: Void.self) { group in
                for task in 0..<8 {
                    group.addTask {
                        for number in 0..<rounds {
                            let contents = Array(repeating: "\(task) \(number)", count: size)
                            try await memories[task % 2].save(texts(contents), to: "s")
                        }
                    }
                }
                try await group.waitForAll()
            }
            let messages = try await memories[0].load("s")
            #expect(messages.map(\.sequence) == (1...UInt64(8 * rounds * size)).map { $0 })
            for start in stride(from: 0, to: messages.count, by: size) {
                #expect(Set(messages[start..<start + size].map(\.content)).count == 1)
            }
            let info = try await memories[1].info("s")
            #expect(info?.messageCount == messages.count && info?.lastSequence == messages.last?.sequence)
            for memory in memories { try await memory.close() }
        }

        @Test func `sessions that expire while others save to them`() async throws {
            let fixture = try await Fixture()
            let clock = TickingClock()
            let memories = [
                try await fixture.open(timeToLive: .milliseconds(3)) { clock.next() },
                try await fixture.open(timeToLive: .milliseconds(3)) { clock.next() },
            ]
            try await withThrowingTaskGroup(of: Void.self) { group in
                for task in 0..<6 {
                    group.addTask {
                        for number in 0..<20 {
                            try await memories[task % 2].save(texts("\(number)", "\(number)"), to: "s\(number % 5)")
                        }
                    }
                }
                try await group.waitForAll()
            }
            for session in 0..<5 {
                let loaded = try await memories[0].load("s\(session)")
                #expect(loaded.map(\.sequence) == (0..<UInt64(loaded.count)).map { $0 + 1 })
            }
            for memory in memories { try await memory.close() }
        }
    }
#endif
