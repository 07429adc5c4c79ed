#if Redis
    import AgentMemory
    import AmberlogRedis
    import Testing

    /// What another program has left under a key is an error that names the key, and is changed by nothing but a clear.
    @Suite struct DamageTests {
        private static let parts = [":state", ":messages", ":ids", ":saves:0", ":saves:1"]

        @Test(arguments: parts) func `a key of another type`(_ part: String) async throws {
            let fixture = try await Fixture()
            let memory = try await fixture.open()
            let key = fixture.prefix + "{s}" + part
            try await fixture.command("SET", key, "theirs")
            let named = Message(role: .user, content: "x", id: "a")
            let error = await failure { try await memory.save([named], to: "s") }
            #expect(error?.code == .damaged)
            #expect(error?.message.contains(key.debugDescription) == true)
            // Nothing of the save is there.
            #expect(try await fixture.keys().filter { $0.contains("{s}") } == [key])
            #expect(try await fixture.command("GET", key) == .string(Array("theirs".utf8)))
            try await memory.clear("s")
            #expect(try await memory.save([named], to: "s").sequences == 1..<2)
            #expect(try await memory.load("s").count == 1)
            try await memory.close()
        }

        @Test(arguments: [":state", "garbage"], [SessionOrder.id, .updated, .size])
        func `a session that can't be read is listed among the others`(_ part: String, _ order: SessionOrder)
            async throws
        {
            let fixture = try await Fixture()
            let memory = try await fixture.open()
            for number in 0..<20 { try await memory.save(texts("x"), to: "s\(number)") }
            let whole = try await memory.sessions(by: order, after: nil, limit: 100).sessions
            let key = fixture.prefix + "{s7}:state"
            if part == ":state" {
                try await fixture.command("SET", key, "theirs")
            } else {
                try await fixture.command("HSET", key, "count", "many")
            }
            let listed = try await memory.sessions(by: order, after: nil, limit: 100).sessions
            #expect(listed.map(\.id) == whole.map(\.id))
            #expect(
                listed.map(\.updatedAt) == whole.map(\.updatedAt) && listed.map(\.byteCount) == whole.map(\.byteCount))
            let error = await failure { _ = try await memory.info("s7") }
            #expect(error?.code == .damaged && error?.message.contains(key.debugDescription) == true)
            // What clears by the times of sessions must know them.
            #expect(await failure { _ = try await memory.clearSessions(olderThan: .now) }?.code == .damaged)
            try await memory.close()
        }

        @Test(arguments: [":updated", ":ids", ":sizes", ":expiry"])
        func `a key of the index of another type`(_ part: String) async throws {
            let fixture = try await Fixture()
            let memory = try await fixture.open()
            let key = fixture.prefix + "{%}" + part
            try await fixture.command("SET", key, "theirs")
            let error = await failure { try await memory.save(texts("x"), to: "s") }
            #expect(error?.code == .damaged)
            #expect(error?.message.contains(key.debugDescription) == true)
            #expect(try await memory.load("s").isEmpty)
            try await memory.close()
        }

        @Test(arguments: [
            "", "garbage", "1", "1:", "1:2", "1:2:", "1:2:{", "1:2:{}", "1:2:[]",
            "0:2:{\"role\":\"user\",\"content\":\"\"}",
            "x:2:{\"role\":\"user\",\"content\":\"\"}", "1:2:l5:abc", "1:2:l99999999999:abc", "1:2:l:", "1:2:ll",
            "1:2:l0:", "1:2:z5:abc",
            "-1:2:{}", "99999999999999999999:1:{}",
        ])
        func `a value that is no message`(_ value: String) async throws {
            let fixture = try await Fixture()
            let memory = try await fixture.open()
            try await memory.save(texts("a"), to: "s")
            try await memory.save(texts("whole"), to: "other")
            let key = fixture.prefix + "{s}:messages"
            try await fixture.command("LSET", key, "0", value)
            for load in [
                { _ = try await memory.load("s") }, { _ = try await memory.load("s", limit: 1, before: 9) },
                { _ = try await memory.load("s", from: 1, limit: 9) }, { _ = try await memory.search("a", in: "s") },
            ] as [() async throws -> Void] {
                let error = await failure(of: load)
                #expect(error?.code == .damaged)
                #expect(error?.message.contains(key.debugDescription) == true)
                #expect(error?.place.session == "s")
            }
            #expect(try await memory.load("other").count == 1)
            try await memory.clear("s")
            #expect(try await memory.save(texts("b"), to: "s").sequences == 1..<2)
            try await memory.close()
        }

        /// In the checksum, in the letters of the text, and in the length of the match that repeats them.
        @Test(arguments: [0, 2, 20, 80, 90, 100, 105, 110, 115])
        func `a compressed value with a bit turned`(_ offset: Int) async throws {
            let fixture = try await Fixture()
            let memory = try await fixture.open()
            let long = String(repeating: "the same again and again ", count: 200)
            try await memory.save(texts(long), to: "s")
            let key = fixture.prefix + "{s}:messages"
            guard case .string(var bytes) = try await fixture.command("LINDEX", key, "0") else {
                Issue.record("There is no value")
                return
            }
            #expect(bytes.count < long.utf8.count / 4)
            let mark = try #require(bytes.firstIndex(of: UInt8(ascii: "l")))
            let colon = try #require(bytes[mark...].firstIndex(of: UInt8(ascii: ":")))
            try #require(colon + 1 + offset < bytes.count)
            bytes[colon + 1 + offset] ^= 4
            let turned = bytes
            try await withRawClient(fixture.server) { client in
                var pipeline = RedisPipeline()
                pipeline.append("LSET", key, 0, turned)
                _ = try await client.send(pipeline)
            }
            #expect(await failure { _ = try await memory.load("s") }?.code == .damaged)
            try await memory.close()
        }

        @Test(arguments: [":messages", ":state"])
        func `a key that the server has evicted`(_ part: String) async throws {
            let fixture = try await Fixture()
            let memory = try await fixture.open()
            try await memory.save(texts("a", "b"), to: "s")
            try await fixture.command("DEL", fixture.prefix + "{s}" + part)
            #expect(await failure { _ = try await memory.load("s") }?.code == .damaged)
            #expect(await failure { try await memory.save(texts("c"), to: "s") }?.code == .damaged)
            #expect(await failure { try await memory.trim("s", toLast: 1) }?.code == .damaged)
            try await memory.clear("s")
            #expect(try await memory.save(texts("c"), to: "s").sequences == 1..<2)
            try await memory.close()
        }

        @Test(arguments: ["last", "count", "bytes", "created", "expires"])
        func `a state that makes no sense`(_ field: String) async throws {
            let fixture = try await Fixture()
            let memory = try await fixture.open()
            try await memory.save(texts("a", "b"), to: "s")
            let key = fixture.prefix + "{s}:state"
            try await fixture.command("HSET", key, field, "soon")
            for call in [
                { _ = try await memory.load("s") }, { try await memory.save(texts("c"), to: "s") },
                { _ = try await memory.info("s") }, { try await memory.setMetadata(["a": 1], for: "s") },
                { _ = try await memory.removeLast(1, from: "s") },
            ] as [() async throws -> Void] {
                let error = await failure(of: call)
                #expect(error?.code == .damaged)
                #expect(error?.message.contains(key.debugDescription) == true)
            }
            #expect(try await fixture.command("LLEN", fixture.prefix + "{s}:messages") == .integer(2))
            try await memory.close()
        }
    }
#endif
