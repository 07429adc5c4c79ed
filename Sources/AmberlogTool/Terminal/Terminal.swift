#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// What the standard streams are connected to.
enum Terminal {
    static var isInput: Bool { isatty(STDIN_FILENO) == 1 }
    static var isOutput: Bool { isatty(STDOUT_FILENO) == 1 }
    static var isError: Bool { isatty(STDERR_FILENO) == 1 }

    /// The columns of a terminal on a descriptor, 80 where nobody knows.
    static func width(of descriptor: Int32 = STDOUT_FILENO) -> Int {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    /// write(2).
    static func write(_ descriptor: Int32, _ bytes: UnsafeRawPointer, _ count: Int) -> Int {
        systemWrite(descriptor, bytes, count)
    }

    /// Asks a question on standard error and returns whether the answer begins with a y.
    static func confirms(_ question: String) -> Bool {
        Messages.write("\(question) [y/N] ")
        guard let answer = readLine() else { return false }
        return answer.lowercased().hasPrefix("y")
    }
}

private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer, _ count: Int) -> Int {
    write(descriptor, bytes, count)
}

/// Colors, on a terminal only and not under NO_COLOR.
struct Style {
    let isColored: Bool

    /// For standard output.
    init() {
        let refusal = getenv("NO_COLOR").map { $0.pointee != 0 } ?? false
        isColored = Terminal.isOutput && !refusal
    }

    private func wrap(_ text: String, _ code: String) -> String {
        isColored ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }

    func bold(_ text: String) -> String { wrap(text, "1") }
    func dim(_ text: String) -> String { wrap(text, "2") }
    func red(_ text: String) -> String { wrap(text, "31") }
    func match(_ text: String) -> String { wrap(text, "1;33") }

    /// A role, each in its color.
    func role(_ name: String) -> String {
        let text = Visible.line(name)
        switch name {
        case "user": return wrap(text, "1;36")
        case "assistant": return wrap(text, "1;32")
        case "system": return wrap(text, "1;35")
        default: return wrap(text, "1;34")
        }
    }
}

/// Text from conversations as it may be printed to a terminal: without the control characters that would move the
/// cursor, change colors or worse.
enum Visible {
    /// On one line: line breaks and tabs are shown as symbols, too.
    static func line(_ text: String) -> String { replaced(text, keepingBreaks: false) }

    /// With its line breaks and tabs.
    static func text(_ text: String) -> String { replaced(text, keepingBreaks: true) }

    private static func replaced(_ text: String, keepingBreaks: Bool) -> String {
        // C1 controls are C2 80 … C2 9F.
        var last: UInt8 = 0
        let isPlain = text.utf8.allSatisfy { byte in
            defer { last = byte }
            if last == 0xC2, byte < 0xA0 { return false }
            return byte >= 0x20 && byte != 0x7F || keepingBreaks && (byte == 0x0A || byte == 0x09)
        }
        if isPlain { return text }
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x0A where keepingBreaks, 0x09 where keepingBreaks: result.unicodeScalars.append(scalar)
            // The symbols for control characters.
            case 0..<0x20: result.unicodeScalars.append(Unicode.Scalar(0x2400 + scalar.value) ?? "\u{FFFD}")
            case 0x7F: result.unicodeScalars.append("\u{2421}")
            case 0x80..<0xA0: result.unicodeScalars.append("\u{FFFD}")
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// How many columns of a terminal the text takes.
    static func width(_ text: String) -> Int {
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.utf8.count }
        return text.reduce(0) { $0 + width($1) }
    }

    private static func width(_ character: Character) -> Int {
        guard let first = character.unicodeScalars.first else { return 0 }
        switch first.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return 0
        default: break
        }
        switch first.value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
            0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
            return 2
        default: return 1
        }
    }

    /// At most so many columns of a line, with `…` for what was cut.
    static func cut(_ text: String, to columns: Int) -> String {
        if width(text) <= columns { return text }
        var result = ""
        var taken = 0
        for character in text {
            taken += width(character)
            if taken > columns - 1 { break }
            result.append(character)
        }
        return result + "…"
    }
}
