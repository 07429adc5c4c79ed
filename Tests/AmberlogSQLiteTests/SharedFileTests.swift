#if SQLite
    import AgentMemory
    import AmberlogSQLite
    import AmberlogTestKit
    import Foundation
    import GRDB
    import Testing

    /// Several backends, and several processes, on one file.
    @Suite struct SharedFileTests {
        @Test func `what one has saved, the other sees`() async throws {
            let fixture = try Fixture()
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

        @Test func `saves of two at once are whole and in one row`() async throws {
            let fixture = try Fixture()
            let memories = [try await fixture.open(), try await fixture.open()]
            try await withThrowingTaskGroup(of: Void.self) { group in
                for task in 0..<8 {
                    group.addTask {
                        for number in 0..<10 {
                            try await memories[task % 2].save(texts("\(task) \(number)", "\(task) \(number)"), to: "s")
                        }
                    }
                }
                try await group.waitForAll()
            }
            let messages = try await memories[0].load("s")
            #expect(messages.map(\.sequence) == (1...160).map { UInt64($0) })
            for index in stride(from: 0, to: 160, by: 2) { #expect(messages[index] == messages[index + 1]) }
            for memory in memories { try await memory.close() }
        }

        @Test func `two processes compare and append`() async throws {
            let fixture = try Fixture()
            // Each of them may be the one that makes the tables.
            let children = try (0..<3).map { _ in try Child(fixture.path, "counter", "30") }
            for child in children { #expect(child.lines() == ["done"]) }
            let memory = try await fixture.open()
            #expect(try await memory.load("counter").map(\.content) == (1...90).map(String.init))
            try await memory.close()
        }

        @Test func `a file that stays locked`() async throws {
            let fixture = try Fixture()
            let memory = try await fixture.open(busyTimeout: .milliseconds(10))
            try await memory.save(texts("x"), to: "s")
            var configuration = Configuration()
            configuration.allowsUnsafeTransactions = true
            let other = try DatabaseQueue(path: fixture.path, configuration: configuration)
            try await other.writeWithoutTransaction { db in try db.execute(sql: "BEGIN IMMEDIATE") }
            let error = await #expect(throws: MemoryError.self) { try await memory.save(texts("y"), to: "s") }
            #expect(error?.code == .locked && error?.retry == .later && error?.place.session == "s")
            #expect(try await memory.load("s") == texts("x"))
            try await other.writeWithoutTransaction { db in try db.execute(sql: "COMMIT") }
            try await memory.save(texts("y"), to: "s")
            #expect(try await memory.load("s") == texts("x", "y"))
            try other.close()
            try await memory.close()
        }
    }
#endif
