import AgentMemory

/// Stands in for a language model that summarizes: the summary so far, and what the user has told since.
struct FirstWords: Summarizer {
    func summarize(_ messages: [Message], after summary: String?) async throws -> String {
        let told = messages.filter { $0.role == .user }.map(\.content)
        return ([summary].compactMap(\.self) + told).joined(separator: "; ")
    }
}
