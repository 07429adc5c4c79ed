#if Redis
    internal import AgentMemory

    /// An error that the server has answered.
    struct RedisFailure: Error {
        private static let codes = [
            "WRONGTYPE", "NOSCRIPT", "CROSSSLOT", "MOVED", "ASK", "TRYAGAIN", "CLUSTERDOWN", "MASTERDOWN", "LOADING",
            "BUSY", "READONLY", "OOM", "MISCONF", "NOREPLICAS", "NOAUTH", "WRONGPASS", "NOPERM",
        ]

        /// The first word. Before Redis 7, an error inside of a script stands in the middle of another.
        let code: String
        let text: String

        init(_ text: String) {
            self.text = text
            let words = text.split { $0 == " " || $0 == ":" || $0 == "-" }.map(String.init)
            code =
                words.first.flatMap { Self.codes.contains($0) ? $0 : nil }
                ?? words.first(where: Self.codes.contains) ?? words.first ?? "ERR"
        }

        /// Whether the server has done nothing of the command, and may do it soon.
        var isPassing: Bool {
            ["TRYAGAIN", "CLUSTERDOWN", "MASTERDOWN", "LOADING", "BUSY"].contains(code)
                || text.hasPrefix("ERR max number of clients")
        }

        /// As the contract tells it.
        func memoryError(at place: MemoryError.Place) -> MemoryError {
            switch code {
            case "OOM":
                return MemoryError(
                    .noSpace, "The Redis server is out of memory: \(shortText)", at: place, retry: .later)
            case "MISCONF":
                return MemoryError(.noSpace, "The Redis server can't write: \(shortText)", at: place, retry: .later)
            case "READONLY":
                return MemoryError(.readOnly, "The Redis server is a read-only replica", at: place, retry: .later)
            case "NOAUTH":
                return MemoryError(
                    .invalidArgument, "The Redis server wants a password: redis://:password@host", at: place)
            case "WRONGPASS":
                return MemoryError(.invalidArgument, "The Redis server doesn't take this user and password", at: place)
            case "NOPERM":
                return MemoryError(
                    .invalidArgument, "The Redis server doesn't allow this user: \(shortText)", at: place)
            case "MOVED", "ASK":
                return MemoryError(
                    .unsupported,
                    """
                    The Redis server is one of a cluster, which this client can't follow: give RedisBackend(client:) one \
                    that can
                    """, at: place)
            case "NOREPLICAS":
                return MemoryError(.unavailable, "The Redis server has too few replicas", at: place, retry: .later)
            default:
                if isPassing {
                    return MemoryError(
                        .unavailable, "The Redis server isn't ready: \(shortText)", at: place, retry: .later)
                }
                if text.hasPrefix("ERR invalid password") || text.hasPrefix("ERR AUTH")
                    || text.hasPrefix("ERR Client sent AUTH")
                {
                    return MemoryError(
                        .invalidArgument, "The Redis server doesn't take this user and password", at: place)
                }
                if text.hasPrefix("ERR DB index") {
                    return MemoryError(.invalidArgument, "The Redis server has no such database", at: place)
                }
                if text.hasPrefix("ERR unknown command") {
                    return MemoryError(.unsupported, "The Redis server is too old: \(shortText)", at: place)
                }
                return MemoryError(.inputOutput, "The Redis server refuses: \(shortText)", at: place)
            }
        }

        /// What a server says can hold a command's arguments.
        private var shortText: String { String(text.prefix(120)) }
    }
#endif
