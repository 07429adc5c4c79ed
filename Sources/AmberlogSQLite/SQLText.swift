#if SQLite
    /// What the text of a statement says, as far as SQLite doesn't tell.
    enum SQLText {
        /// Whether the first word of a statement is `PRAGMA`, after spaces and comments.
        ///
        /// SQLite takes most of them for statements that only read, also those that change the connection.
        static func isPragma(_ sql: String) -> Bool {
            var rest = Substring(sql).utf8
            while let first = rest.first {
                if rest.starts(with: "--".utf8) {
                    rest = rest.drop { $0 != UInt8(ascii: "\n") }
                } else if rest.starts(with: "/*".utf8) {
                    rest = rest.dropFirst(2)
                    while !rest.isEmpty, !rest.starts(with: "*/".utf8) { rest = rest.dropFirst() }
                    rest = rest.dropFirst(2)
                } else if [0x09, 0x0A, 0x0C, 0x0D, 0x20, UInt8(ascii: ";")].contains(first)
                    || rest.starts(with: "\u{FEFF}".utf8)
                {
                    rest = rest.dropFirst(first < 0x80 ? 1 : 3)
                } else {
                    break
                }
            }
            // Letters alone differ from their capitals by this bit.
            return rest.prefix(6).map { $0 | 0x20 } == Array("pragma".utf8)
        }
    }
#endif
