internal import AgentMemory
internal import Amberlog
internal import ArgumentParser

struct Sweep: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Remove the sessions that have expired.",
        discussion: """
            Example:
              amberlog sweep
            """)

    @OptionGroup var store: StoreArguments

    @Flag(help: "Print what was done as a JSON object.")
    var json = false

    func run() async throws {
        let sessions = try await store.open(.readWrite) { try await $0.sweep() }
        let messages = sessions.reduce(0) { $0 + $1.messageCount }
        let bytes = sessions.reduce(UInt64(0)) { $0 + $1.byteCount }
        let output = Output()
        if json {
            try output.line(
                [
                    "sessions": .integer(Int64(sessions.count)), "messages": .integer(Int64(messages)),
                    "bytes": .integer(Int64(clamping: bytes)),
                    "session_ids": .array(sessions.map { .string($0.id) }),
                ])
        } else {
            try output.line(
                "Removed \(Humanized.count(sessions.count, "expired session")) (\(Humanized.count(messages, "message")), "
                    + "\(Humanized.bytes(bytes)))")
        }
        try output.flush()
    }
}
