#if Redis
    internal import AgentMemory

    /// The names of the keys under a prefix.
    ///
    /// | key | type | |
    /// |---|---|---|
    /// | `prefix{id}:state` | hash | times, first and last sequence, counts, metadata, origin |
    /// | `prefix{id}:messages` | list | the messages, the oldest first |
    /// | `prefix{id}:ids` | sorted set | the newest ids of messages by their sequence |
    /// | `prefix{id}:saves:0`, `…:1` | hash | the saves of the last minutes, by the token of each |
    /// | `prefix{%}:updated`, `…:ids`, `…:sizes`, `…:expiry` | sorted set | the sessions |
    ///
    /// What stands in braces is all that a cluster looks at, so the keys of a session are together, and so are those of
    /// the index. `{`, `}` and `%` are percent-encoded in an id: no id reads as the end of a tag or as the index, and
    /// whatever prefix another program has, its keys don't read as ours.
    struct RedisKeys: Sendable {
        private static let prefixBytesMax = 1024

        let prefix: String

        /// - Throws: `MemoryError` with `invalidArgument` for a prefix that is too long, or one that keeps the keys of a
        ///   session apart in a cluster.
        init(prefix: String) throws(MemoryError) {
            guard prefix.utf8.count <= Self.prefixBytesMax else {
                throw MemoryError(.invalidArgument, "A prefix of keys has at most \(Self.prefixBytesMax) bytes")
            }
            // Of several tags the first one counts, and an empty one is none.
            let bytes = Array(prefix.utf8)
            if let open = bytes.firstIndex(of: UInt8(ascii: "{")), bytes[(open + 1)...].first == UInt8(ascii: "}") {
                throw MemoryError(.invalidArgument, "A prefix of keys can't begin its tags with an empty one, {}")
            }
            self.prefix = prefix
        }

        // MARK: A session

        struct Session: Sendable {
            let state: String
            let messages: String
            let ids: String
            let saves: (String, String)

            var all: [String] { [state, messages, ids, saves.0, saves.1] }
            /// The type that each of them has, in the words of the command TYPE.
            static let types = ["hash", "list", "zset", "hash", "hash"]
        }

        func session(_ id: String) -> Session {
            let base = prefix + "{" + Self.encoded(id) + "}"
            return Session(
                state: base + ":state", messages: base + ":messages", ids: base + ":ids",
                saves: (base + ":saves:0", base + ":saves:1"))
        }

        private static func encoded(_ id: String) -> String {
            guard id.utf8.contains(where: isReserved) else { return id }
            var bytes: [UInt8] = []
            for byte in id.utf8 {
                if isReserved(byte) {
                    bytes.append(contentsOf: "%\(String(byte, radix: 16, uppercase: true))".utf8)
                } else {
                    bytes.append(byte)
                }
            }
            return String(decoding: bytes, as: UTF8.self)
        }

        private static func isReserved(_ byte: UInt8) -> Bool {
            byte == UInt8(ascii: "{") || byte == UInt8(ascii: "}") || byte == UInt8(ascii: "%")
        }

        // MARK: The index

        struct Index: Sendable {
            /// By the time of the last save, the newest first: scores are its negative.
            let updated: String
            /// By the bytes of the id.
            let ids: String
            /// The largest first: scores are the negative number of bytes.
            let sizes: String
            /// By the time at which the server removes the session, in its milliseconds. Not those that stay for ever.
            let expiry: String

            var all: [String] { [updated, ids, sizes, expiry] }
            static let types = ["zset", "zset", "zset", "zset"]
        }

        var index: Index {
            let base = prefix + "{%}"
            return Index(
                updated: base + ":updated", ids: base + ":ids", sizes: base + ":sizes", expiry: base + ":expiry")
        }

        // MARK: Finding keys

        /// What SCAN looks for: every key of a session, and maybe some of other programs.
        var pattern: [UInt8] {
            var pattern: [UInt8] = []
            for byte in prefix.utf8 {
                if "*?[]^-\\".utf8.contains(byte) { pattern.append(UInt8(ascii: "\\")) }
                pattern.append(byte)
            }
            return pattern + Array("{*".utf8)
        }

        /// The id of the session that a key belongs to; `nil` for the index and for keys of other programs.
        func sessionID(of key: [UInt8]) -> String? {
            guard key.starts(with: prefix.utf8) else { return nil }
            let rest = key.dropFirst(prefix.utf8.count)
            guard rest.first == UInt8(ascii: "{"), let end = rest.firstIndex(of: UInt8(ascii: "}")) else { return nil }
            let suffix = String(decoding: rest[(end + 1)...], as: UTF8.self)
            guard [":state", ":messages", ":ids", ":saves:0", ":saves:1"].contains(suffix) else { return nil }
            return Self.decoded(rest[..<end].dropFirst())
        }

        private static func decoded(_ tag: ArraySlice<UInt8>) -> String? {
            var bytes: [UInt8] = []
            var rest = tag
            while let byte = rest.popFirst() {
                guard isReserved(byte) else {
                    bytes.append(byte)
                    continue
                }
                let digits = String(decoding: rest.prefix(2), as: UTF8.self)
                // Only what is encoded here, and as it is encoded here: one key for each id, and one id for each key.
                guard byte == UInt8(ascii: "%"), ["7B", "7D", "25"].contains(digits),
                    let value = UInt8(digits, radix: 16)
                else { return nil }
                bytes.append(value)
                rest = rest.dropFirst(2)
            }
            return bytes.isEmpty ? nil : String(validating: bytes, as: UTF8.self)
        }
    }
#endif
