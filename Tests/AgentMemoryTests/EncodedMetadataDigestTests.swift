import AgentMemory
import Testing

/// A digest takes metadata that are in canonical form already as they are. Whatever form they have, it is the digest of what
/// they say.
@Suite struct EncodedMetadataDigestTests {
    private func message(_ json: [UInt8]) -> Message {
        let buffer = MetadataBuffer(capacity: json.count)
        buffer.base.copyMemory(from: json, byteCount: json.count)
        return Message(
            role: .user, content: "x", timestamp: Timestamp(microseconds: 1), id: nil, sequence: nil,
            encodedMetadata: EncodedMetadata(buffer: buffer, offset: 0, count: json.count))
    }

    private func message(_ object: [String: JSONValue]) -> Message {
        Message(role: .user, content: "x", timestamp: Timestamp(microseconds: 1), metadata: object)
    }

    @Test(arguments: [
        #"{}"#, #"{ }"#, #"{"a":1}"#, #"{"a" :1}"#, #"{"a":1,"b":2}"#, #"{"b":2,"a":1}"#, #"{"a":1,"a":2}"#,
        #"{"a":-0}"#, #"{"a":-1}"#, #"{"a":0}"#, #"{"a":1.0}"#, #"{"a":1.50}"#, #"{"a":1e2}"#, #"{"a":100E-1}"#,
        #"{"a":999999999999999999}"#, #"{"a":9223372036854775807}"#, #"{"a":9223372036854775808}"#,
        #"{"a":"\u0041"}"#, #"{"\u0061":1,"b":2}"#, #"{"a":"/"}"#, #"{"a":"\/"}"#, #"{"é":"日本"}"#, #"{"a":[]}"#,
        #"{"a":[1,[2,{"x":null}],true,false]}"#, #"{"a":[1, 2]}"#, #"{"a":{"c":1,"b":2}}"#, #"{"a":{"":1}}"#,
        #"{"a":[[[[[[[[[[[[1]]]]]]]]]]]]}"#, #"{"ab":1,"a":2}"#, #"{"a":2,"ab":1}"#,
    ]) func `has the digest of what it says`(json: String) throws {
        guard case .object(let object) = try JSONValue(parsing: json) else {
            Issue.record("no object")
            return
        }
        #expect(ContentDigest([message(Array(json.utf8))]) == ContentDigest([message(object)]))
    }

    @Test(arguments: [1, 2, 3] as [UInt64]) func `whatever the object`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<500 {
            let object = ["k": random.json(), "b": random.json(), "a": random.json()]
            let members = object.map { [UInt8]("\"\($0.key)\":".utf8) + $0.value.serialized() }
            let json = Array("{".utf8) + members.joined(separator: Array(",".utf8)) + Array("}".utf8)
            let canonical = JSONValue.object(object).serialized()
            let expected = ContentDigest([message(object)])
            #expect(ContentDigest([message(json)]) == expected, "seed \(seed): \(object)")
            #expect(ContentDigest([message(canonical)]) == expected, "seed \(seed): \(object)")
        }
    }
}
