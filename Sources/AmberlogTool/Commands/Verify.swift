internal import AgentMemory
internal import Amberlog
internal import ArgumentParser
internal import Synchronization

struct Verify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check that a store is whole.",
        discussion: """
            Reads every frame of every file and says what doesn't match its checksum or its place: the file, the \
            offset, the session, the messages. --quick looks at the manifest, the journals and both ends of every \
            other file; --deep decodes every message, too, and compares the index with one made again.

            Changes no byte, and the store may be in use. With --repair, and only then, a damaged store is made whole \
            again with all that its bytes still say: messages keep their numbers, what is gone becomes a gap and is \
            told, and the files that were damaged are kept as they were in quarantine/, with a report.

            Exit codes: 0 whole (or made whole), 2 damage found, 1 could not be checked, 75 in use (for --repair).

            Example:
              amberlog verify
              amberlog verify --deep --store /srv/agent-memory
              amberlog verify --repair
              amberlog verify --json | jq 'select(.severity == "damage")'
            """)

    @OptionGroup var store: StoreArguments

    @Flag(help: "Only what takes milliseconds.")
    var quick = false

    @Flag(help: "Every message and the index, too.")
    var deep = false

    @Flag(help: "Make the store whole again, if it isn't.")
    var repair = false

    @Flag(help: "Print each finding as a line of JSON, then a summary.")
    var json = false

    func validate() throws {
        if repair && (quick || deep) { throw ValidationError("--repair looks at everything that it needs to.") }
        if quick && deep { throw ValidationError("--quick and --deep exclude each other.") }
    }

    func run() async throws {
        let path = try store.path
        let watch = Stopwatch()
        let depth: VerificationDepth = quick ? .quick : deep ? .deep : .standard
        let output = Output()
        do {
            if repair { try await repairStore(at: path, output) }
            let report = try await AmberlogStore.verify(path, depth: repair ? .deep : depth)
            try print(report, output)
            try summarize(report, seconds: watch.seconds, output)
            try output.flush()
            if !report.isWhole { throw ExitCode(2) }
        } catch var error as MemoryError {
            if error.place.backend == nil { error.place.backend = path }
            throw error
        }
    }

    private func print(_ report: VerificationReport, _ output: Output) throws {
        for finding in report.findings {
            if json {
                try output.line(finding.json)
            } else {
                try output.line("\(finding.severity == .damage ? "damage" : "note  ")  \(finding)")
            }
        }
    }

    private func repairStore(at path: String, _ output: Output) async throws {
        let report = try await AmberlogStore.repair(path)
        guard report.isChanged else {
            if !json { try output.line("Nothing to repair") }
            return
        }
        for finding in report.before.damages where !json { try output.line("damage  \(finding)") }
        for action in report.actions {
            try json ? output.line(["repaired": .string(action)]) : output.line("repair  \(action)")
        }
        for loss in report.losses {
            try json ? output.line(loss.json) : output.line("gone    \(loss)")
        }
        if let quarantine = report.quarantine, !json { try output.line("The report: \(quarantine)-REPORT.txt") }
    }

    private func summarize(_ report: VerificationReport, seconds: Double, _ output: Output) throws {
        if json {
            try output.line(
                [
                    "whole": .bool(report.isWhole), "depth": .string(report.depth.rawValue),
                    "damages": .integer(Int64(report.damages.count)),
                    "files": .integer(Int64(report.files)), "bytes": .integer(Int64(clamping: report.bytes)),
                    "sessions": .integer(Int64(report.sessions)),
                    "messages": .integer(Int64(clamping: report.messages)), "seconds": .double(seconds),
                ])
            return
        }
        let looked =
            "\(Humanized.count(report.sessions, "session")), \(Humanized.count(report.messages, "message")), "
            + "\(Humanized.count(report.files, "file")), \(Humanized.bytes(report.bytes)), in "
            + Humanized.seconds(seconds)
        try output.line(
            report.isWhole ? "Whole: \(looked)" : "\(Humanized.count(report.damages.count, "damage")) found: \(looked)")
    }
}

extension VerificationFinding {
    fileprivate var json: JSONValue {
        var members: [String: JSONValue] = [
            "severity": .string(severity.rawValue), "kind": .string(kind.rawValue), "what": .string(what),
        ]
        if let file { members["file"] = .string(file) }
        if let offset { members["offset"] = .integer(Int64(clamping: offset)) }
        if let session { members["session_id"] = .string(session) }
        if let sequences, let last = sequences.last {
            members["first_sequence"] = .integer(Int64(clamping: sequences.lowerBound))
            members["last_sequence"] = .integer(Int64(clamping: last))
        }
        return .object(members)
    }
}

extension RepairReport.Loss {
    fileprivate var json: JSONValue {
        var members: [String: JSONValue] = ["gone": .string(what)]
        if let session { members["session_id"] = .string(session) }
        if let sequences, let last = sequences.last {
            members["first_sequence"] = .integer(Int64(clamping: sequences.lowerBound))
            members["last_sequence"] = .integer(Int64(clamping: last))
        }
        return .object(members)
    }
}
