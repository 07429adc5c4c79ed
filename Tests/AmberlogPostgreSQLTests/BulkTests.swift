#if PostgreSQL
    import AgentMemory
    import AmberlogPostgreSQL
    import Testing

    /// Saves of many messages, which are copied.
    @Suite struct BulkTests {
        private func message(_ number: Int, id: String? = nil) -> Message {
            Message(
                role: number.isMultiple(of: 2) ? .user : "cri\0tic", content: "number \(number) \0 \u{1} é",
                timestamp: Timestamp(microseconds: Int64(number)),
                metadata: number.isMultiple(of: 3) ? ["n": .integer(Int64(number)), "x": "\0"] : [:], id: id)
        }

        @Test func `everything comes back`() async throws {
            let fixture = try await Fixture()
            let memory = try await fixture.open()
            let messages = (0..<5000).map { message($0) }
            try await memory.save([message(-2)], to: "s")
            #expect(
                try await memory.save(messages, to: "s", expecting: 1, origin: ["from": "there"]).sequences == 2..<5002)
            #expect(try await memory.load("s") == [message(-2)] + messages)
            #expect(try await memory.origin(of: "s") == ["from": "there"])
            #expect(try await memory.search("+number +4711", in: "s") == [message(4711)])
            // The same in small saves.
            for start in stride(from: 0, to: 5000, by: 250) {
                try await memory.save(Array(messages[start..<start + 250]), to: "t")
            }
            #expect(try await memory.load("t") == messages)
            let (one, other) = (try await memory.info("s"), try await memory.info("t"))
            #expect(one?.messageCount == 5001 && other?.messageCount == 5000)
            try await memory.removeLast(5000, from: "s")
            try await memory.removeLast(5000, from: "t")
            #expect(try await memory.info("t")?.byteCount == 0)
            #expect(try await memory.info("s")?.messageCount == 1)
            try await memory.close()
        }

        @Test func `ids that are known, and that repeat`() async throws {
            let fixture = try await Fixture()
            let memory = try await fixture.open()
            try await memory.save((0..<10).map { message($0, id: "m\($0)") }, to: "s")
            var messages = (5..<1500).map { message($0, id: "m\($0)") }
            messages.append(message(7, id: "m7"))
            messages.append(message(20, id: "m20"))
            let receipt = try await memory.save(messages, to: "s")
            #expect(receipt.sequences == 11..<1501)
            #expect(receipt.duplicates == [6, 7, 8, 9, 10, 8, 21])
            #expect(try await memory.load("s") == (0..<1500).map { message($0, id: "m\($0)") })
            #expect(try await fixture.run("SELECT count(*) FROM @.agent_conversations_ids") == "1000")
            #expect(try await memory.save([message(499, id: "m499")], to: "s").sequences == 1501..<1502)
            #expect(try await memory.save([message(501, id: "m501")], to: "s").duplicates == [502])
            try await memory.close()
        }

        @Test func `refused as a whole`() async throws {
            let fixture = try await Fixture()
            let memory = try await fixture.open(maximumMessages: 600)
            let messages = (0..<1000).map { message($0) }
            #expect(await code { try await memory.save(messages, to: "s", expecting: 3) } == .conflict)
            #expect(try await memory.info("s") == nil)
            try await fixture.run(
                """
                ALTER TABLE @.agent_conversations_messages ADD CONSTRAINT small CHECK (content NOT LIKE 'number 999 %')
                """)
            let error = await failure { try await memory.save(messages, to: "s") }
            #expect(error?.code == .inputOutput && error?.message.contains("23514") == true)
            // What was said stands in no error.
            #expect(error?.description.contains("number") == false)
            #expect(try await memory.info("s") == nil)
            #expect(try await memory.save(Array(messages.prefix(999)), to: "s").sequences == 1..<1000)
            #expect(try await memory.load("s") == Array(messages[399..<999]))
            try await memory.close()
        }

        @Test func `cancelled in the middle`() async throws {
            let fixture = try await Fixture()
            let memory = try await fixture.open()
            let messages = (0..<3000).map { message($0) }
            for round in 0..<6 {
                let save = Task { try await memory.save(messages, to: "s\(round)") }
                try await Task.sleep(for: .milliseconds(10 * round))
                save.cancel()
                let loaded = try await { () async throws -> [Message] in
                    let result = await save.result
                    if case .failure(let error) = result { #expect(error is CancellationError) }
                    let loaded = try await memory.load("s\(round)")
                    if case .success = result { #expect(loaded.count == 3000) } else { #expect(loaded.isEmpty) }
                    return loaded
                }()
                #expect(loaded.isEmpty || loaded == messages)
            }
            try await memory.close()
        }
    }
#endif
