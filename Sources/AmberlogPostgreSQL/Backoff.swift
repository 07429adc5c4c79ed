#if PostgreSQL
    /// How long to wait before something is tried again: twice as long each time, and at random, so that those who have
    /// failed together don't come back together.
    struct Backoff {
        private static let first = Duration.milliseconds(50)
        private static let longest = Duration.seconds(1)
        /// So many times in all, within some two seconds.
        static let attemptsMax = 6

        private(set) var attempts = 1

        var isExhausted: Bool { attempts >= Self.attemptsMax }

        /// The wait before the next attempt.
        mutating func next() -> Duration {
            let whole = min(Self.first * (1 << (attempts - 1)), Self.longest)
            attempts += 1
            return whole * Double.random(in: 0.5...1)
        }
    }
#endif
