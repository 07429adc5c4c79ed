internal import AgentMemory

/// 2026-01-01 00:00 UTC: when the first message of a check is said.
private let start = Timestamp(microseconds: 1_767_225_600_000_000)

/// Messages with these contents, said one second after another, by turns by the user and the assistant.
func said(_ contents: String...) -> [Message] { said(contents) }

/// Messages with these contents, said one second after another, by turns by the user and the assistant.
func said(_ contents: [String]) -> [Message] {
    contents.enumerated().map { offset, content in
        Message(
            role: offset.isMultiple(of: 2) ? .user : .assistant, content: content,
            timestamp: start + .seconds(offset))
    }
}

/// One message with an id.
func named(_ id: String, _ content: String = "x") -> Message {
    Message(role: .user, content: content, timestamp: start, id: id)
}

/// Messages with these numbers.
func numbered(_ numbers: ClosedRange<Int>) -> [Message] {
    numbers.map {
        Message(
            role: $0.isMultiple(of: 2) ? .assistant : .user, content: "number \($0)", timestamp: start + .seconds($0))
    }
}
