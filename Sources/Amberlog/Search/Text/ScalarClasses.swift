internal import AgentMemory

/// What each scalar means for the tokenizer: one of the constants, or the scalar that stands for it in a term.
///
/// Letters, case and diacritics are those of ``FoldingTable``. On top of that come what an index has to tell apart
/// (emoji, scripts without spaces) and a few letters that have two encodings.
enum ScalarClasses {
    /// Ends a word.
    static let separator: UInt32 = 0
    /// Part of a word that makes no difference.
    static let mark: UInt32 = 1
    /// A character of a script that puts no spaces between words.
    static let spaceless: UInt32 = 2
    static let emoji: UInt32 = 3
    static let apostrophe: UInt32 = 4

    /// The class of each scalar below U+10000.
    ///
    /// Filled once before anybody sees it, never changed and never freed: that is what makes it safe to share.
    nonisolated(unsafe) static let table: UnsafePointer<UInt16> = {
        let table = UnsafeMutablePointer<UInt16>.allocate(capacity: 0x10000)
        for value in 0..<0x10000 as Range<UInt32> {
            table[Int(value)] = UInt16(exactly: basicClass(value)) ?? UInt16(separator)
        }
        return UnsafePointer(table)
    }()

    @inline(__always)
    static func of(_ value: UInt32, _ table: UnsafePointer<UInt16>) -> UInt32 {
        value < 0x10000 ? UInt32(table[Int(value)]) : supplementaryClass(value)
    }

    private static func basicClass(_ value: UInt32) -> UInt32 {
        switch value {
        case 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xAC00...0xD7A3, 0xF900...0xFAFF: return spaceless
        case 0xD800...0xF8FF: return separator
        // Apostrophes: of the keyboard, of printers, of Ukrainian.
        case 0x27, 0x2019, 0x02BC: return apostrophe
        // Soft hyphen, word joiners, the frame of keycaps, tatweel.
        case 0xAD, 0x2060, 0xFEFF, 0x20E3, 0x0640: return mark
        // Nukta, which is left out as often as not.
        case 0x093C, 0x09BC, 0x0A3C, 0x0ABC, 0x0B3C, 0x0CBC: return mark
        // Sound marks of kana, where they do not make a letter with the one before.
        case 0x3099, 0x309A, 0xFF9E, 0xFF9F: return mark
        // Punctuation of kana.
        case 0x30A0, 0x30FB, 0xFF65: return separator
        case 0xFF01...0xFF5E: return basicClass(value - 0xFEE0) == apostrophe ? separator : basicClass(value - 0xFEE0)
        default: break
        }
        if let same = sameLetters[value] { return same }
        guard let scalar = Unicode.Scalar(value) else { return separator }
        if value >= 0x203C, value != 0x2122, scalar.properties.isEmoji { return emoji }
        var folded = value < 0x2000 ? FoldingTable.folded[Int(value)] : FoldingTable.fold(scalar)
        // Signs that are letters: the lower case of the sign for ångström is å.
        if value >= 0x2000, folded < 0x2000, folded > mark { folded = FoldingTable.folded[Int(folded)] }
        if folded <= mark { return folded }
        return FoldingTable.isCJK(value) || isSpaceless(scalar) ? spaceless : folded
    }

    private static func supplementaryClass(_ value: UInt32) -> UInt32 {
        switch value {
        case 0x1B000...0x1B16F, 0x20000...0x3FFFF: return spaceless
        // Tags (of flags) and variation selectors.
        case 0xE0020...0xE007F, 0xE0100...0xE01EF: return mark
        default: break
        }
        guard let scalar = Unicode.Scalar(value) else { return separator }
        if scalar.properties.isEmoji { return emoji }
        return FoldingTable.fold(scalar)
    }

    /// Thai, Lao, Myanmar and Khmer: as little space between words as in Han.
    private static func isSpaceless(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x0E01...0x0EFF, 0x1000...0x109F, 0x1780...0x17FF:
            scalar.properties.generalCategory != .decimalNumber
        default: false
        }
    }

    /// Arabic letters with hamza and letters of India with nukta, as their decomposition without the mark; and the
    /// letters that Persian and Arabic keyboards have at different code points.
    private static let sameLetters: [UInt32: UInt32] = [
        0x0622: 0x0627, 0x0623: 0x0627, 0x0625: 0x0627, 0x0624: 0x0648, 0x0626: 0x064A, 0x06C0: 0x06D5,
        0x06C2: 0x06C1, 0x06D3: 0x06D2, 0x0649: 0x064A, 0x06CC: 0x064A, 0x06A9: 0x0643,
        0x0929: 0x0928, 0x0931: 0x0930, 0x0934: 0x0933, 0x0958: 0x0915, 0x0959: 0x0916, 0x095A: 0x0917,
        0x095B: 0x091C, 0x095C: 0x0921, 0x095D: 0x0922, 0x095E: 0x092B, 0x095F: 0x092F, 0x09DC: 0x09A1,
        0x09DD: 0x09A2, 0x09DF: 0x09AF, 0x0A33: 0x0A32, 0x0A36: 0x0A38, 0x0A59: 0x0A16, 0x0A5A: 0x0A17,
        0x0A5B: 0x0A1C, 0x0A5E: 0x0A2B, 0x0B5C: 0x0B21, 0x0B5D: 0x0B22,
    ]

    /// Whether ``expansions`` is worth a look.
    @inline(__always)
    static func mayExpand(_ folded: UInt32) -> Bool { folded == 0xDF || folded &- 0x09CB < 0x0DE0 &- 0x09CB }

    /// What takes several scalars: full case folding, and vowels of India of several parts, as their decomposition.
    static let expansions: [UInt32: [UInt32]] = [
        0xDF: [0x73, 0x73], 0x09CB: [0x09C7, 0x09BE], 0x09CC: [0x09C7, 0x09D7], 0x0B48: [0x0B47, 0x0B56],
        0x0B4B: [0x0B47, 0x0B3E], 0x0B4C: [0x0B47, 0x0B57], 0x0B94: [0x0B92, 0x0BD7], 0x0BCA: [0x0BC6, 0x0BBE],
        0x0BCB: [0x0BC7, 0x0BBE], 0x0BCC: [0x0BC6, 0x0BD7], 0x0C48: [0x0C46, 0x0C56], 0x0CC0: [0x0CBF, 0x0CD5],
        0x0CC7: [0x0CC6, 0x0CD5], 0x0CC8: [0x0CC6, 0x0CD6], 0x0CCA: [0x0CC6, 0x0CC2],
        0x0CCB: [0x0CC6, 0x0CC2, 0x0CD5], 0x0D4A: [0x0D46, 0x0D3E], 0x0D4B: [0x0D47, 0x0D3E],
        0x0D4C: [0x0D46, 0x0D57], 0x0DDA: [0x0DD9, 0x0DCA], 0x0DDC: [0x0DD9, 0x0DCF],
        0x0DDD: [0x0DD9, 0x0DCF, 0x0DCA], 0x0DDE: [0x0DD9, 0x0DDF],
    ]

    /// A number for the script of a letter. Scripts that are not told apart share one with their block.
    static func script(of value: UInt32) -> UInt32 {
        switch value {
        case 0x00...0x02FF, 0x1E00...0x1EFF, 0x2071...0x209C, 0x2100...0x218F, 0x2C60...0x2C7F, 0xA720...0xA7FF,
            0xAB30...0xAB6F, 0xFB00...0xFB06, 0xFF01...0xFF5E:
            1
        case 0x0370...0x03FF, 0x1F00...0x1FFF: 2
        case 0x0400...0x052F, 0x1C80...0x1C8F, 0x2DE0...0x2DFF, 0xA640...0xA69F: 3
        case 0x0590...0x05FF, 0xFB1D...0xFB4F: 4
        case 0x0600...0x06FF, 0x0750...0x077F, 0x0870...0x08FF, 0xFB50...0xFDFF, 0xFE70...0xFEFF: 5
        case 0x0900...0x0DFF: value >> 7 + 8
        default: value >> 8 + 0x100
        }
    }

    static let latin: UInt32 = 1
}
