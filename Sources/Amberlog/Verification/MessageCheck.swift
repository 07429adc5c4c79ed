internal import AgentMemory
internal import LogFormat

/// Decodes messages and says which of them make no sense, though their bytes are those that were written.
struct MessageCheck {
    struct Finding {
        var sequence: UInt64
        /// Of the block.
        var offset: UInt64
        var what: String
    }

    private(set) var findings: [Finding] = []

    mutating func check(_ block: BlockHeader, _ records: UnsafeRawBufferPointer, at offset: UInt64) {
        var at = 0
        for index in 0..<UInt64(block.count) {
            let sequence = block.firstSequence + index
            guard let record = MessageRecord(records, at: at) else {
                findings.append(Finding(sequence: sequence, offset: offset, what: "The record doesn't fit its block"))
                return
            }
            at += record.bytes.count
            if let what = Self.fault(of: record) {
                findings.append(Finding(sequence: sequence, offset: offset, what: what))
            }
        }
        if at != records.count {
            findings.append(
                Finding(sequence: block.firstSequence, offset: offset, what: "Bytes stand behind the last record"))
        }
    }

    private static func fault(of record: MessageRecord) -> String? {
        if !record.holdsText { return "The content, the id or the role is not the text that it should be" }
        if record.role > 4 { return "The role is not known" }
        guard record.metadata.count > 0 else { return nil }
        guard case .object? = try? JSONValue(parsing: record.metadata) else {
            return "The metadata is not a JSON object"
        }
        return nil
    }
}
