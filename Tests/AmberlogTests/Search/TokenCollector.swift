import Amberlog

/// A token that outlives the call that handed it over.
struct CollectedToken: Hashable {
    var term: String
    var kind: Token.Kind
    var range: Range<Int>
    var position: Int
    var hash: UInt64
    var isStemmable: Bool
    /// The bytes of the term, which are not those of `term` where they are not well-formed.
    var bytes: [UInt8]

    init(_ token: Token) {
        bytes = Array(token.term)
        term = String(decoding: bytes, as: UTF8.self)
        kind = token.kind
        range = token.start..<token.end
        position = token.position
        hash = token.hash
        isStemmable = token.isStemmable
    }
}

func tokens(_ bytes: [UInt8], _ options: Tokenizer.Options = Tokenizer.Options()) -> [CollectedToken] {
    let tokenizer = Tokenizer(options)
    var found: [CollectedToken] = []
    bytes.withUnsafeBytes { tokenizer.forEachToken(in: $0) { found.append(CollectedToken($0)) } }
    return found
}

func tokens(_ text: String) -> [CollectedToken] { tokens(Array(text.utf8)) }

/// The terms in order, with a space in between.
func terms(_ text: String) -> String { tokens(text).map(\.term).joined(separator: " ") }

/// The terms in order, each with its position.
func placed(_ text: String) -> String { tokens(text).map { "\($0.term)@\($0.position)" }.joined(separator: " ") }

func kinds(_ text: String) -> [Token.Kind] { tokens(text).map(\.kind) }
