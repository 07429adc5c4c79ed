#if PostgreSQL
    import AgentMemory
    import AmberlogPostgreSQL
    import Testing

    /// What the server refuses, as the contract tells it.
    @Suite struct ErrorCodeTests {
        private func refuse(_ fixture: Fixture, _ state: String, times: Int) async throws {
            try await fixture.run(
                """
                CREATE SEQUENCE @.fuse;
                CREATE FUNCTION @.burn() RETURNS trigger LANGUAGE plpgsql AS '
                BEGIN
                    IF nextval(''@.fuse'') <= \(times) THEN
                        RAISE EXCEPTION ''%'', NEW.content USING ERRCODE = ''\(state)'';
                    END IF;
                    RETURN NULL;
                END';
                CREATE TRIGGER burns AFTER INSERT ON @.agent_conversations_messages FOR EACH ROW
                    EXECUTE FUNCTION @.burn();
                """)
        }

        @Test(arguments: [
            ("53100", MemoryError.Code.noSpace, MemoryError.Retry.later), ("25006", .readOnly, .later),
            ("57014", .timedOut, .later), ("55P03", .locked, .later), ("XX001", .damaged, .never),
            ("22P02", .invalidMessage, .never), ("XX000", .inputOutput, .never), ("58030", .inputOutput, .never),
            ("54000", .tooLarge, .never), ("53200", .unavailable, .later),
        ])
        func `states`(_ state: String, _ code: MemoryError.Code, _ retry: MemoryError.Retry) async throws {
            let fixture = try await Fixture()
            let memory = try await fixture.open(poolSize: 1)
            try await memory.save(texts("a"), to: "s")
            try await refuse(fixture, state, times: 1)
            let error = await failure { try await memory.save(texts("b", "c"), to: "s") }
            #expect(error?.code == code && error?.retry == retry, "\(String(describing: error))")
            #expect(error?.message.contains(state) == true)
            #expect(error?.place.session == "s")
            #expect(error?.place.backend?.hasPrefix("postgresql://127.0.0.1") == true)
            #expect(try await memory.load("s") == texts("a"))
            // The connection is as good as new.
            #expect(try await memory.save(texts("b"), to: "s").sequences == 2..<3)
            try await memory.close()
        }

        @Test(arguments: ["40001", "40P01"]) func `two in each other's way are tried again`(_ state: String)
            async throws
        {
            let fixture = try await Fixture()
            let memory = try await fixture.open(poolSize: 1)
            try await memory.save(texts("a"), to: "s")
            try await refuse(fixture, state, times: 3)
            #expect(try await memory.save(texts("b", "c"), to: "s", expecting: 1).sequences == 2..<4)
            #expect(try await memory.load("s") == texts("a", "b", "c"))
            try await memory.close()
        }

        @Test func `but not for ever`() async throws {
            let fixture = try await Fixture()
            let memory = try await fixture.open(poolSize: 1)
            try await refuse(fixture, "40001", times: 1_000_000)
            let error = await failure { try await memory.save(texts("b"), to: "s") }
            #expect(error?.code == .unavailable && error?.retry == .later)
            #expect(try await fixture.run("SELECT last_value FROM @.fuse") == "6")
            #expect(try await memory.info("s") == nil)
            try await memory.close()
        }
    }
#endif
