internal import AgentMemory

/// A checkpoint of LangGraph, as far as it has messages: the channel `messages`, in MessagePack.
enum GraphState {
    /// LangGraph's own types of extensions.
    private static let model: Int8 = 5
    private static let snapshot: Int8 = 7

    /// What a checkpoint has of the messages.
    enum Messages: Equatable {
        /// Nothing: it has no such channel, or a channel that keeps what was added instead of all.
        case missing
        /// The messages, one by one as they stand there.
        case all([ArraySlice<UInt8>])
    }

    /// The messages of a checkpoint, which must be whole.
    static func messages(of checkpoint: ArraySlice<UInt8>) throws(MemoryError) -> Messages {
        var reader = MessagePackReader(checkpoint)
        var found = Messages.missing
        for _ in 0..<(try members(&reader, of: "checkpoint")) {
            guard try reader.key() == "channel_values" else {
                try reader.skip()
                continue
            }
            for _ in 0..<(try members(&reader, of: "checkpoint's channel_values")) {
                if try reader.key() == "messages" { found = try value(&reader) } else { try reader.skip() }
            }
        }
        guard reader.isAtEnd else { throw .unreadable("Something follows the MessagePack") }
        return found
    }

    /// What was written to the channel: a list, or one message.
    static func written(_ value: ArraySlice<UInt8>) throws(MemoryError) -> [ArraySlice<UInt8>] {
        var reader = MessagePackReader(value)
        switch try reader.head() {
        case .extension(model, _): return [value]
        case .array(let count): return try elements(&reader, count)
        case .null: return []
        default: throw .unreadable("What was written to the messages is no message")
        }
    }

    /// The fields of a message.
    static func fields(of message: ArraySlice<UInt8>) throws(MemoryError) -> [String: JSONValue] {
        var outer = MessagePackReader(message)
        guard case .extension(model, let range) = try outer.head() else {
            throw .unreadable("The message is no object of LangChain's")
        }
        var reader = MessagePackReader(message[range])
        guard case .array(let count) = try reader.head(), count >= 3 else {
            throw .unreadable("The message is no object of LangChain's")
        }
        // The module and the class say no more than the type in the fields.
        try reader.skip()
        try reader.skip()
        guard case .object(let fields) = try reader.json() else { throw .unreadable("The message has no fields") }
        return fields
    }

    private static func members(_ reader: inout MessagePackReader, of name: String) throws(MemoryError) -> Int {
        guard case .map(let count) = try reader.head() else { throw .unreadable("The \(name) is no map") }
        return count
    }

    private static func value(_ reader: inout MessagePackReader) throws(MemoryError) -> Messages {
        switch try reader.head() {
        case .null: return .missing
        case .array(let count): return .all(try elements(&reader, count))
        case .extension(snapshot, let range):
            var inner = MessagePackReader(reader.bytes[range])
            return try value(&inner, isInSnapshot: true)
        default: throw .unreadable("The messages are no list")
        }
    }

    private static func value(
        _ reader: inout MessagePackReader, isInSnapshot: Bool
    ) throws(MemoryError) -> Messages {
        switch try reader.head() {
        case .null: return .all([])
        case .array(let count): return .all(try elements(&reader, count))
        default: throw .unreadable("The snapshot of the messages is no list")
        }
    }

    private static func elements(
        _ reader: inout MessagePackReader, _ count: Int
    ) throws(MemoryError) -> [ArraySlice<UInt8>] {
        var elements: [ArraySlice<UInt8>] = []
        for _ in 0..<count {
            let start = reader.position
            try reader.skip()
            elements.append(reader.bytes[start..<reader.position])
        }
        return elements
    }
}
