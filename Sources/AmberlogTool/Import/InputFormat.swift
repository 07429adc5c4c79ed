internal import ArgumentParser

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// How the values of an input are laid out.
enum InputFormat: String, ExpressibleByArgument, CaseIterable {
    /// As the first bytes tell.
    case auto
    /// One value a line: a message, or a session with its messages.
    case jsonl
    /// JSON over as many lines as it takes: arrays of messages or of sessions, or such values one after another.
    case json
    /// Lines of chats (`{"messages":[...]}`) or of their messages, as services take them.
    case openai

    var isLines: Bool { self == .jsonl || self == .openai }

    /// Tells lines from a document by the beginning of the input.
    ///
    /// Lines it is unless an array begins it, or an object that takes more than its line: then a line that is a whole
    /// object by itself, without indentation, still makes it lines (of which an earlier one is broken).
    static func detect(_ bytes: UnsafeRawBufferPointer) -> InputFormat {
        var start = bytes.starts(with: LineSplitter.byteOrderMark) ? 3 : 0
        while start < bytes.count, bytes[start] <= 0x20 { start += 1 }
        guard start < bytes.count else { return .jsonl }
        if bytes[start] == 0x5B { return .json }
        guard bytes[start] == 0x7B else { return .jsonl }
        var at = start
        var lines = 0
        while at < bytes.count, lines < 64 {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[at...])
            guard let end = LineSplitter.newline(in: rest) else {
                // The beginning of a line as long as this is read as a value of a document: that reads lines, too.
                return lines == 0 && !isWholeObject(rest) ? .json : isWholeObject(rest) ? .jsonl : .json
            }
            if isWholeObject(UnsafeRawBufferPointer(rebasing: rest[..<end])) { return .jsonl }
            at += end + 1
            lines += 1
        }
        return .json
    }

    /// Whether the line begins with a brace and closes it at its end.
    private static func isWholeObject(_ line: UnsafeRawBufferPointer) -> Bool {
        guard line.first == 0x7B else { return false }
        var depth = 0
        var isInString = false
        var isEscaped = false
        for (index, byte) in line.enumerated() {
            if isInString {
                if isEscaped {
                    isEscaped = false
                } else if byte == 0x5C {
                    isEscaped = true
                } else if byte == 0x22 {
                    isInString = false
                }
                continue
            }
            switch byte {
            case 0x22: isInString = true
            case 0x7B, 0x5B: depth += 1
            case 0x7D, 0x5D:
                depth -= 1
                if depth == 0 { return line[(index + 1)...].allSatisfy { $0 <= 0x20 } }
            default: break
            }
        }
        return false
    }
}
