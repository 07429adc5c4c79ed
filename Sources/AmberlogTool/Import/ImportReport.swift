internal import AgentMemory

/// What an import did.
struct ImportReport {
    var files = 0
    /// Messages that were added.
    var messages: UInt64 = 0
    /// Sessions that got some.
    var sessions = 0
    /// Messages that an earlier import had added.
    var present: UInt64 = 0
    /// Messages whose id the session had already.
    var duplicates: UInt64 = 0
    /// Bytes of JSON, inflated.
    var bytes: UInt64 = 0
    var bad = 0
    var seconds = 0.0

    var json: JSONValue {
        [
            "files": .integer(Int64(files)), "messages": .integer(Int64(messages)),
            "sessions": .integer(Int64(sessions)), "present": .integer(Int64(present)),
            "duplicates": .integer(Int64(duplicates)), "bytes": .integer(Int64(bytes)), "bad": .integer(Int64(bad)),
            "seconds": .double(seconds),
        ]
    }

    /// For people.
    var lines: [String] {
        let rate = Int(Double(messages + present + duplicates) / max(seconds, 0.0001))
        var lines = [
            "Imported \(Humanized.count(messages, "message")) into \(Humanized.count(sessions, "session"))"
                + " in \(Humanized.seconds(seconds)) (\(Humanized.bytes(bytes)), \(Humanized.count(rate)) messages/s)"
        ]
        if present > 0 { lines.append("\(Humanized.count(present, "message")) had been imported before") }
        if duplicates > 0 { lines.append("\(Humanized.count(duplicates, "message")) had an id that is there already") }
        if bad > 0 { lines.append("\(Humanized.count(bad, "line")) could not be imported") }
        return lines
    }
}
