// Conversations in memory: fast, bounded, and gone with the process.
import AgentMemory
import ExampleSupport

let memory = InMemoryBackend(maxSessions: 500, maxMessagesPerSession: 200, timeToLive: .seconds(3600))

_ = try await chat("My name is Alice and I work at TechCorp", session: "user_123", memory: memory)
let answer = try await chat("What company do I work at?", session: "user_123", memory: memory)
print(answer)
expect(answer == "You work at TechCorp.", "the answer comes from memory")

for session in 0..<600 {
    try await memory.save([Message(role: .user, content: "Hello")], to: "visitor_\(session)")
}
let sessions = try await memory.sessions(by: .id, after: nil, limit: 1000).sessions
print("sessions: \(sessions.count)")
expect(sessions.count == 500, "those that were used last stay, 500 of them")
expect(try await memory.load("user_123").isEmpty, "the one that was used first is gone")
