public import AgentMemory

/// What a search found, and how much of the store it has looked at.
///
/// ```swift
/// let results = try await store.searchResults("refund policy", in: nil)
/// for hit in results.hits { print(hit.session, hit.snippet.text) }
/// if !results.isComplete { print("\(results.indexedMessages) of \(results.messages) messages are indexed") }
/// ```
public struct SearchResults: Sendable {
    /// The hits, best first.
    public var hits: [SearchHit]
    /// Every message was looked at. Otherwise the index is being made or repaired in the background.
    public var isComplete: Bool
    /// So many messages are in the index, those that were forgotten since among them.
    public var indexedMessages: UInt64
    /// So many messages are in the store.
    public var messages: UInt64
}
