// No `ExpressibleByNilLiteral`: `condition ? nil : value` would be `.null` where a missing value is meant.
extension JSONValue: ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByStringLiteral, ExpressibleByStringInterpolation,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    /// ``bool(_:)``.
    public init(booleanLiteral value: Bool) { self = .bool(value) }

    /// ``integer(_:)``.
    public init(integerLiteral value: Int64) { self = .integer(value) }

    /// ``double(_:)``.
    public init(floatLiteral value: Double) { self = .double(value) }

    /// ``string(_:)``.
    public init(stringLiteral value: String) { self = .string(value) }

    /// ``array(_:)``.
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }

    /// Of a key that occurs twice the last value counts.
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(Dictionary(elements) { _, last in last })
    }
}
