/// `RedisSession` of openai-agents: a hash for each session, and beside it a list of items, the oldest first.
///
/// A session may be called `x:messages`, so that only their types tell hashes and lists apart.
package struct OpenAIAgentsKeys: KeyLayout {
    package let name = "openai-agents-redis"
    package let summary = "Sessions of openai-agents in Redis"
    package let keyPrefix = "agents:session:"
    package let isNewestFirst = false
    package let elementColumn = "message_data"
    private static let listSuffix = ":messages"
    /// A number that the library keeps beside some sessions.
    private static let counterSuffix = ":counter"
    private static let nameField = "session_id"

    package init() {}

    package func recognize(_ keys: [ServerKey]) -> Recognition? {
        let own = keys.filter { $0.hasPrefix(keyPrefix) }
        if own.contains(where: { $0.type == "hash" }) { return Recognition(.certain, "it has hashes \(keyPrefix)…") }
        let isList = own.contains { $0.type == "list" && $0.name.utf8.hasSuffix(Self.listSuffix) }
        return isList ? Recognition(.likely, "it has lists \(keyPrefix)…\(Self.listSuffix)") : nil
    }

    /// A list whose hash wasn't found is a session all the same: both may have been made while keys were looked for.
    package func sessions(of keys: [ServerKey]) -> KeyedSessions {
        var found = KeyedSessions()
        // By bytes: to the server, two spellings of one text are two keys.
        let known = Dictionary(keys.map { (Array($0.name.utf8), $0.type) }) { first, _ in first }
        func type(of name: String) -> String? { known[Array(name.utf8)] }
        for key in keys.sorted() where key.hasPrefix(keyPrefix) {
            switch key.type {
            case "hash":
                let list = key.name + Self.listSuffix
                switch type(of: list) {
                case "list": found.sessions.append(.init(list: list, name: .field(Self.nameField, of: key.name)))
                // A hash in the list's place is another session, and this one has no messages.
                case "hash", nil: break
                case let type?: found.refused.append((list, "It is of type \(type), and messages are a list"))
                }
            case "list":
                guard key.name.utf8.hasSuffix(Self.listSuffix) else {
                    found.refused.append((key.name, "It is a list, and a session is a hash"))
                    continue
                }
                let hash = Self.hash(beside: key.name)
                if type(of: hash) == "hash" { continue }
                found.sessions.append(.init(list: key.name, name: .field(Self.nameField, of: hash)))
            default:
                if key.name.utf8.hasSuffix(Self.counterSuffix) { continue }
                // In a list's place: told with its hash.
                let isListOfHash =
                    key.name.utf8.hasSuffix(Self.listSuffix) && type(of: Self.hash(beside: key.name)) == "hash"
                if isListOfHash { continue }
                found.refused.append((key.name, "It is of type \(key.type), and a session is a hash"))
            }
        }
        return found
    }

    private static func hash(beside list: String) -> String {
        String(decoding: list.utf8.dropLast(listSuffix.utf8.count), as: UTF8.self)
    }

    package func reader(_ options: ReadingOptions) -> any ForeignRowReader { OpenAIAgentsReader() }
}

extension String.UTF8View {
    fileprivate func hasSuffix(_ suffix: String) -> Bool { reversed().starts(with: suffix.utf8.reversed()) }
}
