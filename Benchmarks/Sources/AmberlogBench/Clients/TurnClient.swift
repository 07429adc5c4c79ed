/// What a program would do that speaks to a database through its C client: the statements of an adapter, with calls that
/// block. One caller at a time.
///
/// A client is given a store that the adapter has made, and must leave and find in it what the adapter does.
protocol TurnClient: AnyObject, Sendable {
    /// Saves messages of the pool in one transaction, and returns the sequence of the last.
    @discardableResult
    func save(_ pool: MessagePool, _ messages: Range<Int>, to session: String) throws -> UInt64

    /// The newest messages, the oldest of them first.
    func load(_ session: String, limit: Int) throws -> ClientPage

    func close()
}

/// A message that owns what its caller gets.
struct ClientMessage {
    var sequence: UInt64
    var time: Int64
    var role: String
    var content: String
    var metadataStart: Int
    var metadataLength: Int
}

/// What a load of a client returns. The metadata of all messages shares one array.
struct ClientPage {
    var messages: [ClientMessage] = []
    var metadata: [UInt8] = []

    init(capacity: Int) {
        messages.reserveCapacity(capacity)
        metadata.reserveCapacity(capacity * 48)
    }

    @inline(__always)
    mutating func append(
        sequence: UInt64, time: Int64, role: UnsafeRawBufferPointer, content: UnsafeRawBufferPointer,
        metadata bytes: UnsafeRawBufferPointer
    ) {
        append(
            sequence: sequence, time: time, role: role, content: String(decoding: content, as: UTF8.self),
            metadata: bytes)
    }

    @inline(__always)
    mutating func append(
        sequence: UInt64, time: Int64, role: UnsafeRawBufferPointer, content: String,
        metadata bytes: UnsafeRawBufferPointer
    ) {
        let start = metadata.count
        metadata.append(contentsOf: bytes)
        messages.append(
            ClientMessage(
                sequence: sequence, time: time, role: String(decoding: role, as: UTF8.self), content: content,
                metadataStart: start, metadataLength: bytes.count))
    }
}
