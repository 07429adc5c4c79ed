/// A little of what the columns of other libraries hold, for fuzzing to begin with.
enum TableSeeds {
    private static func texts(_ texts: [String: String]) -> [String: [UInt8]] { texts.mapValues { Array($0.utf8) } }

    static let items = texts([
        "message": #"{"role":"user","content":[{"type":"input_text","text":"x"},{"type":"input_image"}]}"#,
        "call": #"{"type":"function_call","id":"fc","call_id":"c","name":"n","arguments":"{}"}"#,
        "output": #"{"type":"function_call_output","call_id":"c","output":"r"}"#,
        "reasoning": #"{"type":"reasoning","summary":[{"text":"a"}],"encrypted_content":"x"}"#,
        "encrypted": #"{"__enc__":1,"v":1,"kid":"hkdf-v1","payload":"gAAAAA"}"#, "neither": "{}",
    ])

    static let messages = texts([
        "ai": #"{"type":"ai","data":{"content":"","tool_calls":[{"id":"c","name":"n","args":{"a":[1]}}]}}"#,
        "tool": #"{"type":"tool","data":{"content":["r"],"tool_call_id":"c","status":"error"}}"#,
        "chat": #"{"type":"chat","data":{"content":"x","role":"critic"}}"#, "remove": #"{"type":"remove","data":{}}"#,
        "broken": #"{"type":"ai","data":{"content":7}}"#,
    ])

    static let runs = texts([
        "runs":
            #"[{"run_id":"1","model":"m","messages":[{"id":"i","role":"assistant","metrics":{"input_tokens":1}}]}]"#,
        "twice": #""[{\"run_id\":\"1\",\"messages\":[{\"role\":\"system\",\"content\":\"s\"}]}]""#,
        "passed-over":
            #"[{"messages":[{"role":"user","from_history":true}]},{"parent_run_id":"p"},{"status":"REGENERATED"}]"#,
        "session": #"{"session_name":"T","session_state":{"a":1}}"#, "broken": #"[7,{"messages":7},{"messages":[7]}]"#,
    ])

    static let events = texts([
        "text": #"{"author":"user","content":{"parts":[{"text":"x"},{"text":"y","thought":true}]},"timestamp":1.5}"#,
        "call": #"{"author":"a","content":{"parts":[{"function_call":{"id":"c","name":"n","args":{}}}]}}"#,
        "response":
            #"{"author":"a","content":{"parts":[{"function_response":{"id":"c","response":{"result":"r"}}},{"text":"z"}]}}"#,
        "nothing": #"{"author":"a","content":{"parts":[]},"partial":true}"#, "broken": #"{"content":{"parts":[7]}}"#,
    ])

    /// `{"type":"human","content":"x","id":"1"}`
    private static let fields: [UInt8] =
        [0x83, 0xA4] + Array("type".utf8) + [0xA5] + Array("human".utf8) + [0xA7] + Array("content".utf8)
        + [0xA1, 0x78, 0xA2] + Array("id".utf8) + [0xA1, 0x31]
    private static let object = [0x93, 0xA1, 0x6D, 0xA1, 0x43] + fields
    private static let message = [0xC7, UInt8(object.count), 5] + object
    private static let list = [0x91] + message

    private static func checkpoint(_ messages: [UInt8]) -> [UInt8] {
        [0x82, 0xA1, 0x76, 0x04, 0xAE] + Array("channel_values".utf8) + [0x81, 0xA8] + Array("messages".utf8) + messages
    }

    static let checkpoints: [String: [UInt8]] = [
        "list": checkpoint(list), "snapshot": checkpoint([0xC7, UInt8(list.count), 7] + list),
        "none": [0x81, 0xAE] + Array("channel_values".utf8) + [0x80], "written": list, "one": message,
        "long": [0xDD, 0xFF, 0xFF, 0xFF, 0xFF], "deep": [UInt8](repeating: 0x91, count: 300) + [0xC0],
    ]
}
