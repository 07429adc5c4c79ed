/// Says in short what was said: a language model, mostly.
public protocol Summarizer: Sendable {
    /// - Parameters:
    ///   - messages: The oldest first, each of them once over the life of a session.
    ///   - summary: What there is of those before them; `nil` in the beginning.
    /// - Returns: A summary of both.
    func summarize(_ messages: [Message], after summary: String?) async throws -> String
}
