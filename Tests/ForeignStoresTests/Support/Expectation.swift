import AgentMemory
import Foundation
import Testing

@testable import ForeignStores

/// A store of another library, and what an import of it has to give: see Tests/ForeignStores.
struct Expectation: CustomTestStringConvertible {
    static let layouts = [
        "openai-chat", "claude-code", "chatgpt-export", "chatgpt-export-split", "claude-export", "foundation-models",
        "strands-files", "langchain-file",
    ]

    let folder: String
    var testDescription: String { FileName.last(of: folder) }
    var layout: any FileLayout {
        get throws { try #require(ForeignLayouts.files[FileName.last(of: folder)] as? any FileLayout) }
    }

    /// Messages by session, in their order.
    func messages() throws -> [String: [Message]] {
        var messages: [String: [Message]] = [:]
        for line in try lines("expected.jsonl") {
            let line = try MessageLine(parsing: line, timestamp: Found.unknownTime)
            messages[try #require(line.session), default: []].append(line.message)
        }
        return messages
    }

    func sessions() throws -> [String: [String: JSONValue]] {
        guard FileManager.default.fileExists(atPath: folder + "/sessions.jsonl") else { return [:] }
        return Dictionary(
            try lines("sessions.jsonl").map { line in
                let json = try JSONValue(parsing: line)
                return (try #require(json["session_id"]?.stringValue), json["metadata"]?.objectValue ?? [:])
            }
        ) { _, last in last }
    }

    var refused: Int64 {
        get throws {
            let text = try String(contentsOfFile: folder + "/NOTES.json", encoding: .utf8)
            return try #require(try JSONValue(parsing: text)["expected"]?["refused"]?.integerValue)
        }
    }

    private func lines(_ name: String) throws -> [String] {
        // Not by characters: a line may have other breaks in its texts.
        try Data(contentsOf: URL(filePath: folder + "/" + name)).split(separator: 0x0A).map {
            String(decoding: $0, as: UTF8.self)
        }
    }

    /// What a walk over the folder finds.
    func walk(chosen: Bool) throws -> DirectoryWalk {
        let disk = Disk(hidden: ["expected.jsonl", "sessions.jsonl", "NOTES.json"])
        var walk = DirectoryWalk(disk, layouts: .files, chosen: chosen ? try layout : nil)
        walk.walk(folder)
        return walk
    }

    /// Reads the sources.
    static func read(_ sources: [ForeignSource], keepsOriginal: Bool = false, block: Int = 1 << 19) throws -> Found {
        var found = Found()
        for source in sources {
            let files = try source.files.map { (name: $0, bytes: Array(try Data(contentsOf: URL(filePath: $0)))) }
            let read = Found.read(
                source.layout, files, session: source.session, keepsOriginal: keepsOriginal, block: block)
            found.said += read.said
            found.sessions.merge(read.sessions) { _, new in new }
            found.refusals += read.refusals
            found.losses.add(read.losses)
        }
        return found
    }
}

/// What two lists of messages differ in: the first of them, for people.
func difference(_ found: [Message], _ expected: [Message]) -> String? {
    for (index, pair) in zip(found, expected).enumerated() where pair.0 != pair.1 {
        let texts = [pair.0, pair.1].map { String($0.toJSON().serializedText.prefix(1500)) }
        return "message \(index + 1):\nfound    \(texts[0])\nexpected \(texts[1])"
    }
    return found.count == expected.count ? nil : "\(found.count) messages, not \(expected.count)"
}
