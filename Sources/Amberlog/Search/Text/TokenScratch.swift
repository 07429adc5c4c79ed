/// The memory a tokenizer works in, allocated once.
struct TokenScratch {
    /// Folded terms.
    let term: UnsafeMutablePointer<UInt8>
    /// The tokens that one step of ``SlowScanner`` found.
    let tokens: UnsafeMutablePointer<Token>
    /// The end of the text, with zeros after it.
    let tail: UnsafeMutablePointer<UInt8>
    /// The parts of the identifier at hand.
    let pieces: UnsafeMutablePointer<Piece>

    /// A run is cut to ``runTermBytesMax``, and the longest identifier has no more than that of several runs.
    static let termCapacity = 1024
    static let runTermBytesMax = 256
    static let tailCapacity = 2 * TextWindow.byteCount
    static let piecesMax = 160

    /// A part of an identifier, or the only word of one.
    struct Piece {
        /// In the text.
        var start: Int
        var end: Int
        /// In the folded term.
        var from: Int
        var to: Int
    }

    init() {
        term = .allocate(capacity: TokenScratch.termCapacity)
        tokens = .allocate(capacity: TokenScratch.piecesMax + 1)
        pieces = .allocate(capacity: TokenScratch.piecesMax)
        tail = .allocate(capacity: TokenScratch.tailCapacity)
        // Blocks are stored and loaded whole, a little past the end of a term.
        term.initialize(repeating: 0, count: TokenScratch.termCapacity)
    }

    func deallocate() {
        term.deallocate()
        tokens.deallocate()
        pieces.deallocate()
        tail.deallocate()
    }
}
