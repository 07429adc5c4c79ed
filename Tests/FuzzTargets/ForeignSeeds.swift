/// A little of each layout, for fuzzing to begin with.
enum ForeignSeeds {
    private static let tool = #"{"type":"tool_use","id":"t","name":"look","input":{"at":[1,null]}}"#
    private static let result =
        #"{"type":"tool_result","tool_use_id":"t","content":[{"type":"text","text":"fog"}],"is_error":true}"#
    private static let text = #"{"type":"text","text":"Hi \ud83d\n"}"#

    private static func transcript(_ type: String, _ uuid: String, _ parent: String, _ message: String) -> String {
        #"{"type":"\#(type)","uuid":"\#(uuid)","parentUuid":\#(parent),"timestamp":"2026-01-31T11:00:00Z","message":\#(message)}"#
            + "\n"
    }

    static let all: [String: [String: String]] = [
        "openai-chat": [
            "chat": #"{"messages":[{"role":"user","content":[{"type":"text","text":"a"}]},"#
                + #"{"role":"assistant","content":null,"tool_calls":[{"id":"c"}]}],"metadata":{"title":"T"}}"#,
            "message": #"{"session_id":"s","role":"user","content":"x","timestamp":1.5}"#,
            "lines": "\u{FEFF}{\"messages\":[]}\n\n{\"messages\":[7,{}]}\r\n{\"role\":1}",
            "cut": #"{"messages":[{"role":"#,
            "no-list": #"{"messages":{"role":"user"}}"#,
        ],
        "claude-code": [
            "answer": transcript("user", "u", "null", #"{"content":"Go"}"#)
                + transcript("assistant", "a", "\"u\"", #"{"id":"x","content":[\#(text)],"usage":{"n":1}}"#)
                + transcript("assistant", "b", "\"a\"", #"{"id":"x","content":[\#(tool)],"model":"m"}"#)
                + transcript("user", "r", "\"b\"", #"{"content":[\#(result),\#(text)]}"#),
            "around": transcript("user", "a", "\"b\"", #"{"content":[]}"#)
                + transcript("user", "b", "\"a\"", #"{"content":"x"}"#),
            "compaction": #"{"type":"system","uuid":"b","parentUuid":null,"logicalParentUuid":"a"}"# + "\n"
                + transcript("user", "a", "null", #"{"content":"x"}"#) + #"{"customTitle":"T"}"#,
            "sidechain": #"{"type":"user","uuid":"s","isSidechain":true,"message":{"content":"x"}}"# + "\n7\n{",
            "twice": transcript("user", "a", "null", #"{"content":"x"}"#)
                + transcript("user", "a", "\"a\"", #"{"content":"y"}"#),
        ],
        "chatgpt-export": [
            "tree":
                #"[{"id":"c","title":null,"create_time":5,"current_node":"b","mapping":{"r":{"message":null,"parent":null},"#
                + #""a":{"parent":"r","message":{"author":{"role":"user"},"content":{"parts":["x",{"k":1}]}}},"#
                + #""b":{"parent":"a","message":{"id":"m","author":{"role":"tool","name":"n"},"content":{"text":"y"}}}}}]"#,
            "around":
                #"[{"id":"c","current_node":"a","mapping":{"a":{"parent":"b","message":{"author":{"role":"u"}}},"b":{"parent":"a"}}}]"#,
            "no-node": #"[{"id":"c","mapping":{"a":{"message":{"author":{"role":"u"},"create_time":1}}}},7]"#,
            "hidden":
                #"[{"id":1,"mapping":{"a":{"message":{"metadata":{"is_visually_hidden_from_conversation":true}}}}}]"#,
            "no-mapping": #"[{"id":"c","mapping":[]},{}]"#, "cut": #"[{"id":"c","mapping":{"a"#,
        ],
        "claude-export": [
            "blocks":
                #"[{"uuid":"c","name":"N","chat_messages":[{"uuid":"m","sender":"assistant","content":[\#(text),\#(tool),\#(result),\#(text)]}]}]"#,
            "without-ids":
                #"[{"uuid":"c","chat_messages":[{"sender":"human","content":[{"type":"tool_use"},{"type":"tool_result"}]}]}]"#,
            "text": #"[{"uuid":"c","chat_messages":[{"sender":"human","text":"x","attachments":[1],"files":[{}]}]}]"#,
            "empty": #"[{"uuid":"c","chat_messages":[]},{"uuid":"d"},{},null]"#,
            "time": #"[{"uuid":"c","chat_messages":[{"sender":"human","text":"","created_at":"x"},7]}]"#,
        ],
        "foundation-models": [
            "entries":
                #"{"type":"FoundationModels.Transcript","version":1,"transcript":{"entries":[{"id":"e","role":"response","#
                + #""contents":[{"text":"a"},{"structure":{"b":1.0}}],"toolCalls":[{"id":"t","name":"n","arguments":{}}]},"#
                + #"{"role":"tool","toolCallID":"t"},7,{}]}}"#,
            "newer": #"{"type":"FoundationModels.Transcript","version":2}"#, "other": #"{"type":7}"#, "empty": "",
            "cut": #"{"type":"FoundationModels.Transcript","version":1,"tra"#,
        ],
        "strands-files": [
            "blocks":
                #"{"message":{"role":"user","content":[{"text":"a"},{"toolUse":{"toolUseId":"t","name":"n","input":{}}},"#
                + #"{"toolResult":{"toolUseId":"t","status":"error","content":[{"json":{"k":1}}]}}],"tracking_id":"i"},"created_at":"2026-01-31T11:00:00+00:00"}"#,
            "redacted":
                #"{"message":{"role":"user","content":[]},"redact_message":{"role":"user","content":[{"text":"r"}]}}"#,
            "no-blocks": #"{"message":{"role":"user","content":[]}}"#, "no-message": "{}", "list": "[]",
        ],
        "langchain-file": [
            "messages":
                #"[{"type":"ai","data":{"content":["a"],"tool_calls":[{"id":"t","name":"n","args":{}}],"usage_metadata":{"n":1}}},"#
                + #"{"type":"tool","data":{"content":"","tool_call_id":"t"}}]"#,
            "kwargs":
                #"[{"type":"AIMessageChunk","data":{"content":"","additional_kwargs":{"tool_calls":[{"id":"c","function":{"name":"f"}}],"k":1}}}]"#,
            "chat": #"[{"type":"chat","data":{"content":"x","role":"critic","id":7}},{"type":"remove","data":{}}]"#,
            "broken": #"[7,{},{"type":"x","data":{}},{"type":"ai","data":{"content":7}}]"#,
            "cut": #"[{"type":"ai","da"#,
        ],
    ]
}
