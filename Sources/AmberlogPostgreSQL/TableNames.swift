#if PostgreSQL
    internal import AgentMemory

    /// What a backend's tables, indexes and functions are called: the name that the user gave, with something behind it.
    ///
    /// Names that end in `Name` are as they stand in the catalog; the others are quoted, for SQL.
    struct TableNames: Sendable {
        /// PostgreSQL cuts a name after so many bytes, without a word.
        private static let bytesMax = 63
        private static let longestSuffix = "_sessions_by_update"
        private static let tableMax = bytesMax - longestSuffix.utf8.count

        let schemaName: String
        let table: String

        /// - Throws: `MemoryError` with `invalidArgument` for a name that PostgreSQL wouldn't take, or would cut.
        init(table: String, schema: String) throws(MemoryError) {
            guard Self.isName(table, Self.tableMax) else {
                throw MemoryError(
                    .invalidArgument, "The name of a table has 1 to \(Self.tableMax) bytes, none of them zero")
            }
            guard Self.isName(schema, Self.bytesMax) else {
                throw MemoryError(
                    .invalidArgument, "The name of a schema has 1 to \(Self.bytesMax) bytes, none of them zero")
            }
            self.table = table
            schemaName = schema
            // Once: every statement has some of them in it.
            let schemaQuoted = Self.quoted(schema)
            func qualified(_ suffix: String) -> String { schemaQuoted + "." + Self.quoted(table + suffix) }
            view = qualified("")
            messages = qualified("_messages")
            sessions = qualified("_sessions")
            ids = qualified("_ids")
            versions = qualified("_schema")
            messagesByWord = Self.quoted(table + "_messages_by_word")
            messagesBySave = Self.quoted(table + "_messages_by_save")
            messagesUnindexed = Self.quoted(table + "_messages_to_index")
            sessionsByUpdate = Self.quoted(table + Self.longestSuffix)
            sessionsBySize = Self.quoted(table + "_sessions_by_size")
            sessionsByExpiry = Self.quoted(table + "_sessions_by_expiry")
            idsByPlace = Self.quoted(table + "_ids_by_place")
            begin = qualified("_begin")
            finish = qualified("_finish")
            save = qualified("_save")
            end = qualified("_end")
            drop = qualified("_drop")
            trim = qualified("_trim")
            removeLast = qualified("_remove_last")
            clear = qualified("_clear")
            clearAll = qualified("_clear_all")
            clearOld = qualified("_clear_old")
            self.schema = schemaQuoted
        }

        private static func isName(_ name: String, _ bytesMax: Int) -> Bool {
            !name.isEmpty && name.utf8.count <= bytesMax && !name.utf8.contains(0)
        }

        // MARK: Tables

        let view: String
        let messages: String
        let sessions: String
        let ids: String
        let versions: String

        var versionsName: String { table + "_schema" }
        var messagesByWordName: String { table + "_messages_by_word" }

        // MARK: Indexes, which are always in the schema of their table

        let messagesByWord: String
        let messagesBySave: String
        let messagesUnindexed: String
        let sessionsByUpdate: String
        let sessionsBySize: String
        let sessionsByExpiry: String
        let idsByPlace: String

        // MARK: Functions

        let begin: String
        let finish: String
        let save: String
        let end: String
        let drop: String
        let trim: String
        let removeLast: String
        let clear: String
        let clearAll: String
        let clearOld: String

        /// The names of relations that must be free where there are no tables yet.
        var allNames: [String] {
            let suffixes = [
                "", "_messages", "_sessions", "_ids", "_schema", "_messages_by_word", "_messages_by_save",
                "_messages_to_index", "_sessions_by_update", "_sessions_by_size", "_sessions_by_expiry",
                "_ids_by_place",
            ]
            return suffixes.map { table + $0 }
        }

        let schema: String

        /// An identifier in double quotes, with those inside of it doubled.
        private static func quoted(_ name: String) -> String {
            var quoted = "\""
            for scalar in name.unicodeScalars {
                if scalar == "\"" { quoted += "\"" }
                quoted.unicodeScalars.append(scalar)
            }
            return quoted + "\""
        }

        /// A text as a constant of SQL, whatever `standard_conforming_strings` says.
        static func constant(_ text: String) -> String {
            var quoted = "E'"
            for scalar in text.unicodeScalars {
                if scalar == "'" || scalar == "\\" { quoted.unicodeScalars.append(scalar) }
                quoted.unicodeScalars.append(scalar)
            }
            return quoted + "'"
        }
    }
#endif
