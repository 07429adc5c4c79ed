#if SQLite
    import AgentMemory
    import AmberlogSQLite
    import AmberlogTestKit
    import Foundation
    import Testing

    /// A process is killed at any moment, again and again: what it acknowledged is there, and every save is whole.
    @Suite struct KillTests {
        @Test func `40 rounds`() async throws {
            let fixture = try Fixture()
            var generator = AmberlogTestKit.SeededGenerator(seed: TestSeed.next(named: "kills of an SQLite writer"))
            var saves = 0
            for round in 1...40 {
                let child = try Child(fixture.path, "s")
                // Some of them while another process writes as well.
                if round.isMultiple(of: 4) {
                    let memory = try await fixture.open()
                    for _ in 0..<5 { try await memory.save(texts("beside"), to: "other") }
                    try await memory.close()
                }
                try await Task.sleep(for: .milliseconds(5 + generator.below(120)))
                let lines = child.kill()
                #expect(!lines.contains { $0.hasPrefix("failed") }, "round \(round): \(lines)")
                let memory = try await fixture.open()
                let messages = try await memory.load("s")
                // The last line may be cut, and one more save may have gone through.
                let acknowledged = lines.dropLast().compactMap { Int($0) }.max() ?? 0
                let last = Int(messages.last?.content ?? "0") ?? 0
                #expect(last >= acknowledged, "round \(round)")
                let expected = (0..<last).flatMap { Array(repeating: "\($0 + 1)", count: 1 + ($0 + 1) % 4) }
                try #require(messages.map(\.content) == expected, "round \(round)")
                #expect(messages.map(\.sequence) == (0..<messages.count).map { UInt64($0 + 1) }, "round \(round)")
                #expect(try await memory.info("s")?.messageCount ?? 0 == messages.count, "round \(round)")
                if last > 0 {
                    #expect(
                        try await memory.search("\(last)", in: "s", limit: 9).count == 1 + last % 4, "round \(round)")
                }
                try await memory.close()
                saves = last
            }
            print("kills of an SQLite writer: \(saves) saves")
            #expect(saves > 40)
        }
    }
#endif
