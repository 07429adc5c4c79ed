/// Emoji: one grapheme, one token.
extension SlowScanner {
    /// The emoji at `at`, with what belongs to it: the other half of a flag, tags, and what is joined by U+200D.
    /// Skin tones and variation selectors are left out of the term.
    func scanEmoji(at: Int, position: Int) -> Found {
        let (first, second) = decode(at)
        var written = write(first, at: 0)
        var next = second
        var isFlag = isRegionalIndicator(first)
        while next < count, byte(next) >= 0x80 {
            let (value, after) = decode(next)
            var joined: UInt32?
            var end = after
            if isFlag, isRegionalIndicator(value) {
                joined = value
                isFlag = false
            } else if value == 0x200D, after < count {
                let (other, afterOther) = decode(after)
                guard ScalarClasses.of(other, table) == ScalarClasses.emoji else { break }
                if written < Tokenizer.termBytesMax { written = write(value, at: written) }
                joined = other
                end = afterOther
            } else if (0xE0020...0xE007F).contains(value) {
                joined = value
            } else if !isVariation(value) {
                break
            }
            if let joined, !isVariation(joined), written < Tokenizer.termBytesMax {
                written = write(joined, at: written)
            }
            next = end
        }
        scratch.tokens[0] = token(from: 0, to: written, start: at, end: next, position: position, kind: .emoji)
        return Found(next: next, tokens: 1, positions: 1)
    }

    private func isRegionalIndicator(_ value: UInt32) -> Bool { (0x1F1E6...0x1F1FF).contains(value) }

    private func isVariation(_ value: UInt32) -> Bool {
        (0xFE00...0xFE0F).contains(value) || (0x1F3FB...0x1F3FF).contains(value) || value == 0x20E3
    }
}
