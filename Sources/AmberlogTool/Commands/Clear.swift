internal import AgentMemory
internal import Amberlog
internal import ArgumentParser

struct Clear: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Remove a session, all sessions, or old ones.",
        discussion: """
            With --erase the command returns after the bytes are gone from every file of the store: overwritten, then \
            removed.

            Example:
              amberlog clear user_123 --erase
              amberlog clear --older-than 30d --dry-run
            """)

    @OptionGroup var store: StoreArguments

    @Argument(help: "The session.")
    var session: String?

    @Flag(help: "Remove every session.")
    var all = false

    @Option(
        help: ArgumentHelp(
            "Remove sessions last saved to longer ago than this: 90s, 15m, 12h, 30d, 2w.", valueName: "age"))
    var olderThan: AgeArgument?

    @Flag(help: "Don't ask.")
    var yes = false

    @Flag(help: "Only say what would be removed.")
    var dryRun = false

    @Flag(help: "Wait until the bytes are gone, and say what was overwritten.")
    var erase = false

    @Flag(help: "Print what was done as a JSON object.")
    var json = false

    func validate() throws {
        let targets = (session == nil ? 0 : 1) + (all ? 1 : 0) + (olderThan == nil ? 0 : 1)
        guard targets == 1 else { throw ValidationError("Name a session, or give --all or --older-than.") }
        try checkSessionID(session)
        if !yes, !dryRun, !Terminal.isInput {
            throw ValidationError("Nobody can be asked here: give --yes or --dry-run.")
        }
    }

    func run() async throws {
        let limit = olderThan.map { Timestamp.now - $0.duration }
        if dryRun {
            let sessions = try await store.read { try await found($0, before: limit) }
            return try tell(sessions, nil)
        }
        let (sessions, report) = try await store.open(.readWrite) { store -> ([SessionInfo]?, Erased?) in
            let sessions = try await found(store, before: limit)
            guard yes || confirms(sessions) else { return (nil, nil) }
            guard erase else {
                if let limit { return (try await store.clearSessions(olderThan: limit, dryRun: false), nil) }
                if let session { try await store.clear(session) } else { try await store.clearAll() }
                return (sessions, nil)
            }
            if limit == nil {
                if let session { return (sessions, Erased(try await store.erase(session))) }
                return (sessions, Erased(try await store.eraseAll()))
            }
            var erased = Erased()
            for old in sessions { erased.add(try await store.erase(old.id)) }
            return (sessions, erased)
        }
        guard let sessions else {
            Messages.print("Nothing was removed")
            throw ExitCode.failure
        }
        try tell(sessions, report)
    }

    private func found(_ store: AmberlogStore, before limit: Timestamp?) async throws -> [SessionInfo] {
        if let session { return try await store.info(session).map { [$0] } ?? [] }
        if let limit { return try await store.clearSessions(olderThan: limit, dryRun: true) }
        var sessions: [SessionInfo] = []
        for try await info in store.allSessions(by: .id, pageSize: 4096) { sessions.append(info) }
        return sessions
    }

    private func confirms(_ sessions: [SessionInfo]) -> Bool {
        if sessions.isEmpty { return true }
        return Terminal.confirms("\(erase ? "Erase" : "Remove") \(summary(sessions))?")
    }

    private func summary(_ sessions: [SessionInfo]) -> String {
        let messages = sessions.reduce(0) { $0 + $1.messageCount }
        let bytes = sessions.reduce(UInt64(0)) { $0 + $1.byteCount }
        let what =
            sessions.count == 1
            ? "the session \(Visible.line(sessions[0].id))" : Humanized.count(sessions.count, "session")
        return "\(what) (\(Humanized.count(messages, "message")), \(Humanized.bytes(bytes)))"
    }

    private func tell(_ sessions: [SessionInfo], _ report: Erased?) throws {
        let output = Output()
        if json {
            var object: [String: JSONValue] = [
                "sessions": .integer(Int64(sessions.count)),
                "messages": .integer(Int64(sessions.reduce(0) { $0 + $1.messageCount })),
                "bytes": .integer(Int64(clamping: sessions.reduce(UInt64(0)) { $0 + $1.byteCount })),
                "dry_run": .bool(dryRun),
                "session_ids": .array(sessions.map { .string($0.id) }),
            ]
            if let report {
                object["erased"] = [
                    "sessions": .integer(Int64(report.sessions)), "files": .integer(Int64(report.files)),
                    "bytes": .integer(Int64(clamping: report.bytes)),
                ]
            }
            try output.line(.object(object))
        } else if sessions.isEmpty {
            try output.line(session.map { "There is no session \(Visible.line($0))" } ?? "There is nothing to remove")
        } else {
            try output.line((dryRun ? "Would remove " : "Removed ") + summary(sessions))
            if dryRun, sessions.count > 1 {
                for session in sessions { try output.line("  \(Visible.line(session.id))") }
            }
            if let report {
                try output.line(
                    "Overwrote and removed \(Humanized.count(report.files, "file")) of \(Humanized.bytes(report.bytes))"
                )
            }
        }
        try output.flush()
    }
}

/// What one or several erases did together.
private struct Erased {
    var sessions = 0
    var files = 0
    var bytes: UInt64 = 0

    init() {}

    init(_ report: EraseReport) {
        add(report)
    }

    mutating func add(_ report: EraseReport) {
        sessions += report.sessions
        files += report.files
        bytes += report.bytes
    }
}
