/// Folds one run of word characters and finds its pieces.
struct RunScanner {
    private enum Class {
        case none
        case lower
        case upper
        case digit
        /// A letter outside of ASCII: no change of case is seen there.
        case other
    }

    private let text: SlowScanner
    private let start: Int
    private let from: Int

    private(set) var next: Int
    /// Bytes in the folded term.
    private(set) var written: Int
    /// Pieces of this run and those before it.
    private(set) var pieceCount = 0

    private var pieceStart: Int
    private var pieceFrom: Int
    /// Where letters and digits meet in the piece: how often, and where first.
    private var meetings = 0
    private var meetingAt = 0
    private var meetingFrom = 0
    /// Where the last letter or digit begins; marks may follow it.
    private var previousAt = 0
    private var previous = Class.none
    private var beforePrevious = Class.none
    private var script: UInt32 = 0
    private var scalars = 0
    private var isLetterO = false
    /// The end of a suffix that came off.
    private var suffixEnd = 0

    init(_ text: SlowScanner, at: Int, written: Int) {
        self.text = text
        (start, next, pieceStart) = (at, at, at)
        (from, self.written, pieceFrom) = (written, written, written)
    }

    /// A longer run, or one with pieces so short on average, is no identifier that somebody wrote.
    private static let bytesMax = 96
    private static let pieceBytesMin = 4

    /// The most pieces a run has in the end.
    static let piecesMax = bytesMax / pieceBytesMin

    /// Whether an apostrophe parts the run from what comes next: after a single letter, but not the O' of a name.
    var endsAtApostrophe: Bool { previous == .digit || scalars == 1 && !isLetterO }

    /// Scans the run and appends its pieces to those that are there.
    mutating func scan(into pieces: UnsafeMutablePointer<TokenScratch.Piece>, from first: Int) {
        pieceCount = first
        var end = next
        scanning: while next < text.count {
            let byte = text.byte(next)
            if byte < 0x80 {
                guard TextBlock.isWord(byte) else {
                    if byte == UInt8(ascii: "'"), contraction(after: next + 1) {
                        end = next
                        continue scanning
                    }
                    break scanning
                }
                let kind: Class = byte < 0x3A ? .digit : byte < 0x61 ? .upper : .lower
                guard kind == .digit || sameScript(ScalarClasses.latin) else { break scanning }
                cut(before: kind, byte, pieces)
                append(UInt32(kind == .upper ? byte | 0x20 : byte), kind, end: next + 1)
            } else {
                let (value, after) = text.decode(next)
                let folded = ScalarClasses.of(value, text.table)
                if folded == ScalarClasses.mark {
                    next = after
                    end = next
                    continue scanning
                }
                if folded <= ScalarClasses.apostrophe {
                    if folded == ScalarClasses.apostrophe, contraction(after: after) {
                        end = next
                        continue scanning
                    }
                    break scanning
                }
                let isDigit = folded &- 0x30 < 10
                guard isDigit || sameScript(ScalarClasses.script(of: value)) else { break scanning }
                let kind: Class = isDigit ? .digit : .other
                cut(before: kind, 0, pieces)
                if ScalarClasses.mayExpand(folded), let expansion = ScalarClasses.expansions[folded] {
                    for part in expansion { append(part, kind, end: after) }
                } else {
                    append(folded, kind, end: after)
                }
            }
            end = next
        }
        close(at: end, written, pieces)
        let count = pieceCount - first
        let bytes = end - start
        if count > 1, bytes > RunScanner.bytesMax || count > 4 && bytes < count * RunScanner.pieceBytesMin {
            pieces[first] = .init(start: start, end: end, from: from, to: written)
            pieceCount = first + 1
        }
        next = max(next, suffixEnd)
    }

    // MARK: Pieces

    private mutating func append(_ value: UInt32, _ kind: Class, end: Int) {
        if scalars == 0 { isLetterO = value == 0x6F }
        if written - from < TokenScratch.runTermBytesMax { written = text.write(value, at: written) }
        (beforePrevious, previous, previousAt) = (previous, kind, next)
        scalars &+= 1
        next = end
    }

    private mutating func sameScript(_ other: UInt32) -> Bool {
        if script == 0 { script = other }
        return script == other
    }

    /// Ends a piece where one of a class begins another.
    @inline(__always)
    private mutating func cut(before kind: Class, _ byte: UInt8, _ pieces: UnsafeMutablePointer<TokenScratch.Piece>) {
        switch (previous, kind) {
        case (.lower, .upper): close(at: next, written, pieces)
        // 64Encode, but not B2B.
        case (.digit, .upper) where isLower(next + 1): close(at: next, written, pieces)
        // HTTPServer, but not URLs.
        case (.upper, .lower) where beforePrevious == .upper && !(byte == UInt8(ascii: "s") && !isWord(next + 1)):
            close(at: previousAt, written - 1, pieces)
        case (.digit, .digit), (.none, _): break
        case (.digit, _), (_, .digit):
            if meetings == 0 { (meetingAt, meetingFrom) = (next, written) }
            meetings &+= 1
        default: break
        }
    }

    private mutating func close(at: Int, _ to: Int, _ pieces: UnsafeMutablePointer<TokenScratch.Piece>) {
        if meetings == 1 { add(at: meetingAt, meetingFrom, pieces) }
        add(at: at, to, pieces)
        meetings = 0
    }

    private mutating func add(at: Int, _ to: Int, _ pieces: UnsafeMutablePointer<TokenScratch.Piece>) {
        guard to > pieceFrom else { return }
        if pieceCount < TokenScratch.piecesMax {
            pieces[pieceCount] = .init(start: pieceStart, end: at, from: pieceFrom, to: to)
            pieceCount &+= 1
        }
        (pieceStart, pieceFrom) = (at, to)
    }

    // MARK: Apostrophes

    /// Deals with what an English word may have after an apostrophe. Returns true where the run goes on: after the t of
    /// don't. A suffix that comes off ends it.
    private mutating func contraction(after at: Int) -> Bool {
        guard scalars > 0, previous != .digit else { return false }
        let first = letter(at)
        if !isWord(at + 1) {
            switch first {
            case UInt8(ascii: "t"):
                append(UInt32(first), previous, end: at + 1)
                return true
            case UInt8(ascii: "s"), UInt8(ascii: "d"), UInt8(ascii: "m"): suffixEnd = at + 1
            default: break
            }
        } else if !isWord(at + 2) {
            switch (first, letter(at + 1)) {
            case (UInt8(ascii: "r"), UInt8(ascii: "e")), (UInt8(ascii: "v"), UInt8(ascii: "e")),
                (UInt8(ascii: "l"), UInt8(ascii: "l")):
                suffixEnd = at + 2
            default: break
            }
        }
        return false
    }

    /// The ASCII letter at a place, in lower case, or 0.
    private func letter(_ at: Int) -> UInt8 {
        guard at < text.count else { return 0 }
        let lowered = text.byte(at) | 0x20
        return lowered &- 0x61 < 26 ? lowered : 0
    }

    private func isLower(_ at: Int) -> Bool { at < text.count && text.byte(at) &- 0x61 < 26 }

    private func isWord(_ at: Int) -> Bool {
        guard at < text.count else { return false }
        let byte = text.byte(at)
        if byte < 0x80 { return TextBlock.isWord(byte) }
        let folded = ScalarClasses.of(text.decode(at).value, text.table)
        return folded == ScalarClasses.mark || folded > ScalarClasses.apostrophe
    }
}
