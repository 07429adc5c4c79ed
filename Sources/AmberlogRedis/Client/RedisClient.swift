#if Redis
    /// What a ``RedisBackend`` speaks to a server through: ``HiredisClient``, or a client that a program has anyway,
    /// with TLS, sentinels or a cluster behind it.
    ///
    /// ```swift
    /// struct Adapter: RedisClient {
    ///     let client: SomeClient
    ///
    ///     func send(_ pipeline: RedisPipeline) async throws -> [RedisReply] {
    ///         try await client.pipeline(pipeline.commands).map { reply in … }
    ///     }
    ///     func close() async { await client.shutdown() }
    /// }
    /// let memory = try await RedisBackend(client: Adapter(client: client))
    /// ```
    ///
    /// **What it must do.** Give one reply for each command, in their order; an error that the server answers is a
    /// reply, not thrown. Send nothing twice by itself: the backend does, and marks what it sends so that twice does no
    /// harm. Commands of one pipeline go to the server in their order; they need not follow one another without a gap.
    ///
    /// **What it throws.** ``RedisConnectionError`` for whatever happened on the way, which the backend tries again;
    /// `CancellationError` only as long as nothing has been sent. Anything else goes to the caller as it is.
    public protocol RedisClient: Sendable {
        /// Sends commands and returns what the server answers to each.
        func send(_ pipeline: RedisPipeline) async throws -> [RedisReply]

        /// Waits for what is running and lets all connections go. Closing again does nothing.
        func close() async

        /// Whom it speaks to, for error messages. Without a password.
        var description: String { get }
    }

    /// A connection that could not be made, or broke.
    public struct RedisConnectionError: Error, Sendable, Hashable {
        /// What happened, as a sentence without secrets.
        public var reason: String
        /// Whether the server may have got the commands, and done what they say.
        public var mayHaveBeenSent: Bool
        /// Whether nothing went wrong but that it took too long.
        public var isTimeout: Bool
        /// What the server said when it wouldn't have the connection, such as `WRONGPASS …`; `nil` when it said nothing.
        public var refusal: String?

        /// An error, as a client throws it.
        public init(_ reason: String, mayHaveBeenSent: Bool, isTimeout: Bool = false, refusal: String? = nil) {
            self.reason = reason
            self.mayHaveBeenSent = mayHaveBeenSent
            self.isTimeout = isTimeout
            self.refusal = refusal
        }
    }

    /// What a server answers to a command.
    public enum RedisReply: Sendable, Hashable {
        /// A string of bytes, or a status such as `OK`.
        case string([UInt8])
        /// A number.
        case integer(Int64)
        /// Several replies.
        case array([RedisReply])
        /// Nothing.
        case null
        /// An error, with its code as the first word: `WRONGTYPE Operation against a key…`.
        case error(String)
    }
#endif
