import AgentMemory

/// Takes addresses and telephone numbers out of what is said.
struct Redaction: Middleware {
    func beforeSave(_ message: Message, in session: String) throws -> Message {
        var message = message
        message.content = message.content
            .replacing(/\S+@\S+/, with: "[EMAIL]")
            .replacing(/\b\d{3}[-.]?\d{3}[-.]?\d{4}\b/, with: "[PHONE]")
        return message
    }
}
