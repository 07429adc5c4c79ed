import AmberlogRedis
import CRedisClient
import Glibc

/// Redis by hiredis, blocking, with the commands of `RedisBackend`.
///
/// `@unchecked Sendable`: one caller at a time.
final class RedisTurnClient: TurnClient, @unchecked Sendable {
    /// IMPORTANT: to be kept as Sources/AmberlogRedis has them (RedisSave, RedisReading): arguments of a save are
    /// compared byte by byte before anything is timed.
    private enum Keys {
        static let session = [":state", ":messages", ":ids", ":saves:0", ":saves:1"]
        static let index = [":updated", ":ids", ":sizes", ":expiry"]
        static let state = ["created", "updated", "expires", "first", "last", "count", "bytes"]
    }

    private static let lifetime_ms: Int64 = 86_400_000
    private static let messagesMax = 1000

    private let context: UnsafeMutablePointer<redisContext>
    private let prefix: String
    private let digest: [UInt8]
    private let element: RedisElement
    private var bytes: [UInt8] = []
    private var ends: [Int] = []

    /// - Parameter digest: That of the script that saves.
    init(_ address: RedisAddress, prefix: String, digest: [UInt8]) throws {
        self.prefix = prefix
        self.digest = digest
        element = RedisElement()
        let made: UnsafeMutablePointer<redisContext>?
        switch address.endpoint {
        case .host(let host, let port): made = redisConnect(host, Int32(port))
        case .socket(let path): made = redisConnectUnix(path)
        }
        guard let made else { throw EngineError("redis client: no memory") }
        context = made
        if made.pointee.err != 0 { throw failure("connect") }
        if let password = address.password {
            try run(["AUTH"] + (address.user.map { [$0] } ?? []) + [password])
        }
        try run(["SELECT", String(address.database)])
    }

    private func failure(_ operation: String) -> EngineError { EngineError("redis client: \(operation) failed") }

    /// For commands without a reply of interest.
    func run(_ command: [String]) throws {
        begin()
        for argument in command { add(argument) }
        send()
        freeReplyObject(try reply(command[0]))
    }

    // MARK: Commands

    private func begin() {
        bytes.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
    }

    @inline(__always)
    private func add(_ text: String) {
        bytes.append(contentsOf: text.utf8)
        ends.append(bytes.count)
    }

    @inline(__always)
    private func end() { ends.append(bytes.count) }

    /// Appends the command to what goes with the next reply that is asked for.
    private func send() {
        bytes.withUnsafeBytes { bytes in
            withUnsafeTemporaryAllocation(of: UnsafePointer<CChar>?.self, capacity: ends.count) { values in
                withUnsafeTemporaryAllocation(of: Int.self, capacity: ends.count) { lengths in
                    var start = 0
                    for (place, end) in ends.enumerated() {
                        values[place] = bytes.baseAddress.map { ($0 + start).assumingMemoryBound(to: CChar.self) }
                        lengths[place] = end - start
                        start = end
                    }
                    redisAppendCommandArgv(context, Int32(ends.count), values.baseAddress, lengths.baseAddress)
                }
            }
        }
    }

    private func reply(_ operation: String) throws -> UnsafeMutablePointer<redisReply> {
        var pointer: UnsafeMutableRawPointer?
        guard redisGetReply(context, &pointer) == REDIS_OK, let pointer else { throw failure(operation) }
        let reply = pointer.assumingMemoryBound(to: redisReply.self)
        if reply.pointee.type == REDIS_REPLY_ERROR {
            freeReplyObject(pointer)
            throw failure(operation)
        }
        return reply
    }

    // MARK: Saving

    /// The arguments of a save, for comparing them.
    func arguments(_ pool: MessagePool, _ messages: Range<Int>, to session: String) -> [[UInt8]] {
        encode(pool, messages, to: session)
        var start = 0
        return ends.map { end in
            defer { start = end }
            return Array(bytes[start..<end])
        }
    }

    private func encode(_ pool: MessagePool, _ messages: Range<Int>, to session: String) {
        begin()
        add("EVALSHA")
        bytes.append(contentsOf: digest)
        end()
        add(String(Keys.session.count + Keys.index.count))
        for suffix in Keys.session { key(session, suffix) }
        for suffix in Keys.index { key("%", suffix) }
        let now = SQLiteClient.now()
        add(String(now))
        add(String(now + Self.lifetime_ms * 1000))
        add(String(Self.lifetime_ms))
        add(String(Self.messagesMax))
        end()
        withUnsafeBytes(of: UInt128.random(in: .min ... .max)) { bytes.append(contentsOf: $0) }
        end()
        end()
        add(session)
        add("0")
        for index in messages {
            let entry = pool.entries[index]
            bytes.append(
                contentsOf: String(entry.contentLength + entry.metadataLength + (entry.role == 1 ? 4 : 9)).utf8)
            bytes.append(UInt8(ascii: ":"))
            end()
            element.append(pool, index, to: &bytes)
            end()
        }
    }

    @inline(__always)
    private func key(_ id: String, _ suffix: String) {
        bytes.append(contentsOf: prefix.utf8)
        bytes.append(UInt8(ascii: "{"))
        bytes.append(contentsOf: id.utf8)
        bytes.append(UInt8(ascii: "}"))
        add(suffix)
    }

    func save(_ pool: MessagePool, _ messages: Range<Int>, to session: String) throws -> UInt64 {
        encode(pool, messages, to: session)
        send()
        let reply = try reply("save")
        defer { freeReplyObject(reply) }
        // saved, the first sequence, the one after the last, …
        let text = UnsafeRawBufferPointer(start: reply.pointee.str, count: reply.pointee.len)
        let words = text.split(separator: UInt8(ascii: " "), maxSplits: 3)
        guard reply.pointee.type == REDIS_REPLY_STRING, words.count == 4, words[0].elementsEqual("saved".utf8),
            let end = UInt64(String(decoding: words[2], as: UTF8.self))
        else { throw failure("save") }
        return end - 1
    }

    // MARK: Loading

    func load(_ session: String, limit: Int) throws -> ClientPage {
        begin()
        add("HMGET")
        key(session, ":state")
        for field in Keys.state { add(field) }
        send()
        begin()
        add("LRANGE")
        key(session, ":messages")
        add(String(-limit))
        add("-1")
        send()
        let state = try reply("HMGET")
        defer { freeReplyObject(state) }
        let list = try reply("LRANGE")
        defer { freeReplyObject(list) }
        let elements = UnsafeBufferPointer(start: list.pointee.element, count: list.pointee.elements)
        var page = ClientPage(capacity: elements.count)
        let now = SQLiteClient.now()
        if let expires = try number(state, 2), expires <= now { return page }
        guard let count = try number(state, 5), elements.count == min(Int64(limit), count) else {
            throw failure("load")
        }
        for element in elements {
            guard let reply = element?.pointee, reply.type == REDIS_REPLY_STRING else { throw failure("load") }
            try self.element.read(UnsafeRawBufferPointer(start: reply.str, count: reply.len), into: &page)
        }
        return page
    }

    /// A field of the session's state.
    private func number(_ state: UnsafeMutablePointer<redisReply>, _ place: Int) throws -> Int64? {
        guard state.pointee.type == REDIS_REPLY_ARRAY, state.pointee.elements == Keys.state.count,
            let reply = state.pointee.element[place]?.pointee
        else { throw failure("load") }
        return reply.type == REDIS_REPLY_STRING ? strtoll(reply.str, nil, 10) : nil
    }

    func close() { redisFree(context) }
}

/// Keeps what the adapter has sent last.
///
/// `@unchecked Sendable`: one caller at a time.
final class RecordingRedisClient: RedisClient, @unchecked Sendable {
    private let client: HiredisClient
    private(set) var last = RedisPipeline()

    init(_ address: RedisAddress) { client = HiredisClient(address, connections: 1) }

    var description: String { client.description }

    func send(_ pipeline: RedisPipeline) async throws -> [RedisReply] {
        last = pipeline
        return try await client.send(pipeline)
    }

    func close() async { await client.close() }
}
