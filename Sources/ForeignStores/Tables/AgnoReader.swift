internal import AgentMemory

/// Reads agno's sessions: a row of the session, then those of its runs.
///
/// Runs of the table are taken as they come, unless the session has some in its column, too: those come first, each as
/// the table has it if it does, so that the table's are held until the session ends.
struct AgnoReader: TableReader {
    private struct Run {
        var json: JSONValue
        var text: ArraySlice<UInt8>
        var place: ForeignPlace
    }

    private var queries: [TableQuery]
    private var runs: AgnoRuns?
    /// Runs of the session's column, if it has any.
    private var older: [Run] = []
    /// Runs of the table that wait for those.
    private var newer: [(id: String, run: Run)] = []
    /// Ids of runs that the table has as no part of the conversation, or that can't be read: nor are the column's.
    private var gone: Set<String> = []

    init(queries: [TableQuery]) {
        self.queries = queries
    }

    mutating func nextQuery(into output: inout ForeignOutput) -> TableQuery? {
        finish(into: &output)
        return queries.isEmpty ? nil : queries.removeFirst()
    }

    mutating func add(_ row: ForeignRow, into output: inout ForeignOutput) {
        do throws(MemoryError) {
            let session = try row.session()
            if session != runs?.session {
                endSession(into: &output)
                runs = AgnoRuns(session: session)
            }
            if row.integer("kind") == 0 {
                describe(row, session, into: &output)
                older = try column(row)
            } else {
                try takeRun(row, into: &output)
            }
        } catch {
            output.refuse(row.place, error)
        }
    }

    mutating func finish(into output: inout ForeignOutput) {
        endSession(into: &output)
        runs = nil
    }

    // MARK: Sessions

    private func describe(_ row: ForeignRow, _ session: String, into output: inout ForeignOutput) {
        do throws(MemoryError) {
            guard let (json, text) = try Self.unwrapped(row, "session_data") else { return }
            output.describe(session, ["title": json["session_name"]], original: Array(text), at: row.place)
            output.loseFields(of: json, except: ["session_name"], prefix: "session_data.", at: row.place)
        } catch {
            output.refuse(row.place.part("session_data"), error)
        }
    }

    /// The runs of the session's column.
    private func column(_ row: ForeignRow) throws(MemoryError) -> [Run] {
        guard let (json, text) = try Self.unwrapped(row, "runs"), !json.isNull else { return [] }
        guard let runs = json.arrayValue else { throw .unreadable("The runs are no list") }
        let texts = JSONSlices.elements(of: text)
        return runs.enumerated().map { index, run in
            Run(
                json: run, text: index < texts.count ? texts[index] : [],
                place: row.place.part("run \(run["run_id"]?.nameValue ?? String(index + 1))"))
        }
    }

    private mutating func endSession(into output: inout ForeignOutput) {
        defer { (older, newer, gone) = ([], [], []) }
        guard !older.isEmpty else { return }
        for run in older {
            let id = run.json["run_id"]?.nameValue
            if let id, gone.contains(id) { continue }
            let at = id.flatMap { id in newer.firstIndex { $0.id == id } }
            let taken = at.map { newer.remove(at: $0).run } ?? run
            runs?.add(taken.json, taken.text, at: taken.place, into: &output)
        }
        for (_, run) in newer { runs?.add(run.json, run.text, at: run.place, into: &output) }
    }

    // MARK: Runs

    private mutating func takeRun(_ row: ForeignRow, into output: inout ForeignOutput) throws(MemoryError) {
        // As the table has it, should the two differ.
        if row["parent_run_id"] != .null || row.text("status") == "REGENERATED" {
            if let id = row.text("run_id") { gone.insert(id) }
            return
        }
        do throws(MemoryError) {
            guard let (json, text) = try Self.unwrapped(row, "run_data") else {
                throw .unreadable("The run has no run_data")
            }
            let run = Run(json: json, text: text, place: row.place)
            if older.isEmpty {
                runs?.add(json, text, at: row.place, into: &output)
            } else {
                newer.append((row.text("run_id") ?? "", run))
            }
        } catch {
            if let id = row.text("run_id") { gone.insert(id) }
            throw error
        }
    }

    /// The JSON of a column, which version 2 has written as a JSON string that holds JSON.
    private static func unwrapped(
        _ row: ForeignRow, _ column: String
    ) throws(MemoryError) -> (json: JSONValue, text: ArraySlice<UInt8>)? {
        guard let (json, text) = try row.parsed(column) else { return nil }
        guard case .string(let inner) = json else { return (json, text) }
        return (try JSONValue(parsing: inner), Array(inner.utf8)[...])
    }
}
