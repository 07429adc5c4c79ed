internal import AgentMemory
internal import ForeignStores

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
    /// Messages that took the place of what they were when an earlier import took them.
    var replaced: UInt64 = 0
    /// Bytes of JSON, inflated.
    var bytes: UInt64 = 0
    /// Lines and records that could not be imported.
    var refused = 0
    /// What other libraries' stores have that could not be carried over.
    var losses = LossReport()
    /// Files of directories that are of no known layout.
    var passedOver = 0
    var seconds = 0.0

    var json: JSONValue {
        [
            "files": .integer(Int64(files)), "messages": .integer(Int64(messages)),
            "sessions": .integer(Int64(sessions)), "present": .integer(Int64(present)),
            "duplicates": .integer(Int64(duplicates)), "bytes": .integer(Int64(bytes)),
            "replaced": .integer(Int64(replaced)),
            "refused": .integer(Int64(refused)), "losses": losses.json,
            "passed_over": .integer(Int64(passedOver)),
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
        if replaced > 0 { lines.append("\(Humanized.count(replaced, "message")) had changed, and took its new form") }
        lines += lossLines
        if passedOver > 0 {
            lines.append("\(Humanized.count(passedOver, "file")) of no known layout were passed over")
        }
        if refused > 0 {
            lines.append(
                "\(Humanized.count(refused)) \(refused == 1 ? "line or record" : "lines or records") could not be imported"
            )
        }
        return lines
    }

    /// What was not carried over: each kind by itself, members without a place together.
    private var lossLines: [String] {
        var lines: [String] = []
        var fields: [String] = []
        for (kind, entry) in losses.sorted {
            switch kind {
            case .field(let name): fields.append(name)
            case .otherFields: fields.append("…")
            default:
                lines.append("Not carried: \(Humanized.count(entry.count)) \(kind.text), as in \(entry.example)")
            }
        }
        if !fields.isEmpty {
            let shown = fields.prefix(8).joined(separator: ", ") + (fields.count > 8 ? ", …" : "")
            lines.append("Not carried: the members \(shown); --keep-original keeps them")
        }
        return lines
    }
}
