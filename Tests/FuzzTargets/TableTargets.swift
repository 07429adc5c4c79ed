import AgentMemory

@testable import ForeignStores

/// What makes messages of rows: whatever a column holds gives messages that a store takes, and refusals.
extension FuzzTarget {
    static let tables: [FuzzTarget] = [
        target("openai-agents-rows", TableSeeds.items) { input in
            [
                "session_id": .text("s"), "message_data": .bytes(input), "turn": .integer(1),
                "input_tokens": .integer(1), "input_tokens_details": .bytes(input),
            ]
        } reader: {
            OpenAIAgentsReader(queries: [TableQuery("t", "")])
        },
        target("langchain-rows", TableSeeds.messages) { input in
            ["session_id": .text("s"), "message": .bytes(input)]
        } reader: {
            LangChainRowReader(queries: [TableQuery("t", "")])
        },
        target("agno-rows", TableSeeds.runs) { input in
            [
                "session_id": .text("s"), "kind": .integer(0), "runs": .bytes(input), "session_data": .bytes(input),
            ]
        } reader: {
            AgnoReader(queries: [TableQuery("t", "")])
        },
        target("google-adk-rows", TableSeeds.events) { input in
            [
                "id": .text("e"), "app_name": .text("a"), "user_id": .text("u"), "session_id": .text("s"),
                "timestamp": .double(1), "event_data": .bytes(input),
            ]
        } reader: {
            ADKReader(queries: [TableQuery("t", "")])
        },
        target("langgraph-rows", TableSeeds.checkpoints) { input in
            [
                "thread_id": .text("t"), "checkpoint_id": .text("2"), "parent_checkpoint_id": .text("1"),
                "type": .text("msgpack"), "checkpoint": .bytes(input), "value": .bytes(input),
            ]
        } reader: {
            LangGraphReader(hasWrites: true, hasTaskPath: false)
        },
    ]

    private static func target(
        _ name: String, _ seeds: [String: [UInt8]],
        _ columns: @escaping @Sendable ([UInt8]) -> [String: ForeignRow.Value],
        reader: @escaping @Sendable () -> any TableReader
    ) -> FuzzTarget {
        FuzzTarget(name, rounds: 300, seeds: { seeds }) { input in
            let columns = columns(Array(input))
            let plain = read(reader(), columns, keepsOriginal: false)
            for said in plain {
                try MemoryLimits.validate(sessionID: said.session)
                try MemoryLimits.validate([said.message])
            }
            let kept = read(reader(), columns, keepsOriginal: true)
            try require(kept.map(\.message) == plain.map(\.message), "Other messages with their originals")
            for said in kept {
                if let original = said.original { _ = try JSONValue(parsing: original) }
            }
        }
    }

    /// The row, twice: what it says may depend on what came before.
    private static func read(
        _ reader: any TableReader, _ columns: [String: ForeignRow.Value], keepsOriginal: Bool
    ) -> [ForeignOutput.Said] {
        var reader = reader
        var output = ForeignOutput(
            ReadingOptions(unknownTime: Timestamp(microseconds: 1), keepsOriginal: keepsOriginal))
        let row = ForeignRow(place: ForeignPlace(file: "x.db"), columns: columns)
        var queries = 0
        while queries < 100, reader.nextQuery(into: &output) != nil {
            queries += 1
            for _ in 0..<2 { reader.add(row, into: &output) }
        }
        reader.finish(into: &output)
        return output.takeItems().compactMap { if case .message(let said) = $0 { said } else { nil } }
    }
}
