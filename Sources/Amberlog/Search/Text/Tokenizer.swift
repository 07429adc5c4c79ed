/// Cuts text into the terms of the search index.
///
/// ```swift
/// let tokenizer = Tokenizer()
/// tokenizer.forEachToken(in: bytes) { token in ... }
/// // "Alice's getUserName": alice, getusername (whole), get, user, name (parts)
/// ```
///
/// - A word is a run of letters, marks and digits of one script, with case and diacritics folded.
/// - Han, kana, Hangul and the scripts of Thai, Lao, Myanmar and Khmer come as single characters and as pairs of
///   neighbors.
/// - An emoji is one token, without skin tone and variation selectors. A keycap is its digit.
/// - An identifier comes as a whole and in parts. Words are joined by one of `.` `_` `/` `@` `:` `-` without spaces,
///   by `://`, `::` or several `_`: `user_id`, `/usr/local/bin/python3.11`, `alice@example.com`, `3.11.2`,
///   `well-known`. What stands before the first word and after the last is no part of it. A whole spans at most
///   ``identifierBytesMax`` bytes; what is longer becomes several identifiers.
/// - A word has parts, too, where case changes as in `getUserName` and `HTTPServer` (not in `URLs`), and where letters
///   meet digits once, as in `python3` and `16GB` (not in `a3f9`). A run that looks encoded rather than written is one
///   word.
/// - The apostrophe: `don't` is `dont`; `'s`, `'re`, `'ve`, `'ll`, `'d` and `'m` come off (`I'd` is not `id`); after a
///   single letter other than o it separates words (`l'amour`); otherwise it joins as in an identifier and is left out
///   of the whole (`o'clock`: `oclock`, `o`, `clock`).
///
/// Each word, part, number, emoji and character takes one position, so that the phrase "user id" is found in `user_id`
/// and `userId`. No stop words are left out: ranking sees to them.
///
/// Takes time linear in the text, and no memory but what it has from the beginning. Keep one per thread.
// `@unchecked`: the scratch memory belongs to this value alone, which cannot be copied.
package struct Tokenizer: ~Copyable, @unchecked Sendable {
    package struct Options: Sendable, Hashable {
        /// Whether tokens say that they may be stemmed.
        package var stemsEnglish: Bool

        package init(stemsEnglish: Bool = true) { self.stemsEnglish = stemsEnglish }
    }

    /// A longer term is cut at a boundary of scalars.
    package static let termBytesMax = 64

    /// How much of the text an identifier spans at most.
    package static let identifierBytesMax = 128

    package let options: Options

    private let scratch: TokenScratch

    package init(_ options: Options = Options()) {
        self.options = options
        scratch = TokenScratch()
    }

    deinit { scratch.deallocate() }

    /// Calls `body` with each token, in the order of their starts, a whole before its parts and a character before its
    /// pair. `text` is well-formed UTF-8; from other bytes come tokens of no use.
    @inline(__always)
    package func forEachToken(in text: UnsafeRawBufferPointer, _ body: (Token) -> Void) {
        guard let base = text.baseAddress else { return }
        let count = text.count
        let stems = options.stemsEnglish
        let slow = SlowScanner(base: base, count: count, scratch: scratch, stems: stems)
        var at = 0
        var position = 0
        while at < count {
            let window = TextWindow(base, at: at, count: count, scratch)
            var offset = 0
            scanning: while offset < TextWindow.byteCount {
                let start = window.beginning(from: offset)
                if start == TextWindow.byteCount {
                    offset = start
                    break
                }
                switch window.word(at: start) {
                case .fast(let end):
                    let isNumber = window.isDigit(at: start)
                    let hash = window.fold(start, end, to: scratch.term)
                    body(
                        Token(
                            term: UnsafeRawBufferPointer(start: scratch.term, count: end &- start), hash: hash,
                            start: at &+ start, end: at &+ end, position: position, kind: isNumber ? .number : .word,
                            isStemmable: stems && !isNumber && end &- start > 2))
                    position &+= 1
                    // What ends such a word is ASCII and begins nothing.
                    offset = end &+ 1
                case .cut where start > 0:
                    offset = start
                    break scanning
                case .cut, .slow:
                    let found = slow.scan(at: at &+ start, position: position)
                    position &+= found.positions
                    for index in 0..<found.tokens { body(scratch.tokens[index]) }
                    offset = found.next &- at
                }
            }
            at &+= offset
        }
    }
}
