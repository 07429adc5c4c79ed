#if SQLite
    internal import AgentMemory

    /// What a backend's tables and indexes are called: the name that the user gave, with something behind it.
    ///
    /// Names that end in `Name` are as they stand in the schema; the others are quoted, for SQL.
    final class TableNames: Sendable {
        private static let bytesMax = 128

        let table: String
        let view: String
        let messages: String
        let sessions: String
        let ids: String
        let search: String
        let schema: String
        let messagesByPlace: String
        let sessionsByUpdate: String
        let sessionsBySize: String
        let sessionsByExpiry: String
        let idsByPlace: String
        let saving: SavingTexts

        /// - Throws: `MemoryError` with `invalidArgument` for a name that SQLite wouldn't take.
        init(table: String) throws(MemoryError) {
            guard !table.isEmpty, table.utf8.count <= Self.bytesMax, !table.utf8.contains(0) else {
                throw MemoryError(
                    .invalidArgument, "The name of a table has 1 to \(Self.bytesMax) bytes, none of them zero")
            }
            guard !table.lowercased().hasPrefix("sqlite_") else {
                throw MemoryError(.invalidArgument, "SQLite keeps names that begin with sqlite_ for itself")
            }
            self.table = table
            // Once: every statement has some of them in it.
            view = Self.quoted(table)
            messages = Self.quoted(table + "_messages")
            sessions = Self.quoted(table + "_sessions")
            ids = Self.quoted(table + "_ids")
            search = Self.quoted(table + "_search")
            schema = Self.quoted(table + "_schema")
            messagesByPlace = Self.quoted(table + "_messages_by_place")
            sessionsByUpdate = Self.quoted(table + "_sessions_by_update")
            sessionsBySize = Self.quoted(table + "_sessions_by_size")
            sessionsByExpiry = Self.quoted(table + "_sessions_by_expiry")
            idsByPlace = Self.quoted(table + "_ids_by_place")
            saving = SavingTexts(messages: messages, sessions: sessions, ids: ids, search: search)
        }

        var schemaName: String { table + "_schema" }

        /// The names that must be free where there is no schema yet.
        var allNames: [String] {
            let suffixes = [
                "", "_messages", "_sessions", "_ids", "_search", "_schema", "_messages_by_place", "_sessions_by_update",
                "_sessions_by_size", "_sessions_by_expiry", "_ids_by_place", "_search_data", "_search_idx",
                "_search_docsize", "_search_config",
            ]
            return suffixes.map { table + $0 }
        }

        /// An identifier in double quotes, with those inside of it doubled.
        private static func quoted(_ name: String) -> String {
            var quoted = "\""
            for scalar in name.unicodeScalars {
                if scalar == "\"" { quoted += "\"" }
                quoted.unicodeScalars.append(scalar)
            }
            return quoted + "\""
        }
    }
#endif
