import AgentMemory

@testable import ForeignStores

/// Rows that no database has given.
func row(_ columns: [String: ForeignRow.Value], _ name: String = "row") -> ForeignRow {
    ForeignRow(place: ForeignPlace(file: "x.db", record: name), columns: columns)
}

extension Found {
    /// What a reader makes of rows, whatever it asks for.
    static func read(
        _ reader: some TableReader, _ rows: [ForeignRow], keepsOriginal: Bool = false,
        decryption: (any RowDecryption)? = nil
    ) -> Found {
        read(reader, keepsOriginal: keepsOriginal, decryption: decryption) { _ in rows }
    }

    /// What a reader makes of the answers to what it asks.
    static func read(
        _ reader: some TableReader, keepsOriginal: Bool = false, decryption: (any RowDecryption)? = nil,
        answer: (TableQuery) -> [ForeignRow]
    ) -> Found {
        var reader = reader
        var output = ForeignOutput(
            ReadingOptions(unknownTime: unknownTime, keepsOriginal: keepsOriginal, decryption: decryption))
        while let query = reader.nextQuery(into: &output) {
            for row in answer(query) { reader.add(row, into: &output) }
        }
        reader.finish(into: &output)
        var found = Found()
        found.take(&output)
        return found
    }

    var reasons: [String] { refusals.map(\.reason) }
}

extension Message {
    /// What stands beside the role, as in OpenAI's chats.
    subscript(_ key: String) -> JSONValue? { toJSON()[key] }
}
