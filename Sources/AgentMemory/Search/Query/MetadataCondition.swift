/// What a message's metadata must say about one key.
///
/// ```swift
/// let condition = MetadataCondition(key: "lang", values: ["en", "de"])
/// condition.passes(["lang": "de"])  // true
/// condition.passes([:])             // false
/// ```
package struct MetadataCondition: Sendable, Hashable {
    /// The key, or several joined by dots for an object inside an object. A key that has the dots itself goes first.
    package var key: String
    /// The values that count, as text.
    package var values: [String]
    /// Whether the values are forbidden instead of asked for. Metadata without the key then pass.
    package var isExcluded: Bool

    /// A condition, as the parser makes it.
    package init(key: String, values: [String], isExcluded: Bool = false) {
        self.key = key
        self.values = values
        self.isExcluded = isExcluded
    }

    /// Whether metadata satisfy the condition.
    ///
    /// A string is equal to a value when it is the same text, case included; a number when the value reads as the same
    /// number; `true`, `false` and `null` as they are written; an array when one of its elements is equal.
    package func passes(_ metadata: [String: JSONValue]) -> Bool {
        guard let found = Self.look(up: key[...], in: metadata) else { return isExcluded }
        return values.contains { Self.isEqual(found, $0) } != isExcluded
    }

    private static func look(up key: Substring, in object: [String: JSONValue]) -> JSONValue? {
        var key = key
        var object = object
        while true {
            if let found = object[String(key)] { return found }
            guard let dot = key.utf8.firstIndex(of: 0x2E), case .object(let inner)? = object[String(key[..<dot])] else {
                return nil
            }
            key = key[key.utf8.index(after: dot)...]
            object = inner
        }
    }

    private static func isEqual(_ found: JSONValue, _ value: String) -> Bool {
        switch found {
        case .string(let text): return text == value
        case .integer(let number): return Int64(value) == number
        case .double(let number): return Double(value) == number
        case .bool(let flag): return value == (flag ? "true" : "false")
        case .null: return value == "null"
        case .array(let elements):
            return elements.contains { element in
                // One level only: there is no spelling for more, and nesting is unbounded.
                if case .array = element { return false }
                return isEqual(element, value)
            }
        case .object: return false
        }
    }
}

extension MetadataCondition {
    /// Appends each value as a filter in the query language.
    func print(into parts: inout [String]) {
        let field = (isExcluded ? "-meta." : "meta.") + QueryValue.quoted(key: key) + ":"
        for value in values { parts.append(field + QueryValue.quoted(value)) }
    }
}
