#if SQLite
    internal import AgentMemory

    /// What a query asks for in words, in FTS5's own language.
    ///
    /// | query | expression |
    /// |---|---|
    /// | `garden tools` | `"garden" OR "tools"` |
    /// | `"garden tools"` | `"garden tools"` |
    /// | `+garden tools` | `("garden") AND ("garden" OR "tools")` |
    /// | `garden -rose` | `("garden") NOT ("rose")` |
    /// | `gard*` | `"gard" *` |
    ///
    /// What must be there stands among the alternatives once more: FTS5 has no word that only adds to the rank, but it
    /// ranks by every word that a message has.
    struct MatchExpression {
        let terms: QueryTerms

        init(_ query: Query) {
            terms = QueryTerms(query)
        }

        /// What has to match; `nil` for nothing to look for.
        ///
        /// - Parameter session: The number of the only session to look in.
        func matching(in session: Int64?) -> String? {
            if terms.wanted.isEmpty { return nil }
            var parts = ["text : (\(Self.joined(terms.wanted, " OR ")))"]
            if !terms.required.isEmpty { parts.append("text : (\(Self.joined(terms.required, " AND ")))") }
            if let session { parts.append("session : \"\(session)\"") }
            let positive = parts.map { "(\($0))" }.joined(separator: " AND ")
            return unwanted.map { "(\(positive)) NOT (\($0))" } ?? positive
        }

        /// What must not match; `nil` for nothing.
        var unwanted: String? { terms.excluded.isEmpty ? nil : "text : (\(Self.joined(terms.excluded, " OR ")))" }

        private static func joined(_ terms: [QueryTerm], _ separator: String) -> String {
            terms.map(\.expression).joined(separator: separator)
        }
    }
#endif
