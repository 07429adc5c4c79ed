import AgentMemory
import Foundation
import Testing

@testable import ForeignStores

/// The stores that `make foreign-stores` has made, all of them where AMBERLOG_FOREIGN_STORES tells, a little of each
/// layout always.
@Suite struct GeneratedStoresTests {
    static let expectations: [Expectation] = {
        var folders = [
            URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .appending(path: "Fixtures/foreign").path
        ]
        if let named = ProcessInfo.processInfo.environment["AMBERLOG_FOREIGN_STORES"] { folders.append(named) }
        return folders.flatMap { folder in Expectation.layouts.map { Expectation(folder: "\(folder)/\($0)") } }
            .filter { FileManager.default.fileExists(atPath: $0.folder) }
    }()

    @Test func `every layout is there`() {
        #expect(Set(Self.expectations.map(\.testDescription)) == Set(Expectation.layouts))
    }

    @Test(arguments: expectations)
    func `messages, sessions and refusals are as expected`(_ expectation: Expectation) throws {
        let found = try Expectation.read(try expectation.walk(chosen: true).sources)
        let expected = try expectation.messages()
        #expect(Set(found.said.map(\.session)) == Set(expected.keys))
        for (session, messages) in expected {
            if let difference = difference(found.messages(session), messages) {
                Issue.record("session \(session): \(difference)")
            }
        }
        // A conversation without messages has a title all the same, but is no session.
        #expect(found.sessions == (try expectation.sessions().filter { expected[$0.key] != nil }))
        #expect(Int64(found.refusals.count) == (try expectation.refused), "\(found.refusals)")
    }
}
