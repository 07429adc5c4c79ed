import AgentMemory
import Testing

@Suite struct MessageLineTests {
    private func written(_ line: MessageLine) -> String {
        var bytes: [UInt8] = []
        line.append(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func readsAllFields() throws {
        let line = try MessageLine(
            parsing: #"""
                {"session_id":"s","role":"user","content":"Hi\n","timestamp":"2026-01-31T12:00:00+01:00",
                 "metadata":{"a": 1, "b": [1.0, "x y"]},"id":"m1","sequence":7}
                """#)
        #expect(line.session == "s")
        #expect(line.message.role == .user)
        #expect(line.message.content == "Hi\n")
        #expect(line.message.timestamp == Timestamp("2026-01-31T11:00:00Z"))
        #expect(line.message.metadata == ["a": 1, "b": [1.0, "x y"]])
        #expect(line.message.id == "m1")
        #expect(line.message.sequence == 7)
    }

    @Test func writesWhatItReads() throws {
        let text = #"""
            {"session_id":"s","role":"user","content":"Hi\n","timestamp":"2026-01-31T11:00:00.500000Z",\#
            "metadata":{"a":1,"b":1.0},"id":"m1","sequence":7}
            """#
        #expect(written(try MessageLine(parsing: text)) == text)
    }

    @Test func missingOptionalFieldsAreMissing() throws {
        let now = Timestamp(microseconds: 5)
        for text in [
            #"{"role":"user","content":""}"#,
            #"{"role":"user","content":"","session_id":null,"timestamp":null,"metadata":null,"id":null,"sequence":null}"#,
            #" {"role":"user","content":"","session_id":"","metadata":{ },"id":""} "#,
        ] {
            let line = try MessageLine(parsing: text, timestamp: now)
            #expect(line == MessageLine(message: Message(role: .user, content: "", timestamp: now)))
            #expect(!line.message.hasMetadata)
            #expect(line.message.sequence == nil)
        }
    }

    @Test(arguments: [
        (#"{"content":"x"}"#, "role"), (#"{"role":null,"content":"x"}"#, "role"),
        (#"{"role":1,"content":"x"}"#, "role"),
        (#"{"role":"user"}"#, "content"), (#"{"role":"user","content":null}"#, "content"),
        (#"{"role":"user","content":["x"]}"#, "content"), (#"{"role":"user","content":{}}"#, "content"),
        (#"{"role":"user","content":"x","timestamp":"soon"}"#, "timestamp"),
        (#"{"role":"user","content":"x","timestamp":1e300}"#, "timestamp"),
        (#"{"role":"user","content":"x","timestamp":9223372036854775807}"#, "timestamp"),
        (#"{"role":"user","content":"x","timestamp":true}"#, "timestamp"),
        (#"{"role":"user","content":"x","metadata":[]}"#, "metadata"),
        (#"{"role":"user","content":"x","metadata":"y"}"#, "metadata"),
        (#"{"role":"user","content":"x","id":1.5}"#, "id"),
        (#"{"role":"user","content":"x","id":{}}"#, "id"),
        (#"{"role":"user","content":"x","sequence":-1}"#, "sequence"),
        (#"{"role":"user","content":"x","sequence":1.5}"#, "sequence"),
        (#"{"role":"user","content":"x","session_id":[]}"#, "session_id"), (#"[1]"#, "object"), (#""text""#, "object"),
    ])
    func refusesAndSaysWhy(_ text: String, _ word: String) throws {
        let error = #expect(throws: MemoryError.self) { try MessageLine(parsing: text) }
        #expect(error?.code == .invalidMessage)
        #expect(error?.message.contains(word) == true, "\(error!)")
        let json = try JSONValue(parsing: text)
        if word == "session_id" { return }
        let same = #expect(throws: MemoryError.self) { try Message(json: json) }
        #expect(same?.message == error?.message)
    }

    @Test func ofAFieldThatOccursTwiceTheLastCounts() throws {
        let line = try MessageLine(
            parsing:
                #"{"role":"user","content":"a","metadata":{"k":1},"\u0072ole":"tool","content":"b","metadata":{"l":2}}"#
        )
        #expect(line.message.role == .tool)
        #expect(line.message.content == "b")
        #expect(line.message.metadata == ["l": 2])
    }

    @Test func integersAreTakenAsNames() throws {
        let line = try MessageLine(parsing: #"{"role":"user","content":"a","id":17,"session_id":-4}"#)
        #expect(line.message.id == "17")
        #expect(line.session == "-4")
    }

    @Test func numbersAreSeconds() throws {
        let line = try MessageLine(parsing: #"{"role":"user","content":"a","timestamp":1769857200.123456}"#)
        #expect(line.message.timestamp == Timestamp("2026-01-31T11:00:00.123456Z"))
    }

    @Test func metadataIsKeptWithoutTheSpaceAround() throws {
        let line = try MessageLine(
            parsing: #"{"role":"user","content":"a","metadata":{ "k" : "a \" b , " ,\#n "l" : [ 1 , 2.50 ] }}"#)
        let bytes = line.message.withEncodedMetadata { String(decoding: $0, as: UTF8.self) }
        #expect(bytes == #"{"k":"a \" b , ","l":[1,2.50]}"#)
        #expect(!written(line).contains("\n"))
    }

    @Test func metadataOfAStoreWithLineBreaksIsWrittenOnOneLine() throws {
        let text = "{\n  \"k\": 1\n}"
        let buffer = MetadataBuffer(capacity: text.utf8.count)
        text.utf8.enumerated().forEach { buffer.base.storeBytes(of: $1, toByteOffset: $0, as: UInt8.self) }
        let message = Message(
            role: .user, content: "a", timestamp: Timestamp(microseconds: 0), id: nil, sequence: nil,
            encodedMetadata: EncodedMetadata(buffer: buffer, offset: 0, count: buffer.capacity))
        #expect(written(MessageLine(message: message)).contains(#""metadata":{"k":1}"#))
    }

    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func generatedMessagesSurvive(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<500 {
            let message = random.message()
            let line = MessageLine(session: "s" + random.text(), message: message)
            let text = written(line)
            let again = try MessageLine(parsing: text)
            #expect(again == line, "seed \(seed): \(text)")
            #expect(written(again) == text, "seed \(seed)")
            #expect(try Message(json: try JSONValue(parsing: text)) == message, "seed \(seed): \(text)")
            #expect(try Message(json: message.toJSON()) == message, "seed \(seed)")
        }
    }
}
