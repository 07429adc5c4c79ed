import AgentMemory
import Testing

@testable import ForeignStores

/// agno's runs, in the table, in the column, and in both.
@Suite struct AgnoTests {
    private func message(_ role: String, _ content: String, _ rest: String = "") -> String {
        #"{"role":"\#(role)","content":"\#(content)","created_at":1769857200\#(rest)}"#
    }

    private func run(_ id: String, _ messages: [String], _ rest: String = "") -> String {
        #"{"run_id":"\#(id)","model":"m","messages":[\#(messages.joined(separator: ","))]\#(rest)}"#
    }

    private func session(runs: String? = nil, data: String? = nil, id: String = "s") -> ForeignRow {
        row([
            "session_id": .text(id), "kind": .integer(0), "runs": runs.map(ForeignRow.Value.text) ?? .null,
            "session_data": data.map(ForeignRow.Value.text) ?? .null,
        ])
    }

    private func table(
        _ id: String, _ data: String, parent: String? = nil, status: String = "COMPLETED", session: String = "s"
    ) -> ForeignRow {
        row([
            "session_id": .text(session), "kind": .integer(1), "run_id": .text(id), "run_data": .text(data),
            "parent_run_id": parent.map(ForeignRow.Value.text) ?? .null, "status": .text(status),
        ])
    }

    private func read(_ rows: ForeignRow..., keepsOriginal: Bool = false) -> Found {
        Found.read(AgnoReader(queries: [TableQuery("agno_runs", "")]), rows, keepsOriginal: keepsOriginal)
    }

    @Test func `the column's runs first, as the table has them, then the table's others`() {
        let older = "[\(run("1", [message("user", "1")])),\(run("2", [message("user", "2")]))]"
        let found = read(
            session(runs: JSONValue.string(older).description), table("2", run("2", [message("user", "2, new")])),
            table("3", run("3", [message("user", "3")])))
        #expect(found.messages("s").map(\.content) == ["1", "2, new", "3"])
    }

    @Test func `a run that the table can't give, or has left, is not taken from the column`() {
        let older = "[\(run("1", [message("user", "1")])),\(run("2", [message("user", "2")]))]"
        let found = read(
            session(runs: older), table("1", "{"), table("2", run("2", []), status: "REGENERATED"))
        #expect(found.said.isEmpty && found.refusals.count == 1)
    }

    @Test func `members' runs, replaced runs and history are passed over`() {
        let found = read(
            table("1", run("1", [message("user", "a"), message("user", "b", #","from_history":true"#)])),
            table("2", run("2", [message("user", "c")]), parent: "1"),
            table("3", run("3", [message("user", "d")], #","parent_run_id":"1""#)),
            table("4", run("4", [message("user", "e")]), status: "REGENERATED"),
            table("5", run("5", [message("user", "f")], #","status":"REGENERATED""#)), table("6", #"{"run_id":"6"}"#))
        #expect(found.messages("s").map(\.content) == ["a"])
        #expect(found.refusals.isEmpty)
    }

    @Test func `instructions are said again only when they have changed`() {
        let found = read(
            table("1", run("1", [message("system", "x"), message("user", "1")])),
            table("2", run("2", [message("system", "x"), message("user", "2")])),
            table("3", run("3", [message("system", "y"), message("user", "3")])),
            table("4", run("4", [message("system", "y")]), session: "t"))
        #expect(found.messages("s").map(\.content) == ["x", "1", "2", "y", "3"])
        #expect(found.messages("t").map(\.content) == ["y"])
    }

    @Test func `a message's members go where they belong`() {
        let found = read(
            session(data: #""{\"session_name\":\"Title\",\"state\":{\"a\":1}}""#),
            table(
                "1",
                run(
                    "1",
                    [
                        #"{"id":"m1","role":"assistant","tool_calls":[{"id":"c","function":{"name":"look"}}],"#
                            + #""metrics":{"input_tokens":2,"time":1},"created_at":1769857200,"odd":1}"#,
                        message("tool", "r", #","tool_call_id":"c","tool_call_error":true"#),
                        message("user", "u", #","name":"Bo","images":[{"url":"x"}]"#),
                    ])))
        let messages = found.messages("s")
        #expect(messages[0].id == "m1" && messages[0].content == "")
        #expect(messages[0].metadata["usage"] == ["input_tokens": 2])
        #expect(messages[0].metadata["model"] == "m" && messages[1].metadata["model"] == nil)
        #expect(messages[1]["name"] == "look" && messages[1].metadata["tool_call_error"] == true)
        #expect(messages[2]["name"] == "Bo" && messages[2].metadata["images"] == [["url": "x"]])
        #expect(found.sessions["s"] == ["title": "Title"])
        #expect(found.losses.entries[.field("message.odd")]?.count == 1)
        #expect(found.losses.entries[.field("session_data.state")]?.count == 1)
    }

    @Test func `originals: the message, with the run around the first`() throws {
        let found = read(
            table("1", run("1", [message("user", "a"), message("user", "b")], #","x":1"#)), keepsOriginal: true)
        let first = try JSONValue(parsing: try #require(found.said[0].original))
        #expect(first["run"] == ["run_id": "1", "model": "m", "x": 1])
        #expect(first["message"]?["content"] == "a")
        #expect(found.said[1].original == message("user", "b"))
    }

    @Test(arguments: ["", "7", "[]", #""x""#, #"{"messages":7}"#, #""{""#])
    func `what is no run is refused`(_ data: String) {
        let found = read(table("1", data))
        #expect(found.said.isEmpty && found.refusals.count == 1, "\(found.refusals)")
    }

    @Test(arguments: ["{", "7", #""[""#, "{}"])
    func `a column that can't be read is refused once, and the table's runs are taken`(_ runs: String) {
        let found = read(session(runs: runs), table("1", run("1", [message("user", "a")])))
        #expect(found.messages("s").map(\.content) == ["a"] && found.refusals.count == 1)
    }

    @Test(arguments: ["7", "{}", #"{"role":"user","content":{"a":1}}"#, #"{"role":7,"content":"x"}"#])
    func `a message that can't be read is refused, and the run goes on`(_ broken: String) {
        let found = read(table("1", run("1", [broken, message("user", "a")])))
        #expect(found.messages("s").map(\.content) == ["a"] && found.refusals.count == 1)
        #expect(found.refusals[0].place.record == "row, message 1")
    }
}
