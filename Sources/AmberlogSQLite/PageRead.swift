#if SQLite
    internal import AgentMemory

    /// Some messages of a session side by side, read in one statement, which needs no transaction around it.
    struct PageRead: Sendable {
        enum Order: Sendable {
            /// Those up to a sequence, the newest first.
            case newest
            /// Those after a sequence.
            case oldest
        }

        let order: Order
        let session: String
        let now: Timestamp
        let sequence: Int64
        /// Negative for all.
        let limit: Int

        /// The statement. Its values are the session's id as bytes, the time, the sequence and the limit.
        func sql(_ texts: Texts) -> String { order == .newest ? texts.newest : texts.oldest }

        /// Puts messages into the order of their sequences.
        func order(_ messages: inout [Message]) {
            if order == .newest { messages.reverse() }
        }

        /// The statements of a backend, made once.
        struct Texts: Sendable {
            let newest: String
            let oldest: String

            init(_ names: TableNames) {
                let session = """
                    (SELECT number FROM \(names.sessions)
                    WHERE session_id = CAST(? AS TEXT) AND (expires_at IS NULL OR expires_at > ?))
                    """
                newest = MessageTable.page(of: session, .newest, names)
                oldest = MessageTable.page(of: session, .oldest, names)
            }
        }
    }
#endif
