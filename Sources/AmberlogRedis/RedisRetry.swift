#if Redis
    /// How often, and after which pauses, a ``RedisBackend`` tries again when the server can't be reached, breaks the
    /// connection, or says that it isn't ready.
    ///
    /// ```swift
    /// let retry = RedisRetry(attempts: 8, firstPause: .milliseconds(100))
    /// let memory = try await RedisBackend(url: "redis://localhost:6379", retry: retry)
    /// ```
    ///
    /// Every pause is twice as long as the one before, up to the longest, and then a random part of that, at least half:
    /// clients that lost the same server don't come back all at once.
    public struct RedisRetry: Sendable, Hashable {
        /// How often something is sent at most, the first time included.
        public var attempts: Int
        /// Before the second attempt.
        public var firstPause: Duration
        /// No pause is longer.
        public var longestPause: Duration

        /// A server remembers what it has done for a token for five minutes, and what is tried again must come in that
        /// time. This is the time after which no attempt begins.
        static let span = Duration.seconds(60)

        /// A policy: by default five attempts within some two seconds, if each fails at once.
        public init(
            attempts: Int = 5, firstPause: Duration = .milliseconds(100), longestPause: Duration = .seconds(2)
        ) {
            self.attempts = attempts
            self.firstPause = firstPause
            self.longestPause = longestPause
        }

        /// One attempt.
        public static let never = RedisRetry(attempts: 1)

        /// The pause after the so manieth attempt.
        func pause(after attempt: Int) -> Duration {
            var pause = max(.zero, firstPause)
            for _ in 1..<max(1, min(attempt, 32)) where pause < longestPause { pause *= 2 }
            return min(pause, max(.zero, longestPause)) * Double.random(in: 0.5...1)
        }
    }
#endif
