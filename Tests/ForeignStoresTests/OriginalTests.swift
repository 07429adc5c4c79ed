import AgentMemory
import Testing

@testable import ForeignStores

/// What is kept of the JSON that messages were made of: byte by byte what stood there, once.
@Suite struct OriginalTests {
    private func originals(_ layout: any FileLayout, _ text: String) -> [String?] {
        Found.read(layout, text, file: "f", session: "S", keepsOriginal: true).said.map(\.original)
    }

    @Test func `an element, with its order of keys, its numbers and its escapes`() {
        let message = #"{ "type":"human","data":{"id":"i","content":"\ud83d \/","n":1.50,"n":12345678901234567890}}"#
        #expect(originals(LangChainFile(), "[\n\(message) ]") == [message])
    }

    @Test func `the nodes of a tree, and the rest of the conversation with its session`() {
        let message = #"{"author":{"role":"user"},"content":{"parts":["x"]},"z":1,"a":2}"#
        let text = #"[{"id":"c","z":1.0,"mapping":{"n":{"message":\#(message)}},"current_node":"n","title":"T"}]"#
        let found = Found.read(ChatGPTExport(), text, keepsOriginal: true)
        #expect(found.said.map(\.original) == [message])
        #expect(found.sessions["c"]?["original"] == #"{"id":"c","z":1.0,"current_node":"n","title":"T"}"#)
        #expect(!found.losses.entries.keys.contains { if case .field = $0 { true } else { false } })
    }

    @Test func `of a record that becomes several messages, with the first alone`() {
        let message =
            #"{"uuid":"m","sender":"assistant","content":[{"type":"text","text":"a"},{"type":"tool_result","content":"b"}]}"#
        #expect(originals(ClaudeExport(), #"[{"uuid":"c","chat_messages":[\#(message)]}]"#) == [message, nil])
    }

    @Test func `of an answer of several lines, all of them`() {
        let lines = ["1", "2"].map {
            #"{"type":"assistant","uuid":"\#($0)","parentUuid":\#($0 == "1" ? "null" : "\"1\""),"message":{"id":"x","content":[]}}"#
        }
        #expect(originals(ClaudeCode(), lines.joined(separator: "\n")) == [lines.joined(separator: "\n")])
    }

    @Test func `of what is too large, nothing but the message`() {
        let filler = String(repeating: "x", count: 1 << 20)
        let text = #"[{"type":"human","data":{"content":"ok"},"filler":"\#(filler)"}]"#
        let found = Found.read(LangChainFile(), text, keepsOriginal: true)
        #expect(found.said.map(\.message.content) == ["ok"])
        #expect(found.said[0].original == nil)
        #expect(found.losses.entries[.original]?.count == 1)
    }

    @Test func `pieces stand as they are in the bytes`() {
        let text = Array(#" { "a" : [1 , "x]" ,{"b":"\"}"}] ,"\u0061b":{"c":null}, "a":2 } "#.utf8)[...]
        #expect(JSONSlices.members(of: text).map(\.key) == ["a", "ab", "a"])
        #expect(String(decoding: JSONSlices.member("a", of: text), as: UTF8.self) == "2")
        #expect(
            JSONSlices.elements(of: JSONSlices.members(of: text)[0].value).map { String(decoding: $0, as: UTF8.self) }
                == ["1", #""x]""#, #"{"b":"\"}"}"#])
        #expect(JSONSlices.elements(of: Array("[]".utf8)[...]).isEmpty)
        #expect(JSONSlices.elements(of: Array("[ ".utf8)[...]).isEmpty)
        #expect(JSONSlices.members(of: Array("[1]".utf8)[...]).isEmpty)
    }
}
