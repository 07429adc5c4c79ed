/// Finds a word or an identifier, by the rules at ``Tokenizer``.
///
/// An identifier consists of runs of word characters with something that joins them in between; a run consists of one
/// piece or, where case changes or letters meet digits, of several.
struct CompoundScanner {
    private let text: SlowScanner
    private let pieces: UnsafeMutablePointer<TokenScratch.Piece>
    private var pieceCount = 0
    /// Bytes in the folded term.
    private var written = 0

    init(_ text: SlowScanner) {
        self.text = text
        pieces = text.scratch.pieces
    }

    /// The tokens of what begins with the word character at `at`.
    mutating func scan(at start: Int, position: Int) -> SlowScanner.Found {
        var run = RunScanner(text, at: start, written: 0)
        run.scan(into: pieces, from: 0)
        pieceCount = run.pieceCount
        written = run.written
        var next = run.next
        // After l' and d' begins another word; the O' of a name belongs to it, and so does the n of rock'n'roll.
        var endsAtApostrophe = run.endsAtApostrophe
        while let joint = joint(at: next, endsAtApostrophe) {
            run = RunScanner(text, at: joint.end, written: writeJoint(next, joint))
            run.scan(into: pieces, from: pieceCount)
            let count = run.pieceCount
            guard count > pieceCount, pieces[count - 1].end - start <= Tokenizer.identifierBytesMax else { break }
            pieceCount = count
            written = run.written
            next = run.next
            endsAtApostrophe = run.endsAtApostrophe && !joint.isApostrophe
        }
        return SlowScanner.Found(next: next, tokens: makeTokens(position: position), positions: pieceCount)
    }

    private func makeTokens(position: Int) -> Int {
        let tokens = text.scratch.tokens
        guard pieceCount > 1 else {
            guard pieceCount == 1 else { return 0 }
            let piece = pieces[0]
            var token = text.token(
                from: piece.from, to: piece.to, start: piece.start, end: piece.end, position: position, kind: .word)
            if token.term.allSatisfy({ $0 &- 0x30 < 10 }) { token.kind = .number }
            tokens[0] = token
            return 1
        }
        tokens[0] = text.token(
            from: 0, to: pieces[pieceCount - 1].to, start: pieces[0].start, end: pieces[pieceCount - 1].end,
            position: position, kind: .whole)
        var index = 0
        while index < pieceCount {
            let piece = pieces[index]
            index &+= 1
            tokens[index] = text.token(
                from: piece.from, to: piece.to, start: piece.start, end: piece.end, position: position &+ index &- 1,
                kind: .part)
        }
        return pieceCount &+ 1
    }

    // MARK: What joins

    private struct Joint {
        var end: Int
        /// Whether it is left out of the whole.
        var isApostrophe: Bool
    }

    /// What joins the run before `at` with the next one, or `nil` where the identifier ends.
    private func joint(at: Int, _ endsAtApostrophe: Bool) -> Joint? {
        guard at < text.count, pieceCount + RunScanner.piecesMax < TokenScratch.piecesMax else { return nil }
        var end = at + 1
        switch text.byte(at) {
        case UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: "@"), UInt8(ascii: "-"): break
        case UInt8(ascii: "_"):
            while end < text.count, text.byte(end) == UInt8(ascii: "_") { end &+= 1 }
        case UInt8(ascii: ":"):
            if end < text.count, text.byte(end) == UInt8(ascii: ":") {
                end &+= 1
            } else if end + 1 < text.count, text.byte(end) == UInt8(ascii: "/"), text.byte(end + 1) == UInt8(ascii: "/")
            {
                end &+= 2
            }
        default:
            let (value, next) = text.decode(at)
            guard ScalarClasses.of(value, text.table) == ScalarClasses.apostrophe, !endsAtApostrophe, startsWord(next)
            else { return nil }
            return Joint(end: next, isApostrophe: true)
        }
        return startsWord(end) ? Joint(end: end, isApostrophe: false) : nil
    }

    private func startsWord(_ at: Int) -> Bool {
        guard at < text.count else { return false }
        let byte = text.byte(at)
        if byte < 0x80 { return TextBlock.isWord(byte) }
        return ScalarClasses.of(text.decode(at).value, text.table) > ScalarClasses.apostrophe
    }

    /// Writes what joins to the folded term and returns where the next run goes.
    private func writeJoint(_ at: Int, _ joint: Joint) -> Int {
        var to = written
        guard !joint.isApostrophe else { return to }
        for offset in at..<joint.end where to < TokenScratch.termCapacity - 2 * TokenScratch.runTermBytesMax {
            text.scratch.term[to] = text.byte(offset)
            to &+= 1
        }
        return to
    }
}
