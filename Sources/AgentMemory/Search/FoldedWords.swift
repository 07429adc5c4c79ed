/// The words of a text as searches compare them, for an index that has its own idea of words: what comes out consists of
/// letters, digits and marks alone, so any tokenizer that splits at spaces agrees with it.
///
/// ```swift
/// FoldedWords.text(of: "Le CAFÉ, 東京")  // "le cafe 東 京"
/// ```
///
/// Words are folded as ``FoldingTable`` says. Han, kana and Hangul, which have no spaces between words, come one by
/// one: a word of them is a phrase of its characters.
package enum FoldedWords {
    /// A word and its place in the text, in UTF-8 offsets.
    package struct Word: Sendable, Hashable {
        package var text: String
        package var range: Range<Int>
    }

    /// Calls `body` with each word in order. Stops early when `body` returns false.
    package static func scan(_ text: String, _ body: (Word) -> Bool) {
        let table = FoldingTable.folded
        var word = Word(text: "", range: 0..<0)
        var at = 0
        /// Ends the word and returns whether to go on.
        func end() -> Bool {
            if word.text.isEmpty { return true }
            defer { word.text = "" }
            return body(word)
        }
        for scalar in text.unicodeScalars {
            let start = at
            at += UTF8.width(scalar)
            if FoldingTable.isCJK(scalar.value) {
                guard end(), body(Word(text: String(scalar), range: start..<at)) else { return }
                continue
            }
            let folded = scalar.value < table.count ? table[Int(scalar.value)] : FoldingTable.fold(scalar)
            if folded == FoldingTable.mark {
                // An accent of the letter before it.
                if !word.text.isEmpty { word.range = word.range.lowerBound..<at }
            } else if folded == FoldingTable.separator {
                guard end() else { return }
            } else {
                if word.text.isEmpty { word.range = start..<at }
                word.text.unicodeScalars.append(Unicode.Scalar(folded) ?? scalar)
                word.range = word.range.lowerBound..<at
            }
        }
        _ = end()
    }

    /// The words of a text with one space between them: what ``scan(_:_:)`` gives, joined, at a fraction of the cost.
    package static func text(of text: String) -> String {
        let table = FoldingTable.folded
        var words: [UInt8] = []
        words.reserveCapacity(text.utf8.count)
        var isInWord = false
        func begin() {
            if isInWord { return }
            if !words.isEmpty { words.append(UInt8(ascii: " ")) }
            isInWord = true
        }
        for scalar in text.unicodeScalars {
            if FoldingTable.isCJK(scalar.value) {
                isInWord = false
                begin()
                words.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
                isInWord = false
                continue
            }
            let folded = scalar.value < table.count ? table[Int(scalar.value)] : FoldingTable.fold(scalar)
            if folded == FoldingTable.mark { continue }
            if folded == FoldingTable.separator {
                isInWord = false
                continue
            }
            begin()
            if folded < 0x80 {
                words.append(UInt8(truncatingIfNeeded: folded))
            } else {
                let letter = Unicode.Scalar(folded) ?? scalar
                words.append(contentsOf: UTF8.encode(letter) ?? UTF8.encodedReplacementCharacter)
            }
        }
        return String(decoding: words, as: UTF8.self)
    }
}
