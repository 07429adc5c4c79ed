import Amberlog
import Testing

/// Identifiers are found as a whole and by their parts.
@Suite struct IdentifierTests {
    @Test(arguments: [
        ("getUserName", "getusername get user name"), ("HTTPServer", "httpserver http server"),
        ("parseHTTPResponse", "parsehttpresponse parse http response"), ("URLs", "urls"), ("NASA", "nasa"),
        ("base64Encode", "base64encode base 64 encode"), ("snake_case_name", "snake_case_name snake case name"),
        ("__init__", "init"), ("_private", "private"), ("foo__bar", "foo__bar foo bar"),
        ("kebab-case", "kebab-case kebab case"), ("--dry-run", "dry-run dry run"),
        ("/usr/local/bin/python3.11", "usr/local/bin/python3.11 usr local bin python 3 11"),
        ("./a/b.swift,", "a/b.swift a b swift"), ("alice@example.com.", "alice@example.com alice example com"),
        ("https://example.org/a/b?x=1", "https://example.org/a/b https example org a b x 1"),
        ("std::vector<int>", "std::vector std vector int"), ("3.11.2", "3.11.2 3 11 2"), ("v2.0", "v2.0 v 2 0"),
        ("10:30", "10:30 10 30"), ("16GB", "16gb 16 gb"), ("GPT-4", "gpt-4 gpt 4"), ("gpt4", "gpt4 gpt 4"),
        ("a3f9", "a3f9"), ("i18n", "i18n"), ("B2B", "b2b"), ("note: this", "note this"), ("and/or", "and/or and or"),
        ("@alice #tag", "alice tag"), ("a..b a--b a_-b", "a b a b a b"), ("e-почта", "e-почта e почта"),
        ("été-hiver", "ete-hiver ete hiver"), ("foo-東京", "foo 東 東京 京"), ("ÜBER CAFÉS", "uber cafes"),
    ])
    func wholeAndParts(_ text: String, _ expected: String) { #expect(terms(text) == expected) }

    @Test func `parts take a position each, and the whole that of the first`() {
        #expect(placed("the user_id is") == "the@0 user_id@1 user@1 id@2 is@3")
        #expect(placed("the userId is") == "the@0 userid@1 user@1 id@2 is@3")
        #expect(placed("the user id is") == "the@0 user@1 id@2 is@3")
        #expect(kinds("userId 3.14 x") == [.whole, .part, .part, .whole, .part, .part, .word])
    }

    @Test func `places are those of the text`() {
        #expect(tokens("(getUserName)").map(\.range) == [1..<12, 1..<4, 4..<8, 8..<12])
        #expect(tokens("/a/b/").map(\.range) == [1..<4, 1..<2, 3..<4])
    }

    @Test func `a whole of letters is the same term as the word`() {
        #expect(tokens("getUserNames")[0].hash == tokens("getusernames")[0].hash)
        #expect(tokens("getUserNames")[0].isStemmable)
        #expect(!tokens("get-names")[0].isStemmable)
    }

    @Test func `a long identifier is cut into several, its term to 64 bytes`() {
        let path = (0..<48).map { "folder\(["a", "b", "c"][$0 % 3])" }.joined(separator: "/")
        let found = tokens(path)
        let wholes = found.filter { $0.kind == .whole }
        #expect(wholes.count == 3)
        for whole in wholes {
            #expect(whole.range.count <= Tokenizer.identifierBytesMax)
            #expect(whole.bytes.count == Tokenizer.termBytesMax)
        }
        #expect(found.filter { $0.kind == .part }.count == 48)
        #expect(found.last?.position == 47)
    }

    @Test func `what is encoded rather than written has no parts`() {
        #expect(kinds("dGhpcyBpcyBhIHRlc3Qgb2YgYmFzZTY0") == [.word])
        #expect(kinds(String(repeating: "aB", count: 5000)) == [.word])
        #expect(kinds("9f86d081884c7d659a2feaa0c55ad015") == [.word])
    }

    @Test func `many parts are all there`() {
        let text = (0..<60).map { _ in "a" }.joined(separator: ".")
        #expect(kinds(text) == [.whole] + Array(repeating: .part, count: 60))
        #expect(tokens(String(repeating: "a1-", count: 5000)).filter { $0.kind == .part }.count == 10_000)
    }
}
