#if SQLite
    public import AgentMemory

    extension BackendProvider {
        /// ``SQLiteBackend``, as `sqlite` and `sqlite:FILE`.
        public static let sqlite = BackendProvider(
            names: ["sqlite"], schemes: ["sqlite"],
            location: BackendOption("db_path", .text, aliases: ["path"], "The file (agent_memory.db)."), isPath: true,
            options: [
                BackendOption("table_name", .text, aliases: ["table"], "What the tables are called (conversations)."),
                BackendOption("auto_vacuum", .flag, "Whether a file that is made shrinks (true)."),
                BackendOption("journal_mode", .text, "WAL, DELETE, TRUNCATE or PERSIST (WAL)."),
                BackendOption("synchronous", .text, "When a save is on the medium: FULL, EXTRA or NORMAL (FULL)."),
                BackendOption("ttl", .duration, aliases: ["time_to_live"], "How long a session stays."),
                BackendOption(
                    "max_messages", .count, aliases: ["maximum_messages"], "How many messages of a session are kept."),
                BackendOption("busy_timeout", .duration, "How long a locked file is waited for (5s)."),
            ]
        ) { settings in
            let journalMode = try settings.choice("journal_mode", of: SQLiteBackend.JournalMode.self)
            let synchronous = try settings.choice("synchronous", of: SQLiteBackend.Synchronous.self)
            return try await SQLiteBackend(
                path: settings.location ?? "agent_memory.db", table: try settings.text("table_name") ?? "conversations",
                autoVacuum: try settings.flag("auto_vacuum") ?? true, journalMode: journalMode ?? .wal,
                synchronous: synchronous ?? .full, timeToLive: try settings.duration("ttl") ?? nil,
                maximumMessages: try settings.limit("max_messages") ?? nil,
                busyTimeout: (try settings.duration("busy_timeout") ?? nil) ?? .seconds(5))
        }
    }
#endif
