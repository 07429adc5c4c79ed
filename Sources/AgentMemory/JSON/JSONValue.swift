/// A JSON value. Integers and doubles stay apart: `1` and `1.0` survive a round trip as they are.
///
/// ```swift
/// let value: JSONValue = ["model": "small", "tokens": 17, "score": 1.0]
/// let again = try JSONValue(parsing: value.serialized())
/// print(again["tokens"]?.integerValue ?? 0)  // 17
/// ```
public enum JSONValue: Sendable, Hashable {
    /// `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A number written without fraction and exponent that fits 64 bits.
    case integer(Int64)
    /// Any other number.
    case double(Double)
    /// Text, NUL included.
    case string(String)
    /// Values in order.
    case array([JSONValue])
    /// Values by key. The order of the keys isn't kept.
    case object([String: JSONValue])
}

// MARK: - Reading

extension JSONValue {
    /// Reads one JSON value (RFC 8259) from UTF-8.
    ///
    /// - Numbers without a fraction and an exponent that fit `Int64` become ``integer(_:)`` (`-0` becomes 0); all
    ///   others become the nearest ``double(_:)``. A number too large for a double is an error, not infinity.
    /// - Of a key that occurs twice the last value counts. Keys are compared as Swift strings: canonically equivalent
    ///   keys are the same key.
    /// - An escaped surrogate that has no partner (`"\ud83d"`, as it comes from text cut by UTF-16 length) becomes
    ///   U+FFFD, so that one broken character doesn't cost the message.
    ///
    /// Costs O(*n*) for *n* bytes.
    ///
    /// - Throws: ``MemoryError/Code/invalidMessage`` for anything that is not JSON in UTF-8 or has something behind
    ///   it, ``MemoryError/Code/tooLarge`` for arrays and objects nested deeper than ``MemoryLimits/jsonDepth``. The
    ///   error's ``MemoryError/Place/offset`` is the place in the bytes.
    public init(parsing bytes: UnsafeRawBufferPointer) throws(MemoryError) {
        try self.init(parsing: bytes, moreLevels: 0)
    }

    /// Reads a value that has so many levels around what others nest as deep as they may.
    init(parsing bytes: UnsafeRawBufferPointer, moreLevels: Int) throws(MemoryError) {
        var scanner = JSONScanner(bytes)
        do {
            scanner.skipSpace()
            self = try scanner.value(depth: -moreLevels)
            try scanner.end()
        } catch {
            throw error.memoryError
        }
    }

    /// Reads one JSON value from an array of bytes: see ``init(parsing:)-(UnsafeRawBufferPointer)``.
    public init(parsing bytes: [UInt8]) throws(MemoryError) {
        // `Array.withUnsafeBytes` loses the type of the error, a `Result` keeps it.
        self = try bytes.withUnsafeBytes { buffer in
            Result { () throws(MemoryError) in try JSONValue(parsing: buffer) }
        }.get()
    }

    /// Reads one JSON value from text: see ``init(parsing:)-(UnsafeRawBufferPointer)``.
    public init(parsing text: String) throws(MemoryError) {
        try self.init(parsing: Array(text.utf8))
    }
}

// MARK: - Looking inside

extension JSONValue {
    /// Whether this is `null`.
    public var isNull: Bool { self == .null }

    /// The boolean, or `nil` if this is something else.
    public var boolValue: Bool? { if case .bool(let value) = self { value } else { nil } }

    /// The integer, or `nil` if this is something else, a double included.
    public var integerValue: Int64? { if case .integer(let value) = self { value } else { nil } }

    /// The number as a double (an integer beyond 2^53 is rounded), or `nil` if this is no number.
    public var doubleValue: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .double(let value): value
        default: nil
        }
    }

    /// The string, or `nil` if this is something else.
    public var stringValue: String? { if case .string(let value) = self { value } else { nil } }

    /// The array, or `nil` if this is something else.
    public var arrayValue: [JSONValue]? { if case .array(let value) = self { value } else { nil } }

    /// The object, or `nil` if this is something else.
    public var objectValue: [String: JSONValue]? { if case .object(let value) = self { value } else { nil } }

    /// The value of a key, or `nil` if this is no object or has no such key.
    public subscript(key: String) -> JSONValue? { objectValue?[key] }

    /// The value at an index, or `nil` if this is no array or has no such index.
    public subscript(index: Int) -> JSONValue? {
        guard case .array(let values) = self, values.indices.contains(index) else { return nil }
        return values[index]
    }
}
