import AgentMemory
import Foundation
import Testing

/// Exports that other libraries open: what they keep, and that they do open it.
@Suite struct ForeignExportTests {
    private let tool: Tool

    init() throws {
        tool = try Tool()
        let chat = #"""
            {"session_id":"né","role":"user","content":"Weather?","timestamp":"2026-01-31T11:00:00.5Z"}
            {"session_id":"né","role":"assistant","content":"I look.","timestamp":"2026-01-31T11:00:01Z","tool_calls":[{"id":"c","type":"function","function":{"name":"look","arguments":"{\"a\":1}"}}]}
            {"session_id":"né","role":"tool","content":"☔","timestamp":"2026-01-31T11:00:02Z","tool_call_id":"c","name":"look"}
            {"session_id":"né","role":"assistant","content":"Rain.","timestamp":"2026-01-31T11:00:03Z","metadata":{"model":"m","usage":{"input_tokens":1,"output_tokens":2,"total_tokens":3}}}
            {"session_id":"t","role":"system","content":"Be terse.","timestamp":"2026-01-31T11:00:04Z"}
            """#
        #expect(try tool.run("import", try tool.file("chat.jsonl", chat)).exitCode == 0)
    }

    private func python(_ script: String, _ arguments: String..., by interpreter: String = "python3") throws
        -> JSONValue
    {
        let result = try #require(try Program.run(interpreter, ["-c", script] + arguments))
        #expect(result.exitCode == 0, "\(result.messages)")
        return try JSONValue(parsing: result.output)
    }

    private static let items: JSONValue = [
        ["role": "user", "content": "Weather?"], ["role": "assistant", "content": "I look."],
        ["type": "function_call", "call_id": "c", "name": "look", "arguments": "{\"a\":1}"],
        ["type": "function_call_output", "call_id": "c", "output": "☔"], ["role": "assistant", "content": "Rain."],
    ]

    #if SQLite
        private func database() throws -> String {
            let path = tool.path + "/out.db"
            let result = try tool.run("export", "--format", "openai-agents", "--output", path, "--json")
            #expect(result.exitCode == 0, "\(result.messages)")
            #expect(try result.json()[0]["messages"] == 5)
            return path
        }

        @Test func `openai-agents: its tables, and an item a row`() throws {
            let path = try database()
            let script = """
                import json, sqlite3, sys
                db = sqlite3.connect(sys.argv[1])
                tables = {name: [row[1] for row in db.execute(f"PRAGMA table_info({name})")] for (name,) in db.execute(
                    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")}
                rows = db.execute("SELECT session_id, message_data, created_at FROM agent_messages ORDER BY id").fetchall()
                sessions = db.execute("SELECT * FROM agent_sessions ORDER BY session_id").fetchall()
                check = db.execute("PRAGMA integrity_check").fetchall() + db.execute("PRAGMA foreign_key_check").fetchall()
                print(json.dumps({"tables": tables, "rows": rows, "sessions": [s[0] for s in sessions], "check": check}))
                """
            let found = try python(script, path)
            #expect(
                found["tables"] == [
                    "agent_sessions": ["session_id", "created_at", "updated_at"],
                    "agent_messages": ["id", "session_id", "message_data", "created_at"],
                ])
            #expect(found["check"] == [["ok"]])
            #expect(found["sessions"] == ["né", "t"])
            let rows = found["rows"]?.arrayValue ?? []
            let items = try rows.filter { $0[0] == "né" }.map { try JSONValue(parsing: $0[1]?.stringValue ?? "") }
            #expect(JSONValue.array(items) == Self.items)
            #expect(rows.map { $0[2] }.first == "2026-01-31 11:00:00")
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: tool.path).filter { $0.hasPrefix("out") } == [
                    "out.db"
                ])
        }

        @Test func `openai-agents: imported again, the same is said`() async throws {
            let path = try database()
            let other = tool.path + "/other"
            #expect(try tool.run("import", path, "--store", other).exitCode == 0)
            let contents = try await StoreContents(other).messages["né"] ?? []
            #expect(contents.map(\.content) == ["Weather?", "I look.", "", "☔", "Rain."])
            #expect(contents[3].toJSON()["name"] == "look")
        }

        @Test func `openai-agents: a file that is there is left alone`() throws {
            let path = try database()
            let before = try Data(contentsOf: URL(filePath: path))
            let result = try tool.run("export", "--format", "openai-agents", "--output", path)
            #expect(result.exitCode == 64 && result.messages.contains("already"))
            #expect(try Data(contentsOf: URL(filePath: path)) == before)
            #expect(try tool.run("export", "--format", "openai-agents").exitCode == 64)
        }

        @Test(.enabled(if: ForeignStore.python != nil)) func `openai-agents opens it`() throws {
            let script = """
                import asyncio, json, sys
                from agents import SQLiteSession
                async def main():
                    session = SQLiteSession("né", sys.argv[1])
                    items = await session.get_items()
                    await session.add_items([{"role": "user", "content": "And tomorrow?"}])
                    print(json.dumps({"items": items, "after": len(await session.get_items())}))
                asyncio.run(main())
                """
            let found = try python(script, try database(), by: try #require(ForeignStore.python))
            #expect(found["items"] == Self.items)
            #expect(found["after"] == 6)
        }
    #else
        @Test func `openai-agents: a build without the trait says which one it is`() throws {
            let result = try tool.run("export", "--format", "openai-agents", "--output", tool.path + "/out.db")
            #expect(result.exitCode != 0 && result.messages.contains("trait SQLite"))
        }
    #endif

    // MARK: LangChain

    private func history() throws -> String {
        let path = tool.path + "/né.json"
        let result = try tool.run("export", "--format", "langchain", "--session", "né", "--output", path)
        #expect(result.exitCode == 0, "\(result.messages)")
        return path
    }

    @Test func `LangChain: an array of its messages, which come back`() async throws {
        let path = try history()
        let json = try JSONValue(parsing: try Tool.text(path))
        #expect(json.arrayValue?.map { $0["type"] } == ["human", "ai", "tool", "ai"])
        #expect(json[1]?["data"]?["tool_calls"]?[0]?["args"] == ["a": 1])
        let other = tool.path + "/other"
        #expect(try tool.run("import", path, "--store", other).exitCode == 0)
        let contents = try await StoreContents(other).messages["né"] ?? []
        #expect(contents.map(\.content) == ["Weather?", "I look.", "☔", "Rain."])
        #expect(contents[3].metadata["usage"] == ["input_tokens": 1, "output_tokens": 2, "total_tokens": 3])
        #expect(try tool.run("export", "--format", "langchain").exitCode == 64)
    }

    @Test(.enabled(if: ForeignStore.python != nil)) func `LangChain opens it`() throws {
        let script = """
            import json, sys
            from langchain_community.chat_message_histories import FileChatMessageHistory
            from langchain_core.messages import HumanMessage
            history = FileChatMessageHistory(sys.argv[1], encoding="utf-8")
            said = [[m.type, m.content, getattr(m, "tool_calls", None), getattr(m, "tool_call_id", None),
                     getattr(m, "usage_metadata", None)] for m in history.messages]
            history.add_message(HumanMessage("And tomorrow?"))
            print(json.dumps({"said": said, "after": len(history.messages)}))
            """
        let found = try python(script, try history(), by: try #require(ForeignStore.python))
        let call: JSONValue = ["name": "look", "args": ["a": 1], "id": "c", "type": "tool_call"]
        #expect(
            found["said"] == [
                ["human", "Weather?", .null, .null, .null], ["ai", "I look.", [call], .null, .null],
                ["tool", "☔", .null, "c", .null],
                ["ai", "Rain.", [], .null, ["input_tokens": 1, "output_tokens": 2, "total_tokens": 3]],
            ])
        #expect(found["after"] == 5)
    }
}
