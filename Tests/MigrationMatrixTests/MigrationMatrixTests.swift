#if SQLite && Redis && PostgreSQL
    import AgentMemory
    import AmberlogTestKit
    import BackendMatrix
    import Testing

    /// Between any two backends, on real servers: every message, its metadata and its id, the metadata, the age and the time
    /// to live of every session.
    @Suite struct MigrationMatrixTests {
        struct Pair: Sendable, CustomTestStringConvertible {
            var source: BackendKind
            var target: BackendKind
            var testDescription: String { "\(source.rawValue) to \(target.rawValue)" }
        }

        static let pairs = BackendKind.allCases.flatMap { source in
            BackendKind.allCases.filter { $0 != source }.map { Pair(source: source, target: $0) }
        }

        @Test(arguments: pairs)
        func `a copy is its source`(_ pair: Pair) async throws {
            let directory = try TemporaryDirectory()
            let name = "\(pair.source.rawValue)_\(pair.target.rawValue)"
            let source = try await pair.source.make(at: "from_" + name, in: directory)
            try await MigrationSample.save(to: source)
            try #require(try await MigrationSample.differences(in: source) == [])
            let target = try await pair.target.make(at: "to_" + name, in: directory)

            // Some of it, and then the rest.
            let some = try await migrateMemory(
                from: source, to: target, sessions: Array(MigrationSample.sessions.prefix(2)), batchSize: 7)
            #expect(some.success, "\(some.errors)")
            let result = try await migrateMemory(
                from: source, to: target, batchSize: 50, options: MigrationOptions(verification: .digest))
            #expect(result.success, "\(result.errors)")
            #expect(result.losses == [:])
            #expect(result.unchangedSessions == 2)
            #expect(try await MigrationSample.differences(in: target) == [])

            // Again: nothing twice; and what has come since.
            let again = try await migrateMemory(from: source, to: target)
            #expect(again.success && again.totalMessages == 0, "\(again.errors)")
            let more = Message(role: .user, content: "one more", timestamp: Timestamp(microseconds: 7))
            try await source.save([more], to: "tools")
            let grown = try await migrateMemory(
                from: source, to: target, options: MigrationOptions(verification: .digest))
            #expect(grown.success && grown.totalMessages == 1, "\(grown.errors)")
            #expect(try await target.load("tools") == source.load("tools"))
            try await target.close()
            try await source.close()
        }

        @Test(arguments: pairs)
        func `what is found in the source is found in the copy`(_ pair: Pair) async throws {
            let directory = try TemporaryDirectory()
            let name = "s_\(pair.source.rawValue)_\(pair.target.rawValue)"
            let source = try await pair.source.make(at: "from_" + name, in: directory)
            try await MigrationSample.save(to: source)
            let target = try await pair.target.make(at: "to_" + name, in: directory)
            #expect(try await migrateMemory(from: source, to: target, sessions: ["long", "tools"]).success)
            for query in ["word7", "oslo"] {
                // How many of them are worth showing is up to each backend.
                let found = try await target.search(query, limit: 100)
                #expect(!found.isEmpty)
                #expect(found.contains { $0.content.lowercased().contains(query) })
            }
            try await target.close()
            try await source.close()
        }
    }
#endif
