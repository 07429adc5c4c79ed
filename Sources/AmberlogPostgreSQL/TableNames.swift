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
        }

        private static func isName(_ name: String, _ bytesMax: Int) -> Bool {
            !name.isEmpty && name.utf8.count <= bytesMax && !name.utf8.contains(0)
        }

        // MARK: Tables

        var view: String { qualified("") }
        var messages: String { qualified("_messages") }
        var sessions: String { qualified("_sessions") }
        var ids: String { qualified("_ids") }
        var versions: String { qualified("_schema") }

        var versionsName: String { table + "_schema" }
        var messagesByWordName: String { table + "_messages_by_word" }

        // MARK: Indexes, which are always in the schema of their table

        var messagesByWord: String { Self.quoted(messagesByWordName) }
        var messagesBySave: String { Self.quoted(table + "_messages_by_save") }
        var messagesUnindexed: String { Self.quoted(table + "_messages_to_index") }
        var sessionsByUpdate: String { Self.quoted(table + Self.longestSuffix) }
        var sessionsBySize: String { Self.quoted(table + "_sessions_by_size") }
        var sessionsByExpiry: String { Self.quoted(table + "_sessions_by_expiry") }
        var idsByPlace: String { Self.quoted(table + "_ids_by_place") }

        // MARK: Functions

        var begin: String { qualified("_begin") }
        var finish: String { qualified("_finish") }
        var save: String { qualified("_save") }
        var end: String { qualified("_end") }
        var drop: String { qualified("_drop") }
        var trim: String { qualified("_trim") }
        var removeLast: String { qualified("_remove_last") }
        var clear: String { qualified("_clear") }
        var clearAll: String { qualified("_clear_all") }
        var clearOld: String { qualified("_clear_old") }

        /// The names of relations that must be free where there are no tables yet.
        var allNames: [String] {
            let suffixes = [
                "", "_messages", "_sessions", "_ids", "_schema", "_messages_by_word", "_messages_by_save",
                "_messages_to_index", "_sessions_by_update", "_sessions_by_size", "_sessions_by_expiry",
                "_ids_by_place",
            ]
            return suffixes.map { table + $0 }
        }

        var schema: String { Self.quoted(schemaName) }

        private func qualified(_ suffix: String) -> String { schema + "." + Self.quoted(table + suffix) }

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
