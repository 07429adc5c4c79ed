@testable import AmberlogTool

/// Cutting input into lines, and documents into messages: wherever the blocks of input end, the same pieces come out.
extension FuzzTarget {
    static let splitting = FuzzTarget("splitting", rounds: 600, seeds: seedDocuments) { input in
        for size in [1, 5] {
            try require(lines(input, size) == lines(input, input.count), "Other lines in blocks of \(size)")
            try require(pieces(input, size) == pieces(input, input.count), "Other pieces in blocks of \(size)")
        }
        let joined = lines(input, 3).joined(separator: [0x0A])
        var expected = input[...]
        if expected.starts(with: LineSplitter.byteOrderMark) { expected = expected.dropFirst(3) }
        if expected.last == 0x0A { expected = expected.dropLast() }
        try require(joined.elementsEqual(expected), "Lines are not what the input has")
        _ = InputFormat.detect(input)
    }

    private static func blocks(_ input: UnsafeRawBufferPointer, _ size: Int) -> [UnsafeRawBufferPointer] {
        stride(from: 0, to: input.count, by: max(1, size)).map { start in
            UnsafeRawBufferPointer(rebasing: input[start..<min(input.count, start + size)])
        }
    }

    private static func lines(_ input: UnsafeRawBufferPointer, _ size: Int) -> [[UInt8]] {
        let splitter = LineSplitter()
        var lines: [[UInt8]] = []
        func take(_ piece: LineSplitter.Piece) {
            switch piece {
            case .line(let bytes, _): lines.append(Array(bytes))
            case .tooLong: lines.append([])
            }
        }
        for block in blocks(input, size) {
            splitter.begin(block)
            while let piece = splitter.next() { take(piece) }
        }
        if let piece = splitter.finish() { take(piece) }
        return lines
    }

    private static func pieces(_ input: UnsafeRawBufferPointer, _ size: Int) -> [String] {
        var splitter = DocumentSplitter()
        for block in blocks(input, size) { splitter.add(block) }
        splitter.finish()
        return splitter.takePieces().map { "\($0)" }
    }

    @Sendable private static func seedDocuments() -> [String: [UInt8]] {
        FuzzDocuments.all.mapValues { Array($0.utf8) }
    }
}

/// What an import takes, in every format.
enum FuzzDocuments {
    private static let user = #"{"role":"user","content":"Hi"}"#
    private static let bot = #"{"role":"assistant","content":[{"type":"text","text":"Hello"}]}"#

    static let all: [String: String] = [
        "lines": #"{"session_id":"a","role":"user","content":"x"}"# + "\n"
            + #"{"session_id":"b","role":"tool","content":""}"#,
        "lines-with-marks": "\u{FEFF}\n" + user + "\r\n\r\n" + bot + "\n",
        "sessions": #"{"session_id":"a","messages":["# + user + "," + bot + #"],"metadata":{"k":1}}"# + "\n",
        "array": "[\n " + user + ",\n " + bot + "\n]",
        "array-of-sessions": "[\n{\"messages\": [\n" + user + "\n], \"session_id\": 7, \"title\": \"t\"}\n,\n"
            + "{\"session_id\":\"b\",\"messages\":[" + bot + "]}]",
        "document": "{\n\"session_id\": \"a\",\n\"messages\": [" + user + " , " + bot + "]\n}",
        "chats": #"{"messages":["# + user + #",{"role":"assistant","content":null,"tool_calls":[{"id":"c"}]}]}"#,
        "strings-with-brackets": "{\n\"messages\":[{\"role\":\"user\",\"content\":\"]}\\\"{[\"}],\"a\":\"\\\\\"}",
        "nested-messages": #"{"a":{"messages":[1]},"messages":[],"messages":[{}]}"#,
        "broken": user + "\n{\"role\":\"user\"\nnull\n[1]\n" + bot, "cut": "[" + user + ",{\"role\":",
    ]
}
