#if SQLite
    import AgentMemory
    import Foundation
    import Testing

    @testable import ForeignDatabases
    @testable import ForeignStores

    /// The databases that `make foreign-stores` has made, all of them where AMBERLOG_FOREIGN_STORES tells, a little of
    /// each layout always.
    @Suite struct GeneratedDatabasesTests {
        static let expectations: [DatabaseExpectation] = {
            var folders = [
                URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                    .appending(path: "Fixtures/foreign").path
            ]
            if let named = ProcessInfo.processInfo.environment["AMBERLOG_FOREIGN_STORES"] { folders.append(named) }
            return folders.flatMap { folder in
                DatabaseExpectation.layouts.keys.sorted().map {
                    DatabaseExpectation(expectation: Expectation(folder: "\(folder)/\($0)"))
                }
            }
            .filter { FileManager.default.fileExists(atPath: $0.expectation.folder) }
        }()

        @Test func `every layout is there`() {
            #expect(Set(Self.expectations.map(\.testDescription)) == Set(DatabaseExpectation.layouts.keys))
        }

        @Test(arguments: expectations)
        func `messages, sessions and refusals are as expected, and nothing is written`(
            _ database: DatabaseExpectation
        ) throws {
            let paths = try database.copy()
            let folder = URL(filePath: try #require(paths.first)).deletingLastPathComponent().path
            let before = try contents(ofDirectory: folder)
            var found = Found()
            for path in paths {
                let sources = try DatabaseSource.sources(in: path)
                #expect(sources.map(\.layout.name) == [database.layout])
                #expect(sources.first?.recognition.confidence == .certain)
                let read = try Found.read(try #require(sources.first), keys: try database.keys())
                found.said += read.said
                found.sessions.merge(read.sessions) { _, new in new }
                found.refusals += read.refusals
            }
            #expect(try contents(ofDirectory: folder) == before)
            let expected = try database.expectation.messages()
            #expect(Set(found.said.map(\.session)) == Set(expected.keys))
            for (session, messages) in expected {
                if let difference = difference(found.messages(session), messages) {
                    Issue.record("session \(session): \(difference)")
                }
            }
            #expect(found.sessions == (try database.expectation.sessions().filter { expected[$0.key] != nil }))
            #expect(Int64(found.refusals.count) == (try database.expectation.refused), "\(found.refusals)")
            try FileManager.default.removeItem(atPath: folder)
        }
    }
#endif
