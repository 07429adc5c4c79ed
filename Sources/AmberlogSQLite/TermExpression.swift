#if SQLite
    internal import AgentMemory

    extension QueryTerm {
        /// In FTS5's language. Each word is in quotes and consists of letters, digits and marks, so nothing in a query is
        /// syntax to FTS5.
        var expression: String { "\"" + words.joined(separator: " ") + "\"" + (isPrefix ? " *" : "") }
    }
#endif
