#if SQLite
    import AgentMemory
    @testable import AmberlogSQLite
    import AmberlogTestKit
    import Foundation
    import GRDB
    import Testing

    /// Values that only another program can have written, and damaged files: typed errors, no trap.
    @Suite struct DamageTests {
        @Test(arguments: [
            "UPDATE conversations_messages SET content = x'FF' WHERE sequence = 2",
            "UPDATE conversations_messages SET role = x'C0AF' WHERE sequence = 2",
            "UPDATE conversations_messages SET timestamp = 'yesterday'",
            "UPDATE conversations_messages SET sequence = -5 WHERE sequence = 2",
            "UPDATE conversations_messages SET sequence = 1.5 WHERE sequence = 2",
            "UPDATE conversations_messages SET id = x'80' WHERE sequence = 2",
        ])
        func `messages`(_ sql: String) async throws {
            let fixture = try Fixture()
            let memory = try await fixture.open()
            try await memory.save(texts("one", "two", "three"), to: "s")
            try fixture.execute(sql)
            let error = await #expect(throws: MemoryError.self) { _ = try await memory.load("s") }
            #expect(error?.code == .damaged && error?.place == MemoryError.Place(session: "s", file: fixture.path))
            try await memory.save(texts("x"), to: "t")
            try fixture.execute("UPDATE conversations_messages SET timestamp = 0 WHERE timestamp = 'yesterday'")
            #expect(try await memory.load("t").count == 1)
            // What can't be read can be removed.
            try await memory.clear("s")
            #expect(try await memory.load("s").isEmpty)
            #expect(try await memory.search("one three", in: nil).isEmpty)
            try await memory.save(texts("two"), to: "s")
            #expect(try await memory.search("two", in: nil) == texts("two"))
            try await memory.close()
        }

        @Test(arguments: [
            "last_sequence = -1", "last_sequence = 'x'", "message_count = -1", "message_count = 1.5", "byte_count = -1",
            "updated_at = 'x'", "created_at = x'00'", "expires_at = 'never'", "metadata = '{'", "metadata = '[1]'",
            "session_id = x'FF'",
        ])
        func `sessions`(_ assignment: String) async throws {
            let fixture = try Fixture()
            let memory = try await fixture.open()
            try await memory.save(texts("one", "two", "three"), to: "s")
            try fixture.execute("UPDATE conversations_sessions SET \(assignment)")
            let infos = await code { _ = try await memory.info("s") }
            let listing = await code { _ = try await memory.sessions(by: .id, after: nil, limit: 9) }
            #expect(infos == .damaged || listing == .damaged)
            try await memory.close()
        }

        @Test func `numbers that leave no room`() async throws {
            let fixture = try Fixture()
            let memory = try await fixture.open()
            try await memory.save(texts("one"), to: "s")
            try fixture.execute(
                """
                UPDATE conversations_sessions SET last_sequence = \(Int64.max), message_count = \(Int64.max),
                byte_count = \(Int64.max), updated_at = \(Int64.min), expires_at = \(Int64.max)
                """)
            #expect(await code { try await memory.save(texts("x"), to: "s") } == .damaged)
            try fixture.execute("UPDATE conversations_sessions SET last_sequence = \(Int64.max - 1)")
            #expect(try await memory.save(texts("x"), to: "s").sequences.lowerBound == UInt64(Int64.max))
            #expect(try await memory.info("s")?.messageCount == .max)
            #expect(try await memory.load("s", limit: 1, before: .max).count == 1)
            #expect(try await memory.removeLast(5, from: "s").count == 2)
            try await memory.clear("s")
            try await memory.close()
        }

        @Test func `metadata that are no JSON read as they are`() async throws {
            let fixture = try Fixture()
            let memory = try await fixture.open()
            try await memory.save(texts("one"), to: "s")
            try fixture.execute("UPDATE conversations_messages SET metadata = 'nonsense'")
            #expect(try await memory.load("s").first?.metadata == ["": "nonsense"])
            try await memory.close()
        }

        @Test func `overwritten pages`() async throws {
            let fixture = try Fixture()
            let memory = try await fixture.open()
            for session in 0..<50 { try await memory.save(texts((0..<50).map { "message \($0)" }), to: "s\(session)") }
            try await memory.close()
            var bytes = try Data(contentsOf: URL(filePath: fixture.path))
            for offset in stride(from: 8192, to: bytes.count, by: 4096) {
                bytes.replaceSubrange(offset..<offset + 2048, with: Data(repeating: 0xA5, count: 2048))
            }
            try bytes.write(to: URL(filePath: fixture.path))
            #expect(
                await code {
                    let memory = try await fixture.open()
                    for session in 0..<50 { _ = try await memory.load("s\(session)") }
                } == .damaged)
        }

        @Test(arguments: [
            (ResultCode.SQLITE_FULL, MemoryError.Code.noSpace, MemoryError.Retry.later),
            (.SQLITE_BUSY, .locked, .later), (.SQLITE_BUSY_SNAPSHOT, .locked, .later),
            (.SQLITE_CORRUPT, .damaged, .never), (.SQLITE_CORRUPT_VTAB, .damaged, .never),
            (.SQLITE_NOTADB, .damaged, .never),
            (.SQLITE_READONLY, .readOnly, .never), (.SQLITE_IOERR_FSYNC, .inputOutput, .never),
            (.SQLITE_TOOBIG, .tooLarge, .never), (.SQLITE_CANTOPEN, .inputOutput, .never),
        ])
        func `errors of SQLite's`(_ code: ResultCode, _ expected: MemoryError.Code, _ retry: MemoryError.Retry) {
            let error = MemoryError(
                DatabaseError(resultCode: code, message: "reason", sql: "SELECT 'secret'"),
                at: MemoryError.Place(session: "s"))
            #expect(error.code == expected && error.retry == retry && error.place.session == "s")
            #expect(error.message == "SQLite: reason (code \(code.rawValue))")
        }

        @Test func `an SQLite without FTS5`() async throws {
            let fixture = try Fixture()
            let error = try #require(throws: DatabaseError.self) {
                try fixture.execute("CREATE VIRTUAL TABLE t USING fts6 (a)")
            }
            #expect(MemoryError(error, at: MemoryError.Place()).code == .unsupported)
        }
    }
#endif
