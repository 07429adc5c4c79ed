import AgentMemory
import Testing

@Suite struct ContentDigestTests {
    let message = Message(
        role: .user, content: "Hello", timestamp: Timestamp(microseconds: 1), metadata: ["a": 1, "b": [1.0]], id: "m")

    @Test func ofNothingIsTheOffsetBasis() {
        #expect(ContentDigest().description == "6c62272e07bb014262b821756295c58d")
    }

    @Test func isStable() {
        #expect(ContentDigest([message]).description == "320dc7ba3597d04c19f32af21c9e54c9")
    }

    @Test func doesNotDependOnHowTheMessageIsHeld() throws {
        let line =
            #"{"role":"user","content":"Hello","timestamp":1e-6,"metadata":{ "b":[1.0], "a":1 },"id":"m","sequence":9}"#
        #expect(ContentDigest([try MessageLine(parsing: line).message]) == ContentDigest([message]))
    }

    @Test func dependsOnEverythingThatWasSaid() {
        var variants = Array(repeating: message, count: 8)
        variants[1].role = .tool
        variants[2].content = "Hello "
        variants[3].timestamp = Timestamp(microseconds: 2)
        variants[4].metadata = ["a": 1.0, "b": [1.0]]
        variants[5].metadata = [:]
        variants[6].id = nil
        variants[7].id = "n"
        #expect(Set(variants.map { ContentDigest([$0]) }).count == 8)
    }

    @Test func dependsOnOrderAndBorders() {
        func said(_ contents: String...) -> ContentDigest {
            ContentDigest(contents.map { Message(role: .user, content: $0, timestamp: Timestamp(microseconds: 0)) })
        }
        #expect(
            Set([said("a", "b"), said("b", "a"), said("ab"), said("ab", ""), said("", "ab"), said("a")]).count == 6)
        #expect(said("\u{E9}") != said("e\u{301}"))
    }

    @Test func comesBackFromText() {
        let digest = ContentDigest([message])
        #expect(ContentDigest(digest.description) == digest)
        #expect(digest.bytes.count == 16)
        for text in ["", "6c", "+c62272e07bb014262b821756295c58d", "gc62272e07bb014262b821756295c58d"] {
            #expect(ContentDigest(text) == nil)
        }
    }
}
