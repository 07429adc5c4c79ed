/// Scripts that put no spaces between words: each character, and each with its neighbor.
extension SlowScanner {
    /// The character at `at` and its pair with the next one, if the next is of such a script too.
    func scanSpaceless(at: Int, position: Int) -> Found {
        let (value, next) = character(at)
        let single = write(value, at: 0)
        scratch.tokens[0] = token(
            from: 0, to: single, start: at, end: next, position: position, kind: .cjkSingle)
        guard next < count, ScalarClasses.of(decode(next).value, table) == ScalarClasses.spaceless else {
            return Found(next: next, tokens: 1, positions: 1)
        }
        let (neighbor, end) = character(next)
        scratch.tokens[1] = token(
            from: 0, to: write(neighbor, at: single), start: at, end: end, position: position, kind: .cjkPair)
        return Found(next: next, tokens: 2, positions: 1)
    }

    /// The character at `at`, composed and of normal width, and where the next one begins.
    private func character(_ at: Int) -> (value: UInt32, next: Int) {
        var (value, next) = decode(at)
        if value >= 0xFF66, value <= 0xFF9D { value = fullWidthKana[Int(value - 0xFF66)] }
        while next < count, byte(next) >= 0x80 {
            let (mark, after) = decode(next)
            if let composed = composed(value, mark) {
                value = composed
            } else if ScalarClasses.of(mark, table) != ScalarClasses.mark {
                break
            }
            next = after
        }
        return (value, next)
    }

    /// The canonical composition of two scalars: kana with sound marks, and Hangul jamo (section 3.12 of the Unicode
    /// Standard).
    private func composed(_ value: UInt32, _ mark: UInt32) -> UInt32? {
        switch mark {
        case 0x3099, 0xFF9E:
            // Hiragana and katakana are laid out alike.
            let hiragana = value >= 0x30A1 ? value - 0x60 : value
            switch hiragana {
            case 0x3046: return value + 0x4E
            case 0x304B...0x3061 where hiragana % 2 == 1: return value + 1
            case 0x3064, 0x3066, 0x3068: return value + 1
            case 0x306F...0x307B where hiragana % 3 == 0: return value + 1
            default: return nil
            }
        case 0x309A, 0xFF9F:
            let hiragana = value >= 0x30A1 ? value - 0x60 : value
            return (0x306F...0x307B).contains(hiragana) && hiragana % 3 == 0 ? value + 2 : nil
        case 0x1161...0x1175 where (0x1100...0x1112).contains(value):
            return 0xAC00 + ((value - 0x1100) * 21 + mark - 0x1161) * 28
        case 0x11A8...0x11C2 where (0xAC00...0xD7A3).contains(value) && (value - 0xAC00) % 28 == 0:
            return value + mark - 0x11A7
        default: return nil
        }
    }
}

/// The kana of normal width for U+FF66 to U+FF9D.
private let fullWidthKana: [UInt32] =
    "ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン".unicodeScalars.map(\.value)
