import AgentMemory
import Amberlog
import Foundation
import Testing

/// A store of another library, and what an import of it has to give: see Tests/ForeignStores.
struct ForeignStore: CustomTestStringConvertible {
    /// A little of each layout, and whatever AMBERLOG_FOREIGN_STORES has.
    static let all: [ForeignStore] = {
        var folders = [
            URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .deletingLastPathComponent().appending(path: "Fixtures/foreign").path
        ]
        if let named = ProcessInfo.processInfo.environment["AMBERLOG_FOREIGN_STORES"] { folders.append(named) }
        return folders.flatMap { folder in layouts.map { ForeignStore(folder: folder, layout: $0) } }
            .filter { FileManager.default.fileExists(atPath: $0.path) }
    }()

    private static let layouts = [
        "openai-chat", "claude-code", "chatgpt-export", "chatgpt-export-split", "claude-export", "foundation-models",
        "strands-files", "langchain-file",
    ]
    static let unknownTime = Timestamp(microseconds: 42)

    let folder: String
    let layout: String
    var path: String { folder + "/" + layout }
    var testDescription: String { layout }

    /// The store without what stands beside it.
    func copy(to directory: String) throws -> String {
        let copy = directory + "/" + layout
        try FileManager.default.copyItem(atPath: path, toPath: copy)
        for name in ["expected.jsonl", "sessions.jsonl", "NOTES.json"] {
            try? FileManager.default.removeItem(atPath: copy + "/" + name)
        }
        return copy
    }

    /// Messages by session; those without a time have ``unknownTime``.
    func expected() throws -> [String: [Message]] {
        var messages: [String: [Message]] = [:]
        for line in try lines("expected.jsonl") {
            let line = try MessageLine(parsing: line, timestamp: Self.unknownTime)
            messages[try #require(line.session), default: []].append(line.message)
        }
        return messages
    }

    func expectedSessions() throws -> [String: [String: JSONValue]] {
        guard FileManager.default.fileExists(atPath: path + "/sessions.jsonl") else { return [:] }
        return Dictionary(
            try lines("sessions.jsonl").map { line in
                let json = try JSONValue(parsing: line)
                return (try #require(json["session_id"]?.stringValue), json["metadata"]?.objectValue ?? [:])
            }
        ) { _, last in last }
    }

    func refused() throws -> Int64 {
        let notes = try JSONValue(parsing: try Data(contentsOf: URL(filePath: path + "/NOTES.json")).map { $0 })
        return try #require(notes["expected"]?["refused"]?.integerValue)
    }

    private func lines(_ name: String) throws -> [String] {
        try Data(contentsOf: URL(filePath: path + "/" + name)).split(separator: 0x0A).map {
            String(decoding: $0, as: UTF8.self)
        }
    }
}

/// What a store holds, opened for reading.
struct StoreContents {
    var messages: [String: [Message]] = [:]
    var metadata: [String: [String: JSONValue]] = [:]

    init(_ path: String) async throws {
        var options = StoreOptions()
        options.access = .readOnly
        let store = try await AmberlogStore.open(path, options: options)
        var page = try await store.sessions(by: .id, after: nil, limit: 1000)
        while true {
            for session in page.sessions {
                messages[session.id] = try await store.load(session.id)
                let known = try await store.info(session.id)?.metadata ?? [:]
                if !known.isEmpty { metadata[session.id] = known }
            }
            guard let next = page.next else { break }
            page = try await store.sessions(by: .id, after: next, limit: 1000)
        }
        try await store.close()
    }

    /// Fails the test where messages or sessions are not as expected.
    func expect(_ store: ForeignStore, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let expected = try store.expected()
        #expect(Set(messages.keys) == Set(expected.keys), sourceLocation: sourceLocation)
        for (session, expected) in expected {
            let found = messages[session] ?? []
            #expect(found.count == expected.count, "session \(session)", sourceLocation: sourceLocation)
            for (index, (found, expected)) in zip(found, expected).enumerated() {
                var (found, expected) = (found, expected)
                if expected.timestamp == ForeignStore.unknownTime { expected.timestamp = found.timestamp }
                found.metadata["original"] = nil
                guard found != expected else { continue }
                Issue.record(
                    "session \(session), message \(index + 1): \(found.toJSON()) is not \(expected.toJSON())",
                    sourceLocation: sourceLocation)
                break
            }
        }
        let described = metadata.compactMapValues { metadata in
            let known = metadata.filter { $0.key != "original" }
            return known.isEmpty ? nil : known
        }
        // A conversation without messages has a title all the same, but is no session.
        let sessions = try store.expectedSessions().filter { expected[$0.key] != nil }
        #expect(described == sessions, sourceLocation: sourceLocation)
    }
}
