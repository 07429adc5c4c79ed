import Testing

@testable import AgentMemory

/// Scans answer what queries ask for, and rank as plain scans do where the query is words.
@Suite struct QueryScanTests {
    private static let stored: [Message] = {
        let texts = [
            "garden tools are here", "tools for the garden", "a rose in the garden", "gardenia is a flower",
            "nothing of the kind", "東京タワーに登る", "user-id 42", "Le CAFÉ, in the garden of a café",
        ]
        return texts.enumerated().map { index, text in
            var message = Message(
                role: index.isMultiple(of: 2) ? .user : .assistant, content: text,
                timestamp: Timestamp(microseconds: Int64(index) * 1_000_000),
                metadata: index == 2 ? ["lang": "en"] : [:])
            message.sequence = UInt64(index + 1)
            return message
        }
    }()

    private func found(_ query: String, limit: Int = 100) throws -> [UInt64] {
        var scan = try QueryScan(query, options: SearchOptions(limit: limit))
        if scan.isEmpty { return [] }
        for start in stride(from: 0, to: Self.stored.count, by: 3) {
            scan.add(Self.stored[start..<min(start + 3, Self.stored.count)], of: "s")
        }
        return scan.matches().map(\.sequence)
    }

    @Test(arguments: [
        ("\"garden tools\"", [1]), ("+garden tools", [1, 2, 3, 8]), ("garden -rose", [1, 2, 8]), ("-garden tools", []),
        ("gard*", [1, 2, 3, 4, 8]), ("+gard* -\"garden tools\" -rose", [2, 4, 8]), ("+garden +submarine", []),
        ("role:assistant garden", [2, 8]), ("meta.lang:en garden", [3]), ("東京", [6]), ("京東", []), ("user-id", [7]),
        ("\"user id\"", [7]), ("cafe", [8]), ("\"cafe in\"", [8]), ("+\"the garden\" \"in the garden\"", [2, 3, 8]),
        ("", []), ("-rose", []), ("...", []), ("+...", []),
    ])
    func `what a query finds`(_ query: String, _ sequences: [UInt64]) throws {
        #expect(try found(query).sorted() == sequences)
    }

    @Test func `without anything to rank by, the newest come first`() throws {
        #expect(try found("role:user") == [7, 5, 3, 1])
        #expect(try found("role:user -rose -42", limit: 2) == [5, 1])
    }

    @Test(arguments: ["garden", "tools garden", "garden tools rose", "the", "nothing like this"])
    func `words score as a plain scan scores them`(_ query: String) throws {
        var scan = try QueryScan(query, options: SearchOptions())
        var plain = try RankedScan(query)
        scan.add(Self.stored, of: "s")
        plain.add(Self.stored, of: "s")
        #expect(scan.matches() == plain.matches())
        #expect(!plain.matches().isEmpty)
    }

    @Test func `a rare word outweighs one that all have, also where messages are left out`() throws {
        // Of the messages that a filter leaves out, the words count all the same.
        var all = try QueryScan("garden rose role:user", options: SearchOptions())
        all.add(Self.stored, of: "s")
        #expect(all.matches().map(\.sequence) == [3, 1])
    }

    @Test func `a hit shows what it was found for`() throws {
        var scan = try QueryScan("+\"in the\" gard*", options: SearchOptions())
        scan.add(Self.stored, of: "s")
        let match = try #require(scan.matches().first { $0.sequence == 3 })
        let snippet = scan.hit(for: match, message: Self.stored[2]).snippet
        let bytes = Array(snippet.text.utf8)
        #expect(snippet.highlights.map { String(decoding: bytes[$0], as: UTF8.self) } == ["in the", "garden"])
    }

    @Test(arguments: [(-1, 0), (1, -1)]) func `negative options are refused`(_ limit: Int, _ context: Int) {
        #expect(throws: MemoryError.self) {
            _ = try QueryScan("a", options: SearchOptions(limit: limit, context: context))
        }
    }
}
