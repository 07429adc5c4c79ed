public import AgentMemory

/// One turn of an agent: what was said is saved, the model gets the newest messages, and its answer is saved, too.
public func chat(_ text: String, session: String, memory: any MemoryBackend) async throws -> String {
    try await memory.save([Message(role: .user, content: text)], to: session)
    let context = try await memory.load(session, limit: 20)
    let answer = ScriptedModel.answer(context)
    try await memory.save([Message(role: .assistant, content: answer)], to: session)
    return answer
}
