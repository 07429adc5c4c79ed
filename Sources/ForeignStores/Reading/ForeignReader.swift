package import AgentMemory

/// What reads the files of a layout, as their bytes come. It holds one record at a time, or one conversation where the
/// layout's order is found only in the whole of it.
///
/// ```swift
/// var output = ForeignOutput(options)
/// var reader = layout.reader(options)
/// reader.begin("conversations.json", into: &output)
/// while let block = next() { reader.add(block, into: &output) /* take output.takeItems() */ }
/// reader.end(into: &output)
/// ```
///
/// No bytes make it fail: what can't be read is refused in the output, with its place.
package protocol ForeignFileReader {
    /// The next file begins.
    mutating func begin(_ file: String, into output: inout ForeignOutput)
    /// More of its bytes.
    mutating func add(_ bytes: UnsafeRawBufferPointer, into output: inout ForeignOutput)
    /// It has ended.
    mutating func end(into output: inout ForeignOutput)
    /// All files have ended.
    mutating func finish(into output: inout ForeignOutput)
}

extension ForeignFileReader {
    package mutating func finish(into output: inout ForeignOutput) {}
}

/// What makes messages of rows, whoever reads them: it knows no driver.
package protocol ForeignRowReader {
    /// The next row, in the layout's order.
    mutating func add(_ row: ForeignRow, into output: inout ForeignOutput)
    /// There are no more.
    mutating func finish(into output: inout ForeignOutput)
}

/// How a store of another library is read.
package struct ReadingOptions: Sendable {
    /// The session of messages that name none, and the beginning of the names of those that are numbered.
    package var session: String?
    /// Stands for the time of messages that have none.
    package var unknownTime: Timestamp
    /// Keep the JSON that a message was made of.
    package var keepsOriginal: Bool
    /// Opens rows that are encrypted.
    package var decryption: (any RowDecryption)?

    package init(
        session: String? = nil, unknownTime: Timestamp, keepsOriginal: Bool = false,
        decryption: (any RowDecryption)? = nil
    ) {
        self.session = session
        self.unknownTime = unknownTime
        self.keepsOriginal = keepsOriginal
        self.decryption = decryption
    }
}

/// What is read at most.
package enum ReadingLimits {
    /// The longest line, element or file of one message: what the largest message takes when every character of it is
    /// escaped, and its metadata.
    package static let recordBytes = 112 << 20
    /// The longest conversation whose order is found only in the whole of it.
    package static let conversationBytes = 512 << 20
}
