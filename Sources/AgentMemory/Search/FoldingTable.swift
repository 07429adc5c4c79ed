/// Which letters are the same for a search: case and diacritics folded, without Foundation's or ICU's data.
///
/// Lower case comes from the standard library's Unicode data. Diacritics come off in two ways: combining marks are
/// passed over, and the precomposed letters of Latin, Greek and Cyrillic are listed here with their base, as the
/// canonical decomposition of their lower case without its marks, plus a few letters that have a stroke instead.
package enum FoldingTable {
    /// What ``folded`` has for a scalar that ends a word.
    package static let separator: UInt32 = 0
    /// What ``folded`` has for a combining mark, which is part of a word and makes no difference.
    package static let mark: UInt32 = 1

    /// For each scalar below U+2000, ``separator``, ``mark``, or the scalar that stands for it.
    package static let folded: [UInt32] = {
        var bases: [UInt32: UInt32] = [:]
        for (base, letters) in precomposed {
            for letter in letters.unicodeScalars { bases[letter.value] = base.unicodeScalars.first?.value }
        }
        return (0..<0x2000).map { value in
            guard let scalar = Unicode.Scalar(value) else { return separator }
            return fold(scalar, bases)
        }
    }()

    /// ``separator``, ``mark``, or the scalar that stands for `scalar`, for any scalar.
    package static func fold(_ scalar: Unicode.Scalar, _ bases: [UInt32: UInt32] = [:]) -> UInt32 {
        let properties = scalar.properties
        if isIgnoredMark(scalar.value) { return mark }
        switch properties.generalCategory {
        case .uppercaseLetter, .titlecaseLetter, .lowercaseLetter:
            // A lower case of several scalars (as of U+0130) begins with the letter itself.
            let lower = properties.lowercaseMapping.unicodeScalars.first?.value ?? scalar.value
            return bases[lower] ?? lower
        case .modifierLetter, .otherLetter, .nonspacingMark, .spacingMark, .enclosingMark, .decimalNumber,
            .letterNumber, .otherNumber:
            return scalar.value
        default:
            return separator
        }
    }

    /// Marks that decompositions of Latin, Greek and Cyrillic letters bring in, and the optional vowel signs of Hebrew
    /// and Arabic. Marks of other scripts tell words apart.
    private static func isIgnoredMark(_ value: UInt32) -> Bool {
        switch value {
        case 0x0300...0x036F, 0x0591...0x05BD, 0x05BF, 0x05C1, 0x05C2, 0x05C4, 0x05C5, 0x05C7, 0x0610...0x061A,
            0x064B...0x065F, 0x0670, 0x1AB0...0x1AFF, 0x1DC0...0x1DFF, 0x200D, 0xFE00...0xFE0F, 0xFE20...0xFE2F:
            true
        default: false
        }
    }

    /// Whether a scalar belongs to a script that is written without spaces between words, or with words too long to
    /// look for: Han, kana and Hangul.
    @inline(__always)
    package static func isCJK(_ value: UInt32) -> Bool {
        switch value {
        case 0x1100...0x11FF, 0x3005...0x3007, 0x3041...0x30FF, 0x3105...0x312F, 0x3131...0x318E, 0x31F0...0x31FF,
            0x3400...0x4DBF, 0x4E00...0x9FFF, 0xAC00...0xD7AF, 0xF900...0xFAFF, 0xFF66...0xFF9F, 0x20000...0x3FFFF:
            true
        default: false
        }
    }

    private static let precomposed: [(base: String, letters: String)] = [
        ("a", "àáâãäåāăąǎǟǡǻȁȃȧḁạảấầẩẫậắằẳẵặ"),
        ("b", "ḃḅḇ"),
        ("c", "çćĉċčḉ"),
        ("d", "ðďđḋḍḏḑḓ"),
        ("e", "èéêëēĕėęěȅȇȩḕḗḙḛḝẹẻẽếềểễệ"),
        ("f", "ḟ"),
        ("g", "ĝğġģǧǵḡ"),
        ("h", "ĥħȟḣḥḧḩḫẖ"),
        ("i", "ìíîïĩīĭįıǐȉȋḭḯỉị"),
        ("j", "ĵǰ"),
        ("k", "ķǩḱḳḵ"),
        ("l", "ĺļľłḷḹḻḽ"),
        ("m", "ḿṁṃ"),
        ("n", "ñńņňǹṅṇṉṋ"),
        ("o", "òóôõöøōŏőơǒǫǭǿȍȏȫȭȯȱṍṏṑṓọỏốồổỗộớờởỡợ"),
        ("p", "ṕṗ"),
        ("r", "ŕŗřȑȓṙṛṝṟ"),
        ("s", "śŝşšșṡṣṥṧṩ"),
        ("t", "ţťŧțṫṭṯṱẗ"),
        ("u", "ùúûüũūŭůűųưǔǖǘǚǜȕȗṳṵṷṹṻụủứừửữự"),
        ("v", "ṽṿ"),
        ("w", "ŵẁẃẅẇẉẘ"),
        ("x", "ẋẍ"),
        ("y", "ýÿŷȳẏẙỳỵỷỹ"),
        ("z", "źżžẑẓẕ"),
        ("æ", "ǣǽ"),
        ("ſ", "ẛ"),
        ("ʒ", "ǯ"),
        ("α", "ἀἁἂἃἄἅἆἇὰάᾀᾁᾂᾃᾄᾅᾆᾇᾰᾱᾲᾳᾴᾶᾷά"),
        ("ε", "ἐἑἒἓἔἕὲέέ"),
        ("η", "ἠἡἢἣἤἥἦἧὴήᾐᾑᾒᾓᾔᾕᾖᾗῂῃῄῆῇή"),
        ("ι", "ἰἱἲἳἴἵἶἷὶίιῐῑῒΐῖῗΐίϊ"),
        ("ο", "ὀὁὂὃὄὅὸόό"),
        ("ρ", "ῤῥ"),
        ("σ", "ς"),
        ("υ", "ὐὑὒὓὔὕὖὗὺύῠῡῢΰῦῧΰϋύ"),
        ("ω", "ὠὡὢὣὤὥὦὧὼώᾠᾡᾢᾣᾤᾥᾦᾧῲῳῴῶῷώ"),
        ("а", "ӑӓ"),
        ("г", "ѓ"),
        ("е", "ѐёӗ"),
        ("ж", "ӂӝ"),
        ("з", "ӟ"),
        ("и", "йѝӣӥ"),
        ("к", "ќ"),
        ("о", "ӧ"),
        ("у", "ўӯӱӳ"),
        ("ч", "ӵ"),
        ("ы", "ӹ"),
        ("э", "ӭ"),
        ("і", "ї"),
        ("ѵ", "ѷ"),
        ("ә", "ӛ"),
        ("ө", "ӫ"),
    ]
}
