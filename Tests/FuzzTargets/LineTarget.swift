import AgentMemory

/// A message on a line: read in place, it is the same as read from its JSON.
extension FuzzTarget {
    static let line = FuzzTarget("line", rounds: 2000, seeds: seedLines) { input in
        let now = Timestamp(microseconds: 1)
        let line: MessageLine
        do throws(MemoryError) {
            line = try MessageLine(parsing: input, timestamp: now)
        } catch {
            return
        }
        let json = try JSONValue(parsing: input)
        let message = try Message(json: json, timestamp: now)
        try require(message == line.message && message.sequence == line.message.sequence, "\(json) is read in two ways")
        var written: [UInt8] = []
        line.append(to: &written)
        try require(!written.contains(0x0A), "A line has two lines")
        let again = try written.withUnsafeBytes { try MessageLine(parsing: $0, timestamp: now) }
        try require(again == line && again.message.sequence == line.message.sequence, "\(line) is read as \(again)")
        var rewritten: [UInt8] = []
        again.append(to: &rewritten)
        try require(written == rewritten, "\(line) is written in two ways")
        let restored = ContentParts.flatten(ContentParts.restore(line.message.toJSON()))
        try require(try Message(json: restored, timestamp: now).content == line.message.content, "Parts are lost")
    }

    @Sendable private static func seedLines() -> [String: [UInt8]] {
        let texts = [
            "plain": #"{"session_id":"s","role":"user","content":"Hello"}"#,
            "all-fields":
                #"{"session_id":7,"role":"tool","content":"é","timestamp":"2026-01-31T11:00:00.5Z","#
                + #""metadata":{"k":[1,null]},"id":"one","sequence":3}"#,
            "seconds": #"{"role":"user","content":"x","timestamp":1767225600.25}"#,
            "whole-seconds": #"{"role":"user","content":"x","timestamp":-62135596800}"#,
            "other-keys": #"{"role":"assistant","content":"","tool_calls":[{"id":"c"}],"name":"n"}"#,
            "reserved-keys": #"{"role":"user","content":"x","_extra":{"a":1},"metadata":{"_extra":2,"__extra":{}}}"#,
            "escaped-keys": #"{"r\u006fle":"user","content":"x","metadata":{"\u005fextra":1}}"#,
            "nulls": #"{"role":"user","content":"x","session_id":null,"metadata":null,"id":null}"#,
            "twice": #"{"role":"user","content":"a","content":"b","metadata":{"a":1},"metadata":{}}"#,
            "spaced": #" { "role" : "user" , "content" : "x" , "metadata" : { "k" : "a \" b" } } "#,
            "parts": #"{"role":"user","content":"x","metadata":{"content_parts":[{"type":"text","text":"x"}]}}"#,
            "zone": #"{"role":"user","content":"x","timestamp":"2026-01-31 11:00:00+05:30"}"#,
        ]
        return texts.mapValues { Array($0.utf8) }
    }
}
