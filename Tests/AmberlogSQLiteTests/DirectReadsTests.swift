#if SQLite
    import AgentMemory
    @testable import AmberlogSQLite
    import GRDB
    import Testing

    /// Loads that stay on the thread that calls them are short; whatever may not be is left to another thread.
    @Suite struct DirectReadsTests {
        private let fixture: Fixture
        private let statements: PageRead.Texts

        init() throws {
            fixture = try Fixture()
            statements = PageRead.Texts(try TableNames(table: "conversations"))
        }

        private func newest(_ limit: Int) -> PageRead {
            PageRead(order: .newest, session: "s", now: .now, sequence: .max, limit: limit)
        }

        @Test func `a few messages`() async throws {
            let memory = try await fixture.open()
            let messages = texts("one", "two", "three")
            try await memory.save(messages, to: "s")
            let reads = DirectReads(path: fixture.path)
            #expect(try reads.page(newest(2), statements) == Array(messages.suffix(2)))
            #expect(try reads.page(newest(256), statements) == messages)
            reads.close()
            try await memory.close()
        }

        @Test(arguments: [-1, 257])
        func `more than a few`(_ limit: Int) async throws {
            let memory = try await fixture.open()
            try await memory.save(texts("one"), to: "s")
            let reads = DirectReads(path: fixture.path)
            #expect(try reads.page(newest(limit), statements) == nil)
            reads.close()
            try await memory.close()
        }

        @Test func `messages of many bytes`() async throws {
            let memory = try await fixture.open()
            let long = texts(String(repeating: "x", count: 300_000), "short")
            try await memory.save(long, to: "s")
            let reads = DirectReads(path: fixture.path)
            #expect(try reads.page(newest(2), statements) == nil)
            #expect(try reads.page(newest(1), statements) == Array(long.suffix(1)))
            #expect(try await memory.load("s", limit: 2) == long)
            reads.close()
            try await memory.close()
        }

        @Test func `a file that is locked isn't waited for`() async throws {
            let memory = try await fixture.open()
            try await memory.save(texts("one"), to: "s")
            try await memory.close()
            let owner = try DatabaseQueue(path: fixture.path)
            try await owner.writeWithoutTransaction { db in
                try db.execute(sql: "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT")
            }
            let reads = DirectReads(path: fixture.path)
            #expect(try reads.page(newest(1), statements) == nil)
            try owner.close()
            #expect(try reads.page(newest(1), statements) == texts("one"))
            reads.close()
        }

        @Test func `none any more`() async throws {
            let memory = try await fixture.open()
            try await memory.save(texts("one"), to: "s")
            let reads = DirectReads(path: fixture.path)
            reads.close()
            #expect(try reads.page(newest(1), statements) == nil)
            // And where no file can be opened.
            #expect(try DirectReads(path: fixture.path + "/nowhere").page(newest(1), statements) == nil)
            try await memory.close()
        }
    }
#endif
