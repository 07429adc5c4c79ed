/// Why JSON can't be read. Small on purpose: a typed error that costs nothing on the path where nothing fails; it
/// becomes a ``MemoryError`` where it leaves the module.
struct JSONFault: Error {
    enum Reason: String {
        case unexpectedEnd = "the JSON ends too early"
        case unexpectedByte = "this is no JSON value"
        case trailingBytes = "something follows the JSON value"
        case expectedKey = "a key in quotes is missing"
        case expectedColon = "a colon is missing"
        case expectedCommaOrBracket = "a comma or ] is missing"
        case expectedCommaOrBrace = "a comma or } is missing"
        case badNumber = "this is no JSON number"
        case numberOutOfRange = "the number is too large for a double"
        case badEscape = "this is no escape sequence"
        case controlCharacter = "a control character in a string is not escaped"
        case invalidUTF8 = "this is not UTF-8"
        case tooDeep = "the JSON is nested more than 128 levels deep"

        // What is JSON, but no message.
        case notAnObject = "A message must be a JSON object"
        case badSession = "session_id must be a string"
        case badRole = "role must be a string"
        case badContent = "content must be a string"
        case badTimestamp = "timestamp must be a date and time of the years 1 to 9999"
        case badMetadata = "metadata must be an object"
        case badID = "id must be a string"
        case badSequence = "sequence must be an integer from 0"
        case noRole = "The message has no role"
        case noContent = "The message has no content"

        var isSyntax: Bool {
            switch self {
            case .notAnObject, .badSession, .badRole, .badContent, .badTimestamp, .badMetadata, .badID, .badSequence,
                .noRole, .noContent:
                false
            default: true
            }
        }
    }

    let reason: Reason
    let offset: Int

    var memoryError: MemoryError {
        MemoryError(
            reason == .tooDeep ? .tooLarge : .invalidMessage,
            reason.isSyntax ? "Invalid JSON: \(reason.rawValue)" : reason.rawValue,
            at: MemoryError.Place(offset: UInt64(offset)))
    }
}
