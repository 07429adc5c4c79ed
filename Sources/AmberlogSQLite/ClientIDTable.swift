#if SQLite
    internal import AgentMemory
    internal import GRDB

    /// The newest ids of each session's messages: see `MemoryLimits.rememberedIDs`.
    struct ClientIDTable {
        let db: Database
        let names: TableNames

        /// The sequence that an id has, if it is known.
        func sequence(of id: String, in session: SessionRow) throws -> UInt64? {
            try db.firstRow(names.saving.sequenceOfID, session.number, id) { try $0.natural(0, "sequence") }
        }

        func remember(_ id: String, _ sequence: Int64, in session: SessionRow) throws {
            try db.run(names.saving.rememberID, session.number, id, sequence)
        }

        /// Keeps only the newest.
        func forgetOld(in session: SessionRow) throws {
            try db.run(names.saving.forgetOldIDs, session.number, MemoryLimits.rememberedIDs)
        }

        /// Frees the ids of messages that were taken back.
        func forget(from sequence: Int64, in session: SessionRow) throws {
            try db.run(
                "DELETE FROM \(names.ids) WHERE session = ? AND sequence >= ?", session.number, sequence)
        }
    }
#endif
