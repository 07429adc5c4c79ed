public import AgentMemory

/// Stands in for a language model: it knows what its context says, and nothing else.
public enum ScriptedModel {
    /// Answers the last message of the context from those before it.
    public static func answer(_ context: [Message]) -> String {
        guard let question = context.last?.content, question.hasSuffix("?") else { return "I'll remember that." }
        let told = context.dropLast().filter { $0.role == .user || $0.role == .system }
        for message in told.reversed() {
            if let place = message.content.firstRange(of: "work at ") {
                return "You work at \(message.content[place.upperBound...])."
            }
        }
        return "You haven't told me."
    }
}
