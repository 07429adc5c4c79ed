// Two backends as one, one of which goes away and comes back.
import AgentMemory
import Amberlog
import ExampleSupport

let directory = try newDirectory()
let first = try await AmberlogStore.open(directory + "/first")
let second = try await AmberlogStore.open(directory + "/second")
let memory = MultiBackendMemory(backends: [first, second])
try await memory.save([Message(role: .user, content: "I work at TechCorp", id: "1")], to: "user_123")

// The first one is gone: reading goes on, and a save says who didn't take it.
try await first.close()
print("loaded: \(try await memory.load("user_123").map(\.content))")
let more = [Message(role: .user, content: "Where do I work?", id: "2")]
do {
    try await memory.save(more, to: "user_123")
    leave("A save that reached one of two was no error", code: 1)
} catch let error as PartialFailure {
    print("not saved in \(error.failures.keys.sorted())")
    expect(error.failures.keys.sorted() == [0], "the error says which")
}

// It is back: the same save, once more, reaches it, and the other one takes nothing twice.
let reopened = try await AmberlogStore.open(directory + "/first")
let whole = MultiBackendMemory(backends: [reopened, second])
try await whole.save(more, to: "user_123")
for backend in whole.backends {
    let messages = try await backend.load("user_123")
    print("kept: \(messages.map(\.content))")
    expect(messages.compactMap(\.id) == ["1", "2"], "both have both messages, once")
}
try await whole.close()
try remove(directory)
