// A wrapper that notes when messages are saved, on any backend: `TimedMemoryExample log:agent-memory`.
import AgentMemory
import AmberlogAllBackends
import ExampleSupport

let memory = TimedMemory(base: try await createMemory(location(or: "MEMORY_URL"), registry: .all))

try await memory.clear("user_123")
// What was said long ago and is saved now is recent all the same.
let old = Timestamp.now - .seconds(86_400)
try await memory.save([Message(role: .user, content: "Said yesterday", timestamp: old)], to: "user_123")
let noon = Timestamp.now
try await memory.save([Message(role: .user, content: "Said today")], to: "user_123")

let all = try await memory.recentMessages(in: "user_123", since: old)
let recent = try await memory.recentMessages(in: "user_123", since: noon)
print("since yesterday: \(all.map(\.content))")
print("since noon: \(recent.map(\.content))")
expect(all.map(\.content) == ["Said yesterday", "Said today"], "both were saved since yesterday")
expect(recent.map(\.content) == ["Said today"], "one was saved since then")
try await memory.clear("user_123")
try await memory.close()
