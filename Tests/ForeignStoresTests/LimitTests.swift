import AgentMemory
import Testing

@testable import ForeignStores

/// What is over a limit is refused with its place, and what follows is read.
@Suite struct LimitTests {
    private func read(_ messages: String...) -> Found {
        Found.read(LangChainFile(), "[" + messages.joined(separator: ",") + "]", file: "f.json")
    }

    @Test func `depth`() {
        let deep = String(repeating: "[", count: 200) + String(repeating: "]", count: 200)
        let found = read(
            #"{"type":"ai","data":{"content":"a","additional_kwargs":{"x":\#(deep)}}}"#,
            #"{"type":"ai","data":{"content":"b"}}"#)
        #expect(found.said.map(\.message.content) == ["b"])
        #expect(found.refusals.count == 1)
    }

    @Test func `sizes of ids, names and metadata`() {
        let long = String(repeating: "x", count: 1025)
        let large = String(repeating: "x", count: 1 << 20)
        let found = read(
            #"{"type":"ai","data":{"content":"a","id":"\#(long)"}}"#,
            #"{"type":"chat","data":{"content":"a","role":"\#(long)"}}"#,
            #"{"type":"ai","data":{"content":"a","additional_kwargs":{"k":"\#(large)"}}}"#,
            #"{"type":"ai","data":{"content":"b"}}"#)
        #expect(found.said.map(\.message.content) == ["b"])
        #expect(found.refusals.count == 3)
        let session = Found.read(ClaudeExport(), #"[{"uuid":"\#(long)","chat_messages":[{"sender":"a","text":"x"}]}]"#)
        #expect(session.said.isEmpty && session.refusals.count == 1)
    }

    @Test func `names of fields that are lost are bounded`() {
        let fields = (0..<500).map { #""f\#($0)":1"# }.joined(separator: ",")
        let found = read(#"{"type":"ai","data":{"content":"a",\#(fields)}}"#)
        #expect(found.losses.entries.count <= 66)
        #expect(found.losses.entries.values.map(\.count).reduce(0, +) == 501)
    }

    @Test(arguments: [1, 3, 64])
    func `lines are the same wherever blocks end`(block: Int) {
        let bytes = Array("\u{FEFF}one\r\n\n  \ntwo\nthree".utf8)
        var cutter = LineCutter()
        var lines: [LineCutter.Line] = []
        for start in stride(from: 0, to: bytes.count, by: block) {
            bytes[start..<min(bytes.count, start + block)].withUnsafeBytes { lines += cutter.add($0) }
        }
        if let last = cutter.finish() { lines.append(last) }
        #expect(lines.map(\.number) == [1, 4, 5])
        #expect(lines.map { String(decoding: $0.bytes ?? [], as: UTF8.self) } == ["one\r", "two", "three"])
    }
}
