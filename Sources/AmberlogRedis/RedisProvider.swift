#if Redis
    public import AgentMemory

    extension BackendProvider {
        /// ``RedisBackend``, as `redis`, `redis://HOST:PORT/NUMBER` and `rediss:`, which says why it isn't there.
        public static let redis = BackendProvider(
            names: ["redis"], schemes: ["redis", "rediss", "unix", "redis+unix"],
            location: BackendOption("url", .text, "The server (redis://localhost:6379)."),
            options: [
                BackendOption("prefix", .text, "What the keys begin with (agentz:sessions:)."),
                BackendOption(
                    "ttl", .duration, aliases: ["time_to_live"], "How long a session stays after its last save (24h)."),
                BackendOption(
                    "max_messages", .count, aliases: ["maximum_messages"],
                    "How many messages of a session are kept (1000)."),
                BackendOption("compression", .flag, "Whether messages are compressed where that helps (true)."),
                BackendOption("connections", .count, "How many connections there are at most (4)."),
                BackendOption("connect_timeout", .duration, "How long connecting may take (5s)."),
                BackendOption("command_timeout", .duration, "How long an answer may take (10s)."),
            ]
        ) { settings in
            let timeToLive: Duration?? = try settings.duration("ttl")
            let maximum: Int?? = try settings.limit("max_messages")
            return try await RedisBackend(
                url: settings.location ?? "redis://localhost:6379",
                prefix: try settings.text("prefix") ?? "agentz:sessions:", timeToLive: timeToLive ?? .seconds(86_400),
                maximumMessages: maximum ?? 1000, compression: try settings.flag("compression") ?? true,
                connections: try settings.count("connections") ?? 4,
                connectTimeout: (try settings.duration("connect_timeout") ?? nil) ?? .seconds(5),
                commandTimeout: (try settings.duration("command_timeout") ?? nil) ?? .seconds(10))
        }
    }
#endif
