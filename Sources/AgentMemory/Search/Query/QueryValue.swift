/// The spelling of a filter's value in the query language.
enum QueryValue {
    /// A value with quotes around it where it needs them to be read as it is.
    static func quoted(_ value: String) -> String {
        let scalars = value.unicodeScalars.map { QueryCharacter.folded($0.value) }
        let isPlain =
            !scalars.isEmpty && scalars.last != 0x2A && !scalars.starts(with: [0x2F, 0x2F])
            && !scalars.contains(where: QueryCharacter.isSpace)
        return isPlain ? value : "\"" + value + "\""
    }

    /// A metadata key with quotes around it where it needs them.
    static func quoted(key: String) -> String {
        let needsQuotes = key.unicodeScalars.contains { scalar in
            let value = QueryCharacter.folded(scalar.value)
            return value == 0x3A || QueryCharacter.isSpace(value)
        }
        return needsQuotes ? "\"" + key + "\"" : key
    }
}
