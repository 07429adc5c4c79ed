/// LangChain's `RedisChatMessageHistory`: a list for each session, the newest message first.
package struct LangChainKeys: KeyLayout {
    package let name = "langchain-redis"
    package let summary = "Chat histories of LangChain in Redis"
    package let keyPrefix = "message_store:"
    package let isNewestFirst = true
    package let elementColumn = "message"

    package init() {}

    package func recognize(_ keys: [ServerKey]) -> Recognition? {
        guard keys.contains(where: { $0.type == "list" && $0.hasPrefix(keyPrefix) }) else { return nil }
        return Recognition(.likely, "it has lists \(keyPrefix)…")
    }

    package func sessions(of keys: [ServerKey]) -> KeyedSessions { .lists(of: keys, prefix: keyPrefix) }

    package func reader(_ options: ReadingOptions) -> any ForeignRowReader { LangChainRowReader() }
}
