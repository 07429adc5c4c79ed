import AgentMemory
import AmberlogSQLite
import Foundation

/// The process that the suites of the SQLite backend kill, and share a file with.
///
/// ```
/// SQLiteChild FILE SESSION          saves until it is killed, and acknowledges each save on standard output
/// SQLiteChild FILE SESSION COUNT    compares and appends so many times, then ends
/// ```
@main
enum SQLiteChild {
    static func main() async {
        #if SQLite
            let arguments = CommandLine.arguments
            guard arguments.count >= 3 else { return say("usage: SQLiteChild FILE SESSION [COUNT]") }
            do {
                let memory = try await SQLiteBackend(path: arguments[1])
                if arguments.count > 3 {
                    try await count(to: Int(arguments[3]) ?? 0, memory, arguments[2])
                } else {
                    try await write(memory, arguments[2])
                }
                try await memory.close()
            } catch {
                say("failed \(error)")
            }
        #endif
    }

    /// Straight to the pipe: what was said before the kill must arrive.
    private static func say(_ line: String) {
        FileHandle.standardOutput.write(Data((line + "\n").utf8))
    }

    #if SQLite
        /// The nth save has 1 + n % 4 messages, all with the text "n".
        private static func write(_ memory: SQLiteBackend, _ session: String) async throws {
            var number = Int(try await memory.load(session, limit: 1).last?.content ?? "0") ?? 0
            while true {
                number += 1
                let message = Message(role: .user, content: "\(number)", timestamp: Timestamp(microseconds: 0))
                try await memory.save(Array(repeating: message, count: 1 + number % 4), to: session)
                say("\(number)")
            }
        }

        private static func count(to count: Int, _ memory: SQLiteBackend, _ session: String) async throws {
            var done = 0
            while done < count {
                let last = try await memory.load(session, limit: 1).last
                let next = (Int(last?.content ?? "0") ?? 0) + 1
                do {
                    let message = Message(role: .user, content: "\(next)", timestamp: Timestamp(microseconds: 0))
                    try await memory.save([message], to: session, expecting: last?.sequence ?? 0)
                    done += 1
                } catch let error as MemoryError where error.code == .conflict {
                    await Task.yield()
                }
            }
            say("done")
        }
    #endif
}
