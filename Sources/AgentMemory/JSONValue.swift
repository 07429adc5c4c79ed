/// A JSON value. Integers and doubles stay apart: `1` and `1.0` survive a round trip as they are.
public enum JSONValue: Sendable, Hashable {
    case null
    case bool(Bool)
    case integer(Int64)
    case double(Double)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])
}
