import AmberlogRedis
import CRedisClient

/// The elements of lists that `RedisBackend` has made, for pushing them to other lists: one RPUSH for each, so many in a
/// pipeline.
final class PipelinedPush {
    private static let depth = 100

    private struct List {
        var key: String
        var elements: [[UInt8]]
    }

    private let context: UnsafeMutablePointer<redisContext>
    private var lists: [List] = []

    /// Takes them out of the lists of the first sessions.
    init(_ url: String, _ prefix: String, _ sessions: Int) throws {
        let address = try RedisAddress(url: url)
        let made: UnsafeMutablePointer<redisContext>?
        switch address.endpoint {
        case .host(let host, let port): made = redisConnect(host, Int32(port))
        case .socket(let path): made = redisConnectUnix(path)
        }
        guard let made, made.pointee.err == 0 else { throw EngineError("redis client: no connection") }
        context = made
        if let password = address.password {
            append((["AUTH"] + (address.user.map { [$0] } ?? []) + [password]).map { Array($0.utf8) })
            try takeReply { _ in }
        }
        append(["SELECT", String(address.database)].map { Array($0.utf8) })
        try takeReply { _ in }
        for name in SessionNames.all.prefix(sessions) {
            append(["LRANGE", "\(prefix){\(name)}:messages", "0", "-1"].map { Array($0.utf8) })
            var list = List(key: "\(prefix)pushed:\(name)", elements: [])
            try takeReply { reply in
                for element in UnsafeBufferPointer(start: reply.element, count: reply.elements) {
                    guard let element = element?.pointee else { continue }
                    list.elements.append(Array(UnsafeRawBufferPointer(start: element.str, count: element.len)))
                }
            }
            guard list.elements.count == Migrations.messagesPerSession else {
                throw EngineError("redis client: \(name)")
            }
            lists.append(list)
        }
    }

    /// Pushes them all, and removes them again.
    ///
    /// - Returns: The seconds that pushing took.
    func run() throws -> Double {
        let start = nanoseconds()
        for list in lists {
            let key = Array(list.key.utf8)
            for first in stride(from: 0, to: list.elements.count, by: Self.depth) {
                let elements = list.elements[first..<min(first + Self.depth, list.elements.count)]
                for element in elements { push(key, element) }
                for _ in elements { try takeReply { _ in } }
            }
        }
        let time = Double(nanoseconds() - start) / 1e9
        for list in lists {
            append([Array("UNLINK".utf8), Array(list.key.utf8)])
            try takeReply { _ in }
        }
        return time
    }

    private func push(_ key: [UInt8], _ element: [UInt8]) {
        let command: StaticString = "RPUSH"
        key.withUnsafeBytes { key in
            element.withUnsafeBytes { element in
                withUnsafeTemporaryAllocation(of: UnsafePointer<CChar>?.self, capacity: 3) { values in
                    withUnsafeTemporaryAllocation(of: Int.self, capacity: 3) { lengths in
                        values[0] = UnsafeRawPointer(command.utf8Start).assumingMemoryBound(to: CChar.self)
                        values[1] = key.baseAddress?.assumingMemoryBound(to: CChar.self)
                        values[2] = element.baseAddress?.assumingMemoryBound(to: CChar.self)
                        (lengths[0], lengths[1], lengths[2]) = (command.utf8CodeUnitCount, key.count, element.count)
                        redisAppendCommandArgv(context, 3, values.baseAddress, lengths.baseAddress)
                    }
                }
            }
        }
    }

    private func append(_ arguments: [[UInt8]]) {
        let all = arguments.flatMap { $0 }
        all.withUnsafeBytes { bytes in
            var start = 0
            let values = arguments.map { argument -> UnsafePointer<CChar>? in
                defer { start += argument.count }
                return bytes.baseAddress.map { ($0 + start).assumingMemoryBound(to: CChar.self) }
            }
            var pointers = values
            let lengths = arguments.map(\.count)
            redisAppendCommandArgv(context, Int32(arguments.count), &pointers, lengths)
        }
    }

    private func takeReply(_ body: (redisReply) -> Void) throws {
        var pointer: UnsafeMutableRawPointer?
        guard redisGetReply(context, &pointer) == REDIS_OK, let pointer else {
            throw EngineError("redis client: no reply")
        }
        defer { freeReplyObject(pointer) }
        let reply = pointer.assumingMemoryBound(to: redisReply.self).pointee
        if reply.type == REDIS_REPLY_ERROR { throw EngineError("redis client: \(String(cString: reply.str))") }
        body(reply)
    }

    func close() { redisFree(context) }
}
