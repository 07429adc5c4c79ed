#if PostgreSQL
    internal import AgentMemory

    extension QueryTerm {
        /// In the language of `tsquery`. Each word is in quotes and consists of letters, digits and marks, so nothing in a
        /// query is syntax there.
        var expression: String {
            let words = words.map { "'" + WordVector.cut($0) + "'" }
            return "(" + words.joined(separator: " <-> ") + (isPrefix ? ":*" : "") + ")"
        }
    }
#endif
