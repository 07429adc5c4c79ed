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
        /// So many alternatives count. What must or must not be there is never left out.
        private static let alternativesMax = 64

        private var alternatives: [QueryTerm] = []
        private var required: [QueryTerm] = []
        private var excluded: [QueryTerm] = []

        init(_ query: Query) {
            for clause in query.clauses {
                switch clause.occurrence {
                case .should where clause.kind == .word: alternatives += QueryTerm.alternatives(of: clause.text)
                case .should: alternatives += [QueryTerm(clause)].compactMap(\.self)
                case .must: required += [QueryTerm(clause)].compactMap(\.self)
                case .mustNot: excluded += [QueryTerm(clause)].compactMap(\.self)
                }
            }
            alternatives = Array(alternatives.prefix(Self.alternativesMax))
        }

        /// What a message that matches is shown for.
        var wanted: [QueryTerm] { required + alternatives }

        /// What has to match; `nil` for nothing to look for.
        ///
        /// - Parameter session: The number of the only session to look in.
        func matching(in session: Int64?) -> String? {
            if wanted.isEmpty { return nil }
            var parts = ["text : (\(Self.joined(wanted, " OR ")))"]
            if !required.isEmpty { parts.append("text : (\(Self.joined(required, " AND ")))") }
            if let session { parts.append("session : \"\(session)\"") }
            let positive = parts.map { "(\($0))" }.joined(separator: " AND ")
            return unwanted.map { "(\(positive)) NOT (\($0))" } ?? positive
        }

        /// What must not match; `nil` for nothing.
        var unwanted: String? { excluded.isEmpty ? nil : "text : (\(Self.joined(excluded, " OR ")))" }

        private static func joined(_ terms: [QueryTerm], _ separator: String) -> String {
            terms.map(\.expression).joined(separator: separator)
        }
    }
#endif
