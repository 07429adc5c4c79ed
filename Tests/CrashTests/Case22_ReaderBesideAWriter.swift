import AgentMemory
import Amberlog
import AmberlogTestKit
import Foundation
import StoreModel
import Testing

/// A reader in this process beside a writer in another one, which saves, checkpoints, compacts and merges all the time:
/// the reader never sees anything but whole saves, in order, and moves on when it is told to.
@Suite(.ownThreads) struct Case22_ReaderBesideAWriter {
    @Test func `for five seconds, or for as long as there is time`() async throws {
        let directory = try TemporaryDirectory()
        let child = try ChildProcess("write", directory.path, "synced")
        _ = try await child.firstLine()
        let end = LongRun.end() ?? .now + .seconds(5)
        var options = StoreOptions()
        options.access = .readOnly
        var known = [Int](repeating: 0, count: 4)
        var looks = 0, reader = try await AmberlogStore.open(directory.path, options: options)
        while .now < end || looks < 10 {
            looks += 1
            if looks.isMultiple(of: 7) {
                try await reader.close()
                reader = try await AmberlogStore.open(directory.path, options: options)
            } else {
                try await reader.refresh()
            }
            try #require(reader.statistics.damages.isEmpty, "\(reader.statistics.damages)")
            for writer in 0..<4 {
                let session = "session \(writer)"
                let messages = try await reader.load(session, from: UInt64(max(1, known[writer] - 20)), limit: .max)
                let numbers = messages.compactMap(\.sequence).map(Int.init)
                let last = numbers.last ?? 0
                try #require(last >= known[writer], "\(session) went back from \(known[writer]) to \(last)")
                try #require(numbers == Array((numbers.first ?? 1)..<(last + 1)), "\(session): \(numbers)")
                try #require(messages.allSatisfy { $0.content.hasPrefix("\(session), \($0.sequence ?? 0): ") })
                known[writer] = last
            }
            if looks.isMultiple(of: 3) {
                let word = "word\(max(1, known[0] - 3))"
                let hits = try await reader.searchHits("+" + word, in: "session 0", options: SearchOptions())
                try #require(hits.allSatisfy { $0.message.content.contains(word) })
            }
            if looks.isMultiple(of: 10) {
                let report = try await AmberlogStore.verify(directory.path, depth: .standard)
                try #require(report.isWhole, "\(report.damages)")
            }
        }
        try await reader.close()
        _ = child.kill()
        print("case 22, a reader beside a writer: \(looks) looks, \(known.reduce(0, +)) messages")
        #expect(known.allSatisfy { $0 > 10 })
    }
}
