#if PostgreSQL
    import AgentMemory
    import AmberlogPostgreSQL
    import TestServers
    import Testing

    /// A connection that ends in the middle of a call: never half a save, and never one twice.
    @Suite struct LostConnectionTests {
        /// Ends the connection of whoever inserts a message for the time that `count` says, once.
        private func lightFuse(_ fixture: Fixture, at count: Int) async throws {
            try await fixture.run(
                """
                CREATE SEQUENCE @.fuse;
                CREATE FUNCTION @.burn() RETURNS trigger LANGUAGE plpgsql AS '
                BEGIN
                    IF nextval(''@.fuse'') = \(count) THEN
                        PERFORM pg_terminate_backend(pg_backend_pid());
                        PERFORM pg_sleep(600);
                    END IF;
                    RETURN NULL;
                END';
                CREATE TRIGGER burns AFTER INSERT ON @.agent_conversations_messages FOR EACH ROW
                    EXECUTE FUNCTION @.burn();
                """)
        }

        @Test func `ended by the server in mid-save`() async throws {
            let fixture = try await Fixture()
            let memory = try await fixture.open()
            try await memory.save(texts("a"), to: "s")
            try await lightFuse(fixture, at: 2)
            #expect(try await memory.save(texts("b", "c", "d"), to: "s", expecting: 1).sequences == 2..<5)
            #expect(try await memory.load("s") == texts("a", "b", "c", "d"))
            #expect(try await memory.info("s")?.messageCount == 4)
            // The first attempt had come to its second message.
            #expect(try await fixture.run("SELECT last_value FROM @.fuse") == "5")
            try await memory.close()
        }

        @Test func `ended by the server while many messages are copied`() async throws {
            let fixture = try await Fixture()
            let memory = try await fixture.open()
            try await lightFuse(fixture, at: 700)
            let messages = texts((0..<1000).map { "\($0)" })
            #expect(try await memory.save(messages, to: "s").sequences == 1..<1001)
            #expect(try await memory.load("s") == messages)
            #expect(try await memory.search("5", in: "s") == texts("5"))
            try await memory.close()
        }

        private func lossy(_ fixture: Fixture) async throws -> (proxy: LossyProxy, memory: PostgreSQLBackend) {
            let proxy = try LossyProxy(to: fixture.server.port)
            proxy.start()
            let url = fixture.server.url.replacing(":\(fixture.server.port)/", with: ":\(proxy.port)/")
            let memory = try await fixture.open(url: url, poolSize: 1)
            // What is prepared takes one request.
            try await memory.save(texts("first"), to: "s")
            return (proxy, memory)
        }

        @Test func `an answer that is lost after the commit`() async throws {
            let fixture = try await Fixture()
            let (proxy, memory) = try await lossy(fixture)
            for round in 1...5 as ClosedRange<UInt64> {
                proxy.set(.losing(afterwards: []))
                let saved = texts("\(round)", "\(round)")
                // What was expected is no longer so, as the save was made.
                let receipt = try await memory.save(saved, to: "s", expecting: round * 2 - 1)
                #expect(receipt.sequences == round * 2..<round * 2 + 2)
            }
            let contents = ["first"] + (1...5).flatMap { ["\($0)", "\($0)"] }
            #expect(try await memory.load("s").map(\.content) == contents)
            #expect(try await memory.info("s")?.messageCount == 11)
            try await memory.close()
        }

        @Test func `an answer that is lost, of messages with ids`() async throws {
            let fixture = try await Fixture()
            let (proxy, memory) = try await lossy(fixture)
            func message(_ id: String) -> Message {
                Message(role: .user, content: id, timestamp: Timestamp(microseconds: 0), id: id)
            }
            try await memory.save([message("a"), message("b")], to: "s")
            proxy.set(.losing(afterwards: []))
            let receipt = try await memory.save(
                [message("c"), message("b"), message("c"), message("d"), message("a")], to: "s")
            #expect(receipt == SaveReceipt(sequences: 4..<6, duplicates: [3, 4, 2]))
            #expect(try await memory.load("s").map(\.content) == ["first", "a", "b", "c", "d"])
            // None of them new: nothing shows that it was made, and making it again changes nothing.
            proxy.set(.losing(afterwards: []))
            #expect(try await memory.save([message("d")], to: "s").duplicates == [5])
            try await memory.close()
        }

        @Test func `a server that stays away after it`() async throws {
            let fixture = try await Fixture()
            let (proxy, memory) = try await lossy(fixture)
            proxy.set(.losing(afterwards: [.refusing]))
            let error = await failure { try await memory.save(texts("x"), to: "s") }
            #expect(error?.code == .unavailable && error?.retry == .never && error?.place.session == "s")
            #expect(error?.message.contains("isn't known") == true, "\(String(describing: error))")
            // What has not been sent at all is no question.
            let second = await failure { try await memory.save(texts("y"), to: "s") }
            #expect(second?.code == .unavailable && second?.retry == .later)
            proxy.set(.passing)
            #expect(try await memory.load("s") == texts("first", "x"))
            try await memory.close()
        }

        @Test func `reads are tried again, and what removes is not`() async throws {
            let fixture = try await Fixture()
            let (proxy, memory) = try await lossy(fixture)
            try await memory.save(texts("second"), to: "s")
            _ = try await memory.load("s")
            proxy.set(.losing(afterwards: []))
            #expect(try await memory.load("s") == texts("first", "second"))
            #expect(try await memory.removeLast(0, from: "s") == [])
            proxy.set(.losing(afterwards: []))
            let error = await failure { try await memory.removeLast(1, from: "s") }
            #expect(error?.code == .unavailable && error?.retry == .never)
            #expect(try await memory.load("s") == texts("first"))
            try await memory.close()
        }
    }
#endif
