internal import AgentMemory

/// Cuts JSON that spans lines into messages and sessions, without holding more than one of them.
///
/// At the top stand values one after another, or arrays of them. An object with an array `messages` is a session,
/// whose messages come out one by one; any other is a message. Only strings and brackets are looked at here: whether
/// a piece is JSON is found when it is read.
struct DocumentSplitter {
    enum Piece {
        /// A message by itself, and the line it begins on.
        case message([UInt8], line: Int)
        /// A message of a session. What is known of the session so far stands in front of its messages.
        case sessionMessage([UInt8], line: Int, session: [UInt8])
        /// The end of a session: all of its object, with its messages taken out.
        case sessionEnd([UInt8], line: Int)
        /// Bytes that can't be read, and why.
        case failure(String, line: Int)
    }

    private enum Level {
        /// Between values, or between the elements of an array at the top.
        case top
        /// Inside of an object of the top: keys are watched.
        case object
        /// Inside of the array of a session's messages.
        case messages
        /// Inside of one message of a session.
        case element
    }

    /// So many bytes of a byte order mark have been passed; all of them where the input begins without.
    private var markBytes = 0
    private var level = Level.top
    private var isTopArray = false
    /// Brackets open inside of the current object or element.
    private var depth = 0
    private var isInString = false
    private var isEscaped = false
    private var line = 1
    private var objectLine = 1
    private var elementLine = 1
    /// The object being read, without the contents of `messages`.
    private var object: [UInt8] = []
    private var element: [UInt8] = []
    /// Where in ``object`` the last string began that stands directly in it, and where it ended.
    private var stringStart = 0
    private var isKey = false
    private var isMessagesNext = false
    private var hasMessages = false
    /// What stands in front of `messages`, as an object.
    private var session: [UInt8] = []
    private(set) var hasFailed = false
    private static let messagesKey = Array("\"messages\"".utf8)

    private(set) var pieces: [Piece] = []

    /// Takes the pieces that are complete.
    mutating func takePieces() -> [Piece] {
        defer { pieces = [] }
        return pieces
    }

    mutating func add(_ bytes: UnsafeRawBufferPointer) {
        for byte in bytes {
            if hasFailed { return }
            if markBytes < LineSplitter.byteOrderMark.count {
                if byte == LineSplitter.byteOrderMark[markBytes] {
                    markBytes += 1
                    continue
                }
                markBytes = LineSplitter.byteOrderMark.count
            }
            if byte == 0x0A { line += 1 }
            switch level {
            case .top: addAtTop(byte)
            case .object: addInObject(byte)
            case .messages: addInMessages(byte)
            case .element: addInElement(byte)
            }
        }
    }

    /// The input has ended.
    mutating func finish() {
        if hasFailed { return }
        if level != .top || isTopArray { fail("The JSON ends too early") }
    }

    private mutating func fail(_ reason: String) {
        pieces.append(.failure(reason, line: line))
        hasFailed = true
    }

    private mutating func addAtTop(_ byte: UInt8) {
        switch byte {
        case 0x20, 0x09, 0x0A, 0x0D, 0x2C: break
        case 0x5B where !isTopArray: isTopArray = true
        case 0x5D where isTopArray: isTopArray = false
        case 0x7B:
            level = .object
            depth = 1
            (isInString, isEscaped, isKey, isMessagesNext, hasMessages) = (false, false, true, false, false)
            objectLine = line
            object = [byte]
        default: fail("A message or a session must be a JSON object")
        }
    }

    private mutating func addInObject(_ byte: UInt8) {
        object.append(byte)
        if object.count > LineSplitter.lineBytesMax { return fail("A value is longer than this can read") }
        if isInString {
            if isEscaped {
                isEscaped = false
            } else if byte == 0x5C {
                isEscaped = true
            } else if byte == 0x22 {
                isInString = false
                if depth == 1, isKey { isMessagesNext = object[stringStart...].elementsEqual(Self.messagesKey) }
            }
            return
        }
        switch byte {
        case 0x22:
            isInString = true
            stringStart = object.count - 1
        case 0x5B where depth == 1 && isMessagesNext && !hasMessages:
            hasMessages = true
            session = Array(object[..<stringStart])
            while let last = session.last, last <= 0x20 || last == 0x2C { session.removeLast() }
            session.append(0x7D)
            level = .messages
        case 0x7B, 0x5B: depth += 1
        case 0x7D, 0x5D:
            depth -= 1
            if depth == 0 {
                level = .top
                pieces.append(
                    hasMessages ? .sessionEnd(object, line: objectLine) : .message(object, line: objectLine))
                object = []
            }
        case 0x3A where depth == 1: isKey = false
        case 0x2C where depth == 1: (isKey, isMessagesNext) = (true, false)
        default: break
        }
    }

    private mutating func addInMessages(_ byte: UInt8) {
        switch byte {
        case 0x20, 0x09, 0x0A, 0x0D, 0x2C: break
        case 0x5D:
            object.append(byte)
            level = .object
        case 0x7B:
            level = .element
            elementLine = line
            element = [byte]
            depth = 1
        default: fail("A message must be a JSON object")
        }
    }

    private mutating func addInElement(_ byte: UInt8) {
        element.append(byte)
        if element.count > LineSplitter.lineBytesMax { return fail("A value is longer than this can read") }
        if isInString {
            if isEscaped {
                isEscaped = false
            } else if byte == 0x5C {
                isEscaped = true
            } else if byte == 0x22 {
                isInString = false
            }
            return
        }
        switch byte {
        case 0x22: isInString = true
        case 0x7B, 0x5B: depth += 1
        case 0x7D, 0x5D:
            depth -= 1
            if depth == 0 {
                pieces.append(.sessionMessage(element, line: elementLine, session: session))
                element = []
                level = .messages
                depth = 1
            }
        default: break
        }
    }
}
