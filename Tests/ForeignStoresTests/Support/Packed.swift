import AgentMemory

/// Writes MessagePack, as LangGraph does it.
enum Packed {
    static func value(_ json: JSONValue) -> [UInt8] {
        switch json {
        case .null: [0xC0]
        case .bool(let flag): [flag ? 0xC3 : 0xC2]
        case .integer(let number): [0xD3] + big(UInt64(bitPattern: number), 8)
        case .double(let number): [0xCB] + big(number.bitPattern, 8)
        case .string(let text): [0xDB] + big(UInt64(text.utf8.count), 4) + Array(text.utf8)
        case .array(let values): [0xDD] + big(UInt64(values.count), 4) + values.flatMap(value)
        case .object(let object):
            [0xDF] + big(UInt64(object.count), 4)
                + object.sorted { $0.key < $1.key }.flatMap { value(.string($0.key)) + value($0.value) }
        }
    }

    static func array(_ elements: [[UInt8]]) -> [UInt8] {
        [0xDD] + big(UInt64(elements.count), 4) + elements.joined()
    }

    static func map(_ members: [(String, [UInt8])]) -> [UInt8] {
        [0xDF] + big(UInt64(members.count), 4) + members.flatMap { value(.string($0.0)) + $0.1 }
    }

    static func `extension`(_ code: UInt8, _ bytes: [UInt8]) -> [UInt8] {
        [0xC9] + big(UInt64(bytes.count), 4) + [code] + bytes
    }

    /// A message as an object of LangChain's.
    static func message(_ type: String, _ content: String, id: String? = nil) -> [UInt8] {
        let fields: JSONValue = [
            "type": .string(type), "content": .string(content), "id": id.map(JSONValue.string) ?? .null,
        ]
        return `extension`(5, array([value("module"), value("Class"), value(fields), value("method")]))
    }

    /// A checkpoint; without messages, its channel is missing.
    static func checkpoint(_ messages: [UInt8]?) -> [UInt8] {
        map([
            ("v", value(4)),
            ("channel_values", map([("other", value([1]))] + (messages.map { [("messages", $0)] } ?? []))),
            ("channel_versions", value(["messages": "1"])),
        ])
    }

    private static func big(_ number: UInt64, _ bytes: Int) -> [UInt8] {
        (0..<bytes).reversed().map { UInt8(truncatingIfNeeded: number >> UInt64(8 * $0)) }
    }
}
