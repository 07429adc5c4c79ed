/// Cuts a JSON array into its elements, as its bytes come, without holding more than one of them.
///
/// Only strings and brackets are looked at: whether an element is JSON is found when it is read. Instead of an array
/// there may be one object, which is an element, then.
struct ElementCutter {
    enum Piece: Equatable {
        /// An element, its number from 1, and the line that it begins on.
        case element([UInt8], number: Int, line: Int)
        /// One that is longer than it may be; what follows is read.
        case tooLong(number: Int, line: Int)
        /// What can't be an array, or ends within one. Nothing follows.
        case failure(String, line: Int)
    }

    private enum State {
        case start, beforeElement, inElement, behindElement, end, failed
    }

    private let elementBytesMax: Int
    private var state = State.start
    private var markBytes = 0
    private var isArray = false
    private var depth = 0
    private var isInString = false
    private var isEscaped = false
    private var isScalar = false
    private var element: [UInt8] = []
    private var isTooLong = false
    private var number = 0
    private var line = 1
    private var elementLine = 1
    private var pieces: [Piece] = []

    init(elementBytesMax: Int = ReadingLimits.conversationBytes) {
        self.elementBytesMax = elementBytesMax
    }

    /// The pieces that end in the block.
    mutating func add(_ block: UnsafeRawBufferPointer) -> [Piece] {
        defer { pieces = [] }
        read(block)
        return pieces
    }

    private mutating func read(_ block: UnsafeRawBufferPointer) {
        var at = 0
        while at < block.count {
            if state == .inElement {
                let start = at
                at = endOfElement(block, from: start)
                keep(UnsafeRawBufferPointer(rebasing: block[start..<at]))
                if state == .behindElement { give() }
                continue
            }
            let byte = block[at]
            if markBytes < 3 {
                // A byte order mark is passed over; anything else ends the beginning.
                if byte == [0xEF, 0xBB, 0xBF][markBytes] {
                    markBytes += 1
                    at += 1
                    continue
                }
                markBytes = 3
            }
            switch state {
            case .start: start(byte)
            case .beforeElement: beforeElement(byte)
            case .behindElement: behindElement(byte)
            case .end where !isSpace(byte): fail("Something follows the JSON")
            case .failed: return
            default: break
            }
            // The first byte of an element is looked at again, as a part of it.
            if state != .inElement {
                if byte == 0x0A { line += 1 }
                at += 1
            }
        }
    }

    /// The input has ended. What is wrong with that, if anything.
    mutating func finish() -> [Piece] {
        defer { pieces = [] }
        switch state {
        case .end, .failed: break
        case .start: fail("The file is empty")
        case .beforeElement, .inElement, .behindElement: fail("The JSON ends too early")
        }
        return pieces
    }

    private func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D }

    private mutating func fail(_ reason: String) {
        state = .failed
        element = []
        pieces.append(.failure(reason, line: line))
    }

    private mutating func start(_ byte: UInt8) {
        if isSpace(byte) { return }
        switch byte {
        case 0x5B: (isArray, state) = (true, .beforeElement)
        case 0x7B: begin(byte)
        default: fail("This is neither a JSON array nor an object")
        }
    }

    private mutating func beforeElement(_ byte: UInt8) {
        if isSpace(byte) { return }
        switch byte {
        case 0x5D where number == 0: state = .end
        case 0x5D, 0x2C, 0x3A, 0x7D: fail("A value is missing in the JSON array")
        default: begin(byte)
        }
    }

    private mutating func behindElement(_ byte: UInt8) {
        if isSpace(byte) { return }
        switch byte {
        case 0x2C: state = .beforeElement
        case 0x5D: state = .end
        default: fail("A comma or ] is missing in the JSON array")
        }
    }

    private mutating func begin(_ byte: UInt8) {
        number += 1
        elementLine = line
        (depth, isInString, isEscaped, isTooLong) = (0, false, false, false)
        isScalar = byte != 0x7B && byte != 0x5B && byte != 0x22
        state = .inElement
    }

    /// Where the element ends in the block; then the state is another one.
    private mutating func endOfElement(_ block: UnsafeRawBufferPointer, from start: Int) -> Int {
        var at = start
        while at < block.count {
            let byte = block[at]
            if byte == 0x0A { line += 1 }
            if isInString {
                at += 1
                if isEscaped {
                    isEscaped = false
                } else if byte == 0x5C {
                    isEscaped = true
                } else if byte == 0x22 {
                    isInString = false
                    if depth == 0 {
                        state = .behindElement
                        return at
                    }
                }
                continue
            }
            if isScalar {
                if byte == 0x2C || byte == 0x5D || isSpace(byte) {
                    // It is looked at again, behind the element.
                    if byte == 0x0A { line -= 1 }
                    state = .behindElement
                    return at
                }
                at += 1
                continue
            }
            at += 1
            switch byte {
            case 0x22: isInString = true
            case 0x7B, 0x5B: depth += 1
            case 0x7D, 0x5D:
                depth -= 1
                if depth == 0 {
                    state = .behindElement
                    return at
                }
            default: break
            }
        }
        return at
    }

    private mutating func keep(_ bytes: UnsafeRawBufferPointer) {
        if isTooLong { return }
        if element.count + bytes.count > elementBytesMax {
            (element, isTooLong) = ([], true)
        } else {
            element.append(contentsOf: bytes)
        }
    }

    private mutating func give() {
        pieces.append(
            isTooLong
                ? .tooLong(number: number, line: elementLine) : .element(element, number: number, line: elementLine))
        element = []
        if !isArray { state = .end }
    }
}
