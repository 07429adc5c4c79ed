#if PostgreSQL
    internal import AgentMemory

    /// Why a statement has failed, and what that means for what it would have changed.
    struct ConnectionFailure: Error, Sendable {
        enum Kind: Sendable {
            /// No connection: nothing was sent.
            case unreachable
            /// The server has refused the statement and undone all of its transaction.
            case refused
            /// The connection has ended while the server was at it. It may have done all of it, or nothing.
            case lost
            /// No answer in time. The server may do it yet.
            case unanswered

            /// Whether it may have been done.
            var leavesDoubt: Bool { self == .lost || self == .unanswered }
        }

        var kind: Kind
        /// The SQLSTATE, where the server has given one.
        var code: String?
        /// What libpq or the server says, without a secret.
        var message: String
        /// The call was cancelled, and this is what came of it.
        var isCancelled = false
        /// The time for a new connection was over.
        var isLate = false

        /// Whether a new connection may be tried at once, or later: the server is down, starts, or has no room.
        var isTransient: Bool {
            switch kind {
            case .unanswered: false
            case .lost: true
            case .unreachable:
                // Another attempt would take as long. A name that nobody knows, or no server that listens, has no code.
                !isLate && (code.map { $0.hasPrefix("57P") || $0.hasPrefix("53") || $0.hasPrefix("08") } ?? true)
            case .refused:
                // Two transactions were in each other's way.
                ["40001", "40P01"].contains(code)
            }
        }
    }

    extension MemoryError {
        /// An error of libpq or of the server, as the contract tells it.
        ///
        init(_ failure: ConnectionFailure, changes: Changes, place: Place) {
            var (code, retry) = Self.codes(failure)
            let state = failure.code.map { " (SQLSTATE \($0))" } ?? ""
            var text = "PostgreSQL: \(failure.message)\(state)"
            if failure.kind.leavesDoubt, changes == .recognizably || changes == .onceOnly {
                // Whoever repeats what may be done by now could do it twice.
                retry = .never
                text += "; it isn't known whether the change was made: look before you repeat it"
            }
            if failure.kind == .unanswered || failure.isLate { code = .timedOut }
            self.init(code, text, at: place, retry: retry)
        }

        private static func codes(_ failure: ConnectionFailure) -> (Code, Retry) {
            guard let state = failure.code else { return (.unavailable, .later) }
            switch state {
            case "3D000", "3F000": return (.notAStore, .never)
            case "25006": return (.readOnly, .later)
            case "42501": return (.unavailable, .never)
            case "57014": return (.timedOut, .later)
            case "55P03": return (.locked, .later)
            case "53100": return (.noSpace, .later)
            case "54000", "54001", "22001": return (.tooLarge, .never)
            case "XX001", "XX002": return (.damaged, .never)
            case "42P01", "42703", "42883": return (.damaged, .afterReopening)
            default: break
            }
            switch state.prefix(2) {
            case "28", "0A": return (.unavailable, .never)
            case "08", "53", "57", "40": return (.unavailable, .later)
            case "22": return (.invalidMessage, .never)
            default: return (.inputOutput, .never)
            }
        }

        /// A value that only another program can have written.
        static func damaged(_ what: String) -> MemoryError {
            MemoryError(.damaged, "The database holds no \(what) where one belongs")
        }
    }
#endif
