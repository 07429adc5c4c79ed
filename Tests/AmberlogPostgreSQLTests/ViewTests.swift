#if PostgreSQL
    import AgentMemory
    import AmberlogPostgreSQL
    import Testing

    /// What other programs read.
    @Suite struct ViewTests {
        @Test func `the view has what was saved`() async throws {
            let fixture = try await Fixture()
            let memory = try await fixture.open()
            try await memory.save(
                [
                    Message(
                        role: .user, content: "It's 5 o'clock", timestamp: Timestamp("2026-01-31T12:00:00.000001Z")!,
                        metadata: ["lang": "en", "n": 1], id: "m1"),
                    Message(role: "critic", content: "", timestamp: .minimum),
                ], to: "user_123")
            try await memory.close()
            let rows = try await fixture.run(
                """
                SET timezone TO 'UTC';
                SELECT session_id, sequence, role, content, timestamp, metadata ->> 'lang', id
                FROM @.agent_conversations ORDER BY sequence
                """)
            #expect(
                rows == """
                    user_123|1|user|It's 5 o'clock|2026-01-31 12:00:00.000001+00|en|m1
                    user_123|2|critic||0001-01-01 00:00:00+00||
                    """)
            #expect(
                try await fixture.run(
                    "SELECT count(*) FROM @.agent_conversations WHERE jsonb_contains(metadata, '{\"lang\": \"en\"}')")
                    == "1")
        }

        @Test func `metadata are kept to the letter, where jsonb wouldn't`() async throws {
            let fixture = try await Fixture()
            let memory = try await fixture.open()
            let metadata: [[String: JSONValue]] = [
                ["one": 1, "float": 1.0, "negative": .double(-0.0), "large": .integer(.max), "small": .integer(.min)],
                ["exponent": .double(1e300), "tiny": .double(.leastNonzeroMagnitude), "pi": .double(.pi)],
                ["nul": "a\0b", "\0": "key", "one": "\u{1}"], ["escape": "\\u0000", "quote": "\"\\\n\u{1F}"],
                ["emoji": "👩‍👧", "deep": .array([.array([.object(["": .null])])])], ["": ""],
            ]
            let messages = metadata.map {
                Message(role: .user, content: "x", timestamp: Timestamp(microseconds: 0), metadata: $0)
            }
            try await memory.save(messages, to: "s")
            for (loaded, saved) in zip(try await memory.load("s"), messages) {
                #expect(loaded.metadata == saved.metadata)
                // `==` takes -0.0 for 0.0.
                let (left, right) = (loaded.withEncodedMetadata { Array($0) }, saved.withEncodedMetadata { Array($0) })
                #expect(left.count == right.count)
            }
            guard case .double(let zero)? = try await memory.load("s").first?.metadata["negative"] else {
                Issue.record("no double")
                return
            }
            #expect(zero.sign == .minus)
            try await memory.setMetadata(["nul": "\0", "float": 1.0], for: "s")
            #expect(try await memory.info("s")?.metadata == ["nul": "\0", "float": 1.0])
            try await memory.close()
            let known =
                "SELECT string_agg((metadata IS NOT NULL)::text, ' ' ORDER BY sequence) FROM @.agent_conversations"
            #expect(try await fixture.run(known) == "true true false false true true")
        }

        @Test func `what another program has changed is told as damage`() async throws {
            let fixture = try await Fixture()
            let memory = try await fixture.open()
            try await memory.save(texts("x"), to: "s")
            try await memory.save(texts("y"), to: "t")
            try await fixture.run("UPDATE @.agent_conversations_messages SET content = E'a\\x01' WHERE content = 'x'")
            let error = await failure { _ = try await memory.load("s") }
            #expect(error?.code == .damaged && error?.place.session == "s")
            #expect(try await memory.load("t") == texts("y"))
            try await fixture.run("UPDATE @.agent_conversations_sessions SET message_count = -1")
            #expect(await code { _ = try await memory.info("t") } == .damaged)
            try await fixture.run("DROP TABLE @.agent_conversations_sessions CASCADE")
            let gone = await failure { _ = try await memory.load("s") }
            #expect(gone?.code == .damaged && gone?.retry == .afterReopening)
            try await memory.close()
        }
    }
#endif
