import AgentMemory
import Amberlog
import AmberlogTestKit
import Foundation
import StoreModel
import Testing

/// A real process is killed at any moment, again and again: what it acknowledged over a pipe is there.
@Suite(.ownThreads) struct Case20_KillInALoop {
    @Test func `200 rounds`() async throws {
        let directory = try TemporaryDirectory()
        var generator = SeededGenerator(seed: TestSeed.next(named: "case 20"))
        var known = [Int](repeating: 0, count: 4)
        var saves = 0
        for round in 1...200 {
            let durability = ["synced", "buffered", "interval"][round % 3]
            let child = try ChildProcess("write", directory.path, durability)
            // From before it has opened the store to long after.
            try await child.hasSaid(generator.below(14))
            usleep(UInt32(generator.below(20_000)))
            var acknowledged = known
            for line in child.kill() {
                let words = line.split(separator: " ")
                // The last line may be cut.
                guard words.count == 2, let writer = Int(words[0]), let number = Int(words[1]), writer < 4 else {
                    #expect(!line.hasPrefix("failed"), "round \(round): \(line)")
                    continue
                }
                acknowledged[writer] = max(acknowledged[writer], number)
                saves += 1
            }
            let store = try await AmberlogStore.open(directory.path)
            // Everything after it would only repeat it.
            try #require(store.statistics.damages.isEmpty, "round \(round): \(store.statistics.damages)")
            for writer in 0..<4 {
                let session = "session \(writer)"
                let last = Int(try await store.info(session)?.lastSequence ?? 0)
                // One more save may have been under way, whole.
                let next = acknowledged[writer] + 1
                #expect(
                    last == acknowledged[writer] || last == acknowledged[writer] + 1 + next % 5,
                    "round \(round), \(durability), \(session): \(last) after \(acknowledged[writer]) were acknowledged"
                )
                let from = round % 20 == 0 ? 1 : max(1, known[writer] - 5)
                let messages = try await store.load(session, from: UInt64(from), limit: .max)
                #expect(
                    messages.map { Int($0.sequence ?? 0) } == Array(from..<max(from, last + 1)),
                    "round \(round), \(session)")
                for message in messages where !isWhole(message, of: session) {
                    Issue.record("round \(round), \(session): wrong bytes in message \(message.sequence ?? 0)")
                }
                known[writer] = last
            }
            try await store.close()
        }
        print("case 20: 200 kills, \(saves) acknowledged saves, \(known.reduce(0, +)) messages")
        #expect(saves > 1000)
    }

    private func isWhole(_ message: Message, of session: String) -> Bool {
        let number = Int(message.sequence ?? 0)
        return message.content
            == "\(session), \(number): " + String(repeating: "word\(number) ", count: number * 37 % 150)
            && message.timestamp == Timestamp(microseconds: Int64(number))
    }
}
