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
        let terms: QueryTerms

        init(_ query: Query) {
            terms = QueryTerms(query)
        }

        /// What it is ranked by.
        var ranking: String { Self.joined(terms.wanted, " | ") }

        /// What has to match; `nil` for nothing to look for.
        var matching: String? {
            if terms.wanted.isEmpty { return nil }
            var parts = [
                terms.required.isEmpty ? Self.joined(terms.alternatives, " | ") : Self.joined(terms.required, " & ")
            ]
            if let unwanted { parts.append("!(\(unwanted))") }
            return parts.map { "(\($0))" }.joined(separator: " & ")
        }

        /// What must not match; `nil` for nothing.
        var unwanted: String? { terms.excluded.isEmpty ? nil : Self.joined(terms.excluded, " | ") }

        private static func joined(_ terms: [QueryTerm], _ separator: String) -> String {
            terms.map(\.expression).joined(separator: separator)
        }
    }
#endif
