// A backend of one's own, and the check that it does what every backend must.
import AgentMemory
import AmberlogTestKit
import ExampleSupport

let memory = DictionaryBackend()
try await memory.save(
    [
        Message(role: .user, content: "Hello, I write Python programs"),
        Message(role: .assistant, content: "Hi there!"),
    ], to: "user_123")
try await memory.save([Message(role: .user, content: "Python? Not me.")], to: "user_456")

let messages = try await memory.load("user_123", limit: 50)
print("loaded: \(messages.map(\.content))")
expect(messages.count == 2, "both messages are there, in their order")

let found = try await memory.search("python programs", in: "user_123", limit: 5)
print("found: \(found.map(\.content))")
expect(found.map(\.content) == ["Hello, I write Python programs"], "a search stays in its session")

try await memory.clear("user_123")
expect(try await memory.load("user_123").isEmpty, "a cleared session is empty")
expect(try await memory.load("user_456").count == 1, "another one stays")
try await memory.clearAll()
expect(try await memory.load("user_456").isEmpty, "nothing stays when all is cleared")

let conformance = BackendConformance(capabilities: []) { setup in
    // What it can't do, it has to refuse.
    guard setup.timeToLive == nil, setup.maximumMessages == nil else {
        throw MemoryError(.unsupported, "Nothing expires here, and nothing is trimmed")
    }
    return DictionaryBackend()
}
let failures = await conformance.run()
for failure in failures { print(failure) }
expect(failures.isEmpty, "it does what every backend must")
print("passed: \(conformance.checks.count) checks")
