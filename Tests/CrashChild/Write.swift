import AgentMemory
import Amberlog

extension CrashChild {
    static func write(_ directory: String, durability: String) async throws {
        let store = try await AmberlogStore.open(directory, options: busyOptions(durability))
        await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<4 {
                group.addTask {
                    let session = "session \(writer)"
                    var next = Int(try await store.info(session)?.lastSequence ?? 0) + 1
                    while true {
                        let count = 1 + next % 5
                        try await store.save((next..<next + count).map { message($0, of: session) }, to: session)
                        next += count
                        say("\(writer) \(next - 1)")
                    }
                }
            }
            group.addTask {
                while true {
                    try await store.checkpoint()
                    _ = try await store.compact()
                }
            }
            do {
                try await group.waitForAll()
            } catch {
                say("failed \(error)")
            }
        }
    }

    private static func message(_ number: Int, of session: String) -> Message {
        Message(
            role: number.isMultiple(of: 2) ? .assistant : .user,
            content: "\(session), \(number): " + String(repeating: "word\(number) ", count: number * 37 % 150),
            timestamp: Timestamp(microseconds: Int64(number)))
    }
}
