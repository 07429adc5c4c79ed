/// What the characters of a query mean.
///
/// Keyboards and input methods write operators in several ways: `“`, `«` and `「` are quotes, `＋` and `：` are wide
/// forms. ``folded(_:)`` gives their ASCII twins, and the parser knows no others.
enum QueryCharacter {
    static let quote: UInt32 = 0x22
    static let star: UInt32 = 0x2A
    static let plus: UInt32 = 0x2B
    static let minus: UInt32 = 0x2D
    static let colon: UInt32 = 0x3A

    /// The ASCII twin of a scalar, or the scalar itself.
    ///
    /// Dashes are not among the signs, except the mathematical minus: a dash opens direct speech in many languages.
    /// Single quotes are not among the quotes: they are apostrophes.
    static func folded(_ scalar: UInt32) -> UInt32 {
        switch scalar {
        case 0..<0xAB: scalar
        case 0xAB, 0xBB, 0x201C...0x201F, 0x300C...0x300F, 0x301D...0x301F, 0xFF62, 0xFF63: quote
        case 0xFF01...0xFF5E: scalar - 0xFEE0
        case 0x2212, 0xFE63: minus
        case 0xFE62: plus
        case 0xFE61: star
        case 0xFE55: colon
        default: scalar
        }
    }

    /// Whether a scalar separates words: Unicode's white space, controls, and the spaces without width.
    static func isSpace(_ scalar: UInt32) -> Bool {
        if scalar <= 0x20 { return true }
        if scalar < 0x7F { return false }
        switch scalar {
        case 0x7F...0xA0, 0x1680, 0x2000...0x200B, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000, 0xFEFF: return true
        default: return false
        }
    }

    /// Whether a scalar can be part of something to look for: a letter, a digit, a mark or a symbol, not punctuation.
    /// Of ASCII, letters and digits only.
    static func isContent(_ scalar: UInt32) -> Bool {
        if scalar < 0x80 {
            return scalar &- 0x30 <= 9 || (scalar | 0x20) &- 0x61 <= 25
        }
        if isSpace(scalar) { return false }
        switch Unicode.Scalar(scalar)?.properties.generalCategory {
        case nil, .control, .format, .surrogate, .lineSeparator, .paragraphSeparator, .spaceSeparator,
            .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
            .finalPunctuation, .otherPunctuation:
            return false
        default: return true
        }
    }
}
