#if PostgreSQL
    public import AgentMemory

    extension BackendProvider {
        /// ``PostgreSQLBackend``, as `postgresql`, `postgres` and `postgresql://USER@HOST/DATABASE`.
        public static let postgresql = BackendProvider(
            names: ["postgresql", "postgres"], schemes: ["postgresql", "postgres"],
            location: BackendOption(
                "connection_string", .text, aliases: ["url"], "The server and the database, as libpq reads it."),
            options: [
                BackendOption("pool_size", .count, "How many connections there are at most (10)."),
                BackendOption(
                    "table_name", .text, aliases: ["table"], "What the tables are called (agent_conversations)."),
                BackendOption("schema", .text, "The schema that they are in (public)."),
                BackendOption(
                    "enable_search", .flag, aliases: ["search", "search_enabled"], "Whether there is an index (true)."),
                BackendOption(
                    "ttl", .duration, aliases: ["time_to_live"], "How long a session stays after its last save."),
                BackendOption(
                    "max_messages", .count, aliases: ["maximum_messages"], "How many messages of a session are kept."),
                // What a URL of libpq calls so itself is in seconds as well.
                BackendOption("statement_timeout", .duration, "How long a statement may take (30s)."),
                BackendOption("wait_timeout", .duration, "How long a connection is waited for (30s)."),
            ]
        ) { settings in
            try await PostgreSQLBackend(
                settings.location ?? "postgresql://", poolSize: try settings.count("pool_size") ?? 10,
                table: try settings.text("table_name") ?? "agent_conversations",
                schema: try settings.text("schema") ?? "public",
                searchEnabled: try settings.flag("enable_search") ?? true,
                timeToLive: try settings.duration("ttl") ?? nil,
                maximumMessages: try settings.limit("max_messages") ?? nil,
                statementTimeout: (try settings.duration("statement_timeout") ?? nil) ?? .seconds(30),
                waitTimeout: (try settings.duration("wait_timeout") ?? nil) ?? .seconds(30))
        }
    }
#endif
