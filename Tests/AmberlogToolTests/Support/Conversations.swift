/// Made-up conversations as JSON lines.
enum Conversations {
    /// So many sessions of so many messages, one session after another, or taking turns.
    static func lines(sessions: Int, messages: Int, interleaved: Bool = false, padding: Int = 0) -> String {
        var lines: [String] = []
        let places: [(Int, Int)] =
            interleaved
            ? (0..<messages).flatMap { message in (0..<sessions).map { ($0, message) } }
            : (0..<sessions).flatMap { session in (0..<messages).map { (session, $0) } }
        let filler = String(repeating: "x", count: padding)
        for (session, message) in places {
            let time = "2026-01-31T10:\(two(message / 60 % 60)):\(two(message % 60)).000001Z"
            lines.append(
                #"{"session_id":"session-\#(session)","role":"\#(message % 2 == 0 ? "user" : "assistant")","#
                    + #""content":"message \#(message) of \#(session) \#(filler)","timestamp":"\#(time)","#
                    + #""metadata":{"n":\#(message)}}"#)
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
