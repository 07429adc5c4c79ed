import AgentMemory
import Amberlog
import Foundation

/// The process that the crash suites kill.
///
/// ```
/// CrashChild write DIRECTORY DURABILITY   saves until it is killed, and acknowledges each save on standard output
/// CrashChild hold DIRECTORY               opens the store, says "open", and waits to be killed
/// CrashChild try DIRECTORY                opens the store and says "open", or the code and the message of the error
/// ```
@main
enum CrashChild {
    static func main() async {
        let arguments = CommandLine.arguments
        guard arguments.count >= 3 else { return say("usage: CrashChild write|hold|try DIRECTORY") }
        do {
            switch arguments[1] {
            case "write": try await write(arguments[2], durability: arguments.count > 3 ? arguments[3] : "synced")
            case "hold":
                let store = try await AmberlogStore.open(arguments[2])
                say("open")
                try await Task.sleep(for: .seconds(60))
                try await store.close()
            default:
                let store = try await AmberlogStore.open(arguments[2])
                say("open")
                try await store.close()
            }
        } catch let error as MemoryError {
            say("\(error.code) \(error.message)")
        } catch {
            say("\(error)")
        }
    }

    /// Straight to the pipe: what was said before the kill must arrive.
    static func say(_ line: String) {
        FileHandle.standardOutput.write(Data((line + "\n").utf8))
    }

    private static func write(_ directory: String, durability: String) async throws {
        var options = StoreOptions()
        switch durability {
        case "buffered": options.durability = .buffered
        case "interval": options.durability = .interval(.milliseconds(5))
        default: break
        }
        options.initialJournalBytes = 64 << 10
        options.maximumJournalBytes = 256 << 10
        options.compactAfter = .milliseconds(20)
        options.sweepInterval = .milliseconds(20)
        let store = try await AmberlogStore.open(directory, options: options)
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
