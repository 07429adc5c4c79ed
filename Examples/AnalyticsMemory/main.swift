// A wrapper that counts, on any backend: `AnalyticsMemoryExample log:agent-memory`.
import AgentMemory
import AmberlogAllBackends
import ExampleSupport

let memory = AnalyticsMemory(base: try await createMemory(location(or: "MEMORY_URL"), registry: .all))

try await memory.clear("user_123")
let turn = [
    Message(role: .user, content: "How warm is it in Oslo?", metadata: ["tokens": 8, "topic": "weather"], id: "1"),
    Message(role: .assistant, content: "−3.5 °C.", metadata: ["tokens": 5, "topic": "weather"], id: "2"),
]
try await memory.save(turn, to: "user_123")
try await memory.save(turn, to: "user_123")  // Again: an answer was lost on the way, and the caller tries once more.
try await memory.save([Message(role: .user, content: "Thanks!")], to: "user_123")

let analytics = await memory.analytics["user_123"] ?? AnalyticsMemory.Analytics()
print("\(analytics.messageCount) messages, \(analytics.totalTokens) tokens, about \(analytics.topics.sorted())")
expect(analytics == .init(messageCount: 3, totalTokens: 13, topics: ["weather"]), "nothing is counted twice")
try await memory.clear("user_123")
try await memory.close()
