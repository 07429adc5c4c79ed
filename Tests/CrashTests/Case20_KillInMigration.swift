import AgentMemory
import Amberlog
import AmberlogTestKit
import Foundation
import StoreModel
import Testing

/// A migration is killed at any moment and run again, until it is done: the copy is its source, whole and once.
@Suite(.ownThreads) struct Case20_KillInMigration {
    @Test func `until it is done`() async throws {
        let directory = try TemporaryDirectory()
        var generator = SeededGenerator(seed: TestSeed.next(named: "case 20, migration"))
        let source = try await AmberlogStore.open(directory.path + "/source")
        for session in 0..<30 {
            var messages = numbered(1...(1 + session * 2), bytes: 50)
            for index in messages.indices where index % 3 == 0 { messages[index].id = "\(session).\(index)" }
            try await source.save(messages, to: "s\(session)", expecting: nil, origin: ["line": .integer(7)])
            try await source.setMetadata(["title": .string("\(session)")], for: "s\(session)")
        }
        let end = LongRun.end()
        var kills = 0
        for copy in 0... {
            kills += try await migrate(directory.path, "/copy\(copy)", source, &generator)
            if let end { if end < .now { break } } else if kills >= 15 { break }
        }
        try await source.close()
        print("case 20, migration: \(kills) kills")
    }

    /// - Returns: How often it was killed.
    private func migrate(
        _ directory: String, _ name: String, _ source: AmberlogStore, _ generator: inout SeededGenerator
    ) async throws -> Int {
        let path = directory + name
        var kills = 0
        while true {
            let child = try ChildProcess("migrate", directory + "/source", path)
            let begun = try await child.firstLine()
            #expect(begun == "begun")
            // The later runs have less to do: so that one of them comes to the end.
            usleep(UInt32(generator.below(20_000) * (1 + kills / 3)))
            let said = child.kill()
            if said.contains(where: { $0.hasPrefix("failed") }) { Issue.record("\(said)") }
            if said.contains(where: { $0.hasPrefix("done") }) { break }
            kills += 1
        }
        let copy = try await AmberlogStore.open(path)
        for try await info in source.allSessions() {
            #expect(try await copy.load(info.id) == source.load(info.id), "\(info.id) after \(kills) kills")
            let copied = try await copy.info(info.id)
            #expect(copied?.metadata == ["title": .string(String(info.id.dropFirst()))])
            #expect(copied?.createdAt == info.createdAt)
            #expect(try await copy.origin(of: info.id)?["line"] == 7)
        }
        #expect(copy.statistics.sessions == 30)
        try await copy.close()
        try FileManager.default.removeItem(atPath: path)
        return kills
    }
}
