internal import AgentMemory

/// Reads the newest state of each thread. Where that has no messages, it goes back to a state that has them, or to the
/// beginning, and adds what was written since.
struct LangGraphReader: TableReader {
    /// A thread whose newest state doesn't have its messages.
    private struct Walk {
        var thread: String
        var place: ForeignPlace
        /// The checkpoint to look at next; `nil` at the beginning.
        var parent: String?
        /// Checkpoints that were passed, the newest first: what was written there is to be added.
        var passed: [String] = []
        var seen: Set<String> = []
        var history = GraphHistory()
        var isRefused = false
    }

    private enum Step {
        case start, newest, back, writes
    }

    private let hasWrites: Bool
    private let hasTaskPath: Bool
    private var step = Step.start
    private var waiting: [Walk] = []
    private var walk: Walk?

    init(hasWrites: Bool, hasTaskPath: Bool) {
        (self.hasWrites, self.hasTaskPath) = (hasWrites, hasTaskPath)
    }

    mutating func nextQuery(into output: inout ForeignOutput) -> TableQuery? {
        if step == .start {
            step = .newest
            return LangGraphTables.newest
        }
        while true {
            guard var current = walk ?? (waiting.isEmpty ? nil : waiting.removeLast()) else { return nil }
            if !current.isRefused, let parent = current.parent, current.seen.insert(parent).inserted {
                // The row, if it is there, sets the next one.
                current.parent = nil
                current.passed.append(parent)
                (walk, step) = (current, .back)
                return LangGraphTables.checkpoint(parent, of: current.thread)
            }
            if !current.isRefused, hasWrites, let passed = current.passed.popLast() {
                (walk, step) = (current, .writes)
                return LangGraphTables.writes(of: passed, of: current.thread, hasTaskPath: hasTaskPath)
            }
            walk = nil
            if !current.isRefused {
                emit(current.history.messages, of: current.thread, at: current.place, into: &output)
            }
        }
    }

    mutating func add(_ row: ForeignRow, into output: inout ForeignOutput) {
        do throws(MemoryError) {
            switch step {
            case .start: break
            case .newest: try begin(row, into: &output)
            case .back: try goBack(row)
            case .writes: try addWrites(row)
            }
        } catch {
            walk?.isRefused = true
            output.refuse(row.place, error)
        }
    }

    mutating func finish(into output: inout ForeignOutput) {}

    // MARK: Rows

    private mutating func begin(_ row: ForeignRow, into output: inout ForeignOutput) throws(MemoryError) {
        let thread = try row.session("thread_id")
        switch try Self.messages(row) {
        case .all(let messages):
            var fields: [[String: JSONValue]] = []
            for (index, message) in messages.enumerated() {
                do throws(MemoryError) {
                    fields.append(try GraphState.fields(of: message))
                } catch {
                    output.refuse(row.place.part("message \(index + 1)"), error)
                }
            }
            emit(fields, of: thread, at: row.place, into: &output)
        case .missing:
            guard let parent = row.text("parent_checkpoint_id") else { return }
            waiting.append(Walk(thread: thread, place: row.place, parent: parent))
        }
    }

    private mutating func goBack(_ row: ForeignRow) throws(MemoryError) {
        switch try Self.messages(row) {
        case .all(let messages):
            for message in messages { walk?.history.add(try GraphState.fields(of: message)) }
        case .missing: walk?.parent = row.text("parent_checkpoint_id")
        }
    }

    private mutating func addWrites(_ row: ForeignRow) throws(MemoryError) {
        guard walk?.isRefused == false else { return }
        for message in try GraphState.written(try Self.packed(row, "value")) {
            walk?.history.add(try GraphState.fields(of: message))
        }
    }

    private static func messages(_ row: ForeignRow) throws(MemoryError) -> GraphState.Messages {
        try GraphState.messages(of: try packed(row, "checkpoint"))
    }

    /// The bytes of a column that say they are MessagePack. Anything else, pickle above all, is not looked at.
    private static func packed(_ row: ForeignRow, _ column: String) throws(MemoryError) -> ArraySlice<UInt8> {
        let type = row.text("type") ?? "none"
        guard type == "msgpack" else {
            throw .unreadable("What is stored has the type '\(type.prefix(64))', which is not read")
        }
        guard let bytes = row.json(column) else { throw .unreadable("The column \(column) holds no bytes") }
        return bytes
    }

    private func emit(
        _ messages: [[String: JSONValue]], of thread: String, at place: ForeignPlace, into output: inout ForeignOutput
    ) {
        var mapping = LangChainMessages()
        for (index, fields) in messages.enumerated() {
            let place = place.part("message \(index + 1)")
            do throws(MemoryError) {
                guard let type = fields["type"]?.stringValue else { throw .unreadable("The message has no type") }
                let text = output.options.keepsOriginal ? JSONValue.object(fields).serialized() : []
                let record = ForeignRecord(session: thread, text: text[...], place: place)
                try mapping.add(type: type, fields: fields, of: record, into: &output)
            } catch {
                output.refuse(place, error)
            }
        }
    }
}
