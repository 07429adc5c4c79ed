#if SQLite
    internal import AgentMemory
    internal import GRDB

    extension MemoryError {
        /// An error of SQLite, as the contract tells it.
        init(_ error: DatabaseError, at place: Place) {
            let code: Code
            let retry: Retry
            switch error.resultCode {
            case .SQLITE_FULL: (code, retry) = (.noSpace, .later)
            case .SQLITE_BUSY, .SQLITE_LOCKED: (code, retry) = (.locked, .later)
            case .SQLITE_CORRUPT, .SQLITE_NOTADB: (code, retry) = (.damaged, .never)
            case .SQLITE_READONLY: (code, retry) = (.readOnly, .never)
            case .SQLITE_TOOBIG: (code, retry) = (.tooLarge, .never)
            case .SQLITE_ERROR where error.message?.hasPrefix("no such module") == true:
                // FTS5 was left out when this SQLite was built.
                (code, retry) = (.unsupported, .never)
            case .SQLITE_NOMEM: (code, retry) = (.inputOutput, .later)
            default: (code, retry) = (.inputOutput, .never)
            }
            // Not SQLite's statement: it may hold what was said.
            let reason = error.message ?? "unknown error"
            self.init(
                code, "SQLite: \(reason) (code \(error.extendedResultCode.rawValue))", at: place,
                retry: retry)
        }

        /// A value that only another program can have written.
        static func damaged(_ what: String) -> MemoryError {
            MemoryError(.damaged, "The database holds no \(what) where one belongs")
        }
    }
#endif
