#if PostgreSQL
    internal import AgentMemory

    /// What a query asks for in words, as a `tsquery`.
    ///
    /// | query | `tsquery` |
    /// |---|---|
    /// | `garden tools` | `'garden' \| 'tools'` |
    /// | `"garden tools"` | `'garden' <-> 'tools'` |
    /// | `+garden tools` | `'garden'`, ranked by `'garden' \| 'tools'` |
    /// | `garden -rose` | `'garden' & !'rose'` |
    /// | `gard*` | `'gard':*` |
    struct TextQuery {
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

        /// What it is ranked by.
        var ranking: String { Self.joined(wanted, " | ") }

        /// What has to match; `nil` for nothing to look for.
        var matching: String? {
            if wanted.isEmpty { return nil }
            var parts = [required.isEmpty ? Self.joined(alternatives, " | ") : Self.joined(required, " & ")]
            if let unwanted { parts.append("!(\(unwanted))") }
            return parts.map { "(\($0))" }.joined(separator: " & ")
        }

        /// What must not match; `nil` for nothing.
        var unwanted: String? { excluded.isEmpty ? nil : Self.joined(excluded, " | ") }

        private static func joined(_ terms: [QueryTerm], _ separator: String) -> String {
            terms.map(\.expression).joined(separator: separator)
        }
    }
#endif
