/// What a search asks for: words, phrases and filters.
///
/// ```swift
/// let query = Query(parsing: #"where did "Ada Lovelace" work -draft role:user after:2026-01-01"#)
/// print(query.clauses.count)  // 5
/// print(query.filters.roles)  // [user]
/// print(query)                // where did "Ada Lovelace" work -draft role:user after:2026-01-01T00:00:00.000000Z
/// ```
///
/// A message matches when it passes ``filters``, has every clause that must be there and none that must not, and, where
/// nothing must, at least one of the rest. Every clause that it has, except the forbidden ones, adds to its rank.
///
/// This is a value without any index behind it: clauses hold text as it was typed, and cutting that into terms is the
/// work of whoever runs the query. A clause that turns out to have no term is passed over.
package struct Query: Sendable, Hashable {
    /// Words, prefixes and phrases in the order they were typed.
    package var clauses: [QueryClause]
    /// What a message must be, whatever it says.
    package var filters: QueryFilters

    /// A query made of parts.
    package init(clauses: [QueryClause] = [], filters: QueryFilters = QueryFilters()) {
        self.clauses = clauses
        self.filters = filters
    }

    /// Reads a query: see ``QueryParser`` for the language. Every text is one.
    ///
    /// Complexity: O(*n*) for *n* bytes.
    ///
    /// - Parameter now: What `yesterday` and `7d` count from.
    package init(parsing text: String, now: Timestamp = .now) {
        self = QueryParser.parse(text, now: now).query
    }
}

// MARK: - What to answer

extension Query {
    /// Which messages answer a query, and in which order.
    package enum Selection: Sendable, Hashable {
        /// None: the query is empty, only says what must not be there, or asks for an empty span of time.
        case nothing
        /// Those that match, best first.
        case ranked
        /// Those that pass the filters and have no forbidden clause, newest first: there is nothing to rank by.
        case newestFirst
    }

    /// How to answer this query.
    ///
    /// ```swift
    /// Query(parsing: "garden").selection             // .ranked
    /// Query(parsing: "role:tool -error").selection   // .newestFirst
    /// Query(parsing: "-error").selection             // .nothing
    /// ```
    package var selection: Selection {
        if filters.isTimeEmpty { return .nothing }
        if clauses.contains(where: { $0.occurrence != .mustNot }) { return .ranked }
        return filters.isEmpty ? .nothing : .newestFirst
    }
}

// MARK: - Text

extension Query: CustomStringConvertible {
    /// The query as text, in one spelling: clauses in their order, then roles, metadata, and absolute times in UTC.
    ///
    /// Whatever was read from a text prints as a text that reads as an equal query. One that was put together from
    /// parts does so if no part has a quote in it and no word has a space or an operator.
    package var description: String {
        var parts = clauses.map(\.description)
        filters.print(into: &parts)
        return parts.joined(separator: " ")
    }
}
