#if Redis
    internal import AgentMemory

    /// What the server keeps about a session beside its messages.
    struct SessionState {
        static let fields = ["created", "updated", "expires", "first", "last", "count", "bytes"]

        var createdAt: Timestamp
        var updatedAt: Timestamp
        var expiresAt: Timestamp?
        var firstSequence: UInt64
        var lastSequence: UInt64
        var messageCount: Int
        var byteCount: UInt64

        /// Reads the answer to HMGET with ``fields``, and maybe more behind them; `nil` where there is no session.
        ///
        /// - Throws: `MemoryError` with `damaged` for values that only another program can have written.
        init?(_ reply: RedisReply, of key: String, at place: MemoryError.Place) throws(MemoryError) {
            let values = reply.elements ?? []
            guard values.count >= Self.fields.count else { throw MemoryError.notOurs(key, place) }
            if values.prefix(Self.fields.count).allSatisfy({ $0 == .null }) { return nil }
            func number(_ index: Int) throws(MemoryError) -> Int64 {
                guard let text = values[index].text, let number = Int64(text) else {
                    throw MemoryError.notOurs(key, place)
                }
                return number
            }
            createdAt = Timestamp(microseconds: try number(0))
            updatedAt = Timestamp(microseconds: try number(1))
            expiresAt = values[2] == .null ? nil : Timestamp(microseconds: try number(2))
            firstSequence = UInt64(clamping: try number(3))
            lastSequence = UInt64(clamping: try number(4))
            messageCount = Int(clamping: try number(5))
            byteCount = UInt64(clamping: try number(6))
        }

        /// Of a session of which only the index tells.
        init(updatedAt: Timestamp, byteCount: UInt64) {
            (createdAt, self.updatedAt, expiresAt) = (updatedAt, updatedAt, nil)
            (firstSequence, lastSequence, messageCount) = (0, 0, 0)
            self.byteCount = byteCount
        }

        func isExpired(at now: Timestamp) -> Bool { expiresAt.map { $0 <= now } ?? false }

        func info(_ id: String, metadata: [String: JSONValue] = [:]) -> SessionInfo {
            SessionInfo(
                id: id, createdAt: createdAt, updatedAt: updatedAt, messageCount: messageCount,
                firstSequence: firstSequence, lastSequence: lastSequence, byteCount: byteCount, expiresAt: expiresAt,
                metadata: metadata)
        }
    }

    extension RedisPipeline {
        /// Asks for what ``SessionState`` reads, and for more fields.
        mutating func appendState(_ key: String, _ more: [String] = []) {
            begin(2 + SessionState.fields.count + more.count)
            add("HMGET")
            add(key)
            for field in SessionState.fields + more { add(field) }
        }
    }

    extension RedisReply {
        /// The elements of an array.
        var elements: [RedisReply]? {
            if case .array(let elements) = self { elements } else { nil }
        }

        /// The bytes of a string.
        var bytes: [UInt8]? {
            if case .string(let bytes) = self { bytes } else { nil }
        }

        /// The text of a string of UTF-8.
        var text: String? { bytes.flatMap { $0.withUnsafeBytes { String(wellFormed: $0) } } }

        /// JSON; nothing when there is nothing.
        func json(_ key: String, _ place: MemoryError.Place) throws(MemoryError) -> JSONValue? {
            if self == .null { return nil }
            guard let text, let value = try? JSONValue(parsing: text) else { throw MemoryError.notOurs(key, place) }
            return value
        }
    }

    extension MemoryError {
        /// A key that only another program, or an eviction, can have left like this.
        static func notOurs(_ key: String, _ place: Place) -> MemoryError {
            MemoryError(
                .damaged, "The key \(key.debugDescription) doesn't hold what this backend keeps there", at: place)
        }
    }
#endif
