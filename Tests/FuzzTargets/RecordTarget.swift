import AgentMemory
import LogFormat

@testable import Amberlog

/// The records of messages, one behind another as a block has them.
extension FuzzTarget {
    static let record = FuzzTarget("record", rounds: 2000, seeds: seedRecords) { input in
        var offset = 0
        var count = 0
        var isText = true
        while let record = MessageRecord(input, at: offset) {
            isText = isText && record.holdsText
            offset += record.bytes.count
            count += 1
        }
        try require(MessageRecord.validate(input, count: count) == (offset == input.count), "Validated otherwise")
        _ = decode(input, count: count + 1, wanted: 1..<UInt64(count) + 2)
        _ = decode(input, count: count, wanted: 2..<max(2, UInt64(count)))
        let messages = decode(input, count: count, wanted: 1..<UInt64(count) + 1)
        try require((messages != nil) == isText, "Records that hold text are messages")
        guard let messages else { return }
        try require(messages.count == count, "\(count) records are \(messages.count) messages")
        for message in messages {
            let isValid =
                String(validating: message.content.utf8, as: UTF8.self) != nil
                && String(validating: message.role.name.utf8, as: UTF8.self) != nil
            try require(isValid, "A text that isn't one")
            _ = message.metadata
        }
        try encodesAgain(messages)
    }

    private static func decode(_ bytes: UnsafeRawBufferPointer, count: Int, wanted: Range<UInt64>) -> [Message]? {
        MessageDecoder.decode(
            [RecordRun(bytes: bytes, firstSequence: 1, count: count, wanted: wanted)], in: .oldestFirst)
    }

    private static func encodesAgain(_ messages: [Message]) throws {
        // Records may say more than a save may.
        guard let encoded = try? MessageEncoder.encode(messages, idKey: FuzzIdentity.store) else { return }
        let again = withExtendedLifetime(encoded.records) { records in
            decode(records.bytes, count: encoded.count, wanted: 1..<UInt64(encoded.count) + 1)
        }
        try require(again == messages, "\(messages) are read as \(String(describing: again))")
    }

    @Sendable private static func seedRecords() throws -> [String: [UInt8]] {
        try FuzzMessages.all.mapValues { try FuzzMessages.records(of: $0) }
    }
}

/// Messages of every shape.
enum FuzzMessages {
    static func records(of messages: [Message]) throws -> [UInt8] {
        // Their bytes go with them.
        withExtendedLifetime(try MessageEncoder.encode(messages, idKey: FuzzIdentity.store).records) { Array($0.bytes) }
    }

    private static func message(
        _ role: Role, _ content: String, metadata: [String: JSONValue] = [:], id: String? = nil
    ) -> Message {
        Message(
            role: role, content: content, timestamp: Timestamp(microseconds: 1_767_225_600_000_001),
            metadata: metadata, id: id)
    }

    static let plain = [message(.user, "My name is Alice."), message(.assistant, "Nice to meet you, Alice.")]
    static let all: [String: [Message]] = [
        "plain": plain,
        "beyond-ascii": [message(.user, "Grüße, 東京 👍🏽"), message(.system, "e\u{301}")],
        "empty": [message(.tool, "")],
        "another-role": [message(Role("narrator"), "Once"), message(Role("рассказчик"), "upon")],
        "metadata": [message(.user, "x", metadata: ["lang": "en", "n": 7, "deep": ["a": [1.5, true, .null]]])],
        "id": [message(.user, "x", id: "one"), message(.user, "y", id: "два")],
        "everything": plain + [message(Role("narrator"), "é", metadata: ["_extra": ["k": "v"]], id: "id-7")],
    ]
}
