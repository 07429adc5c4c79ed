import Amberlog
import Testing

/// Scripts without spaces: single characters and pairs.
@Suite struct SpacelessScriptTests {
    @Test(arguments: [
        ("東京都", "東@0 東京@0 京@1 京都@1 都@2"), ("食べる", "食@0 食べ@0 べ@1 べる@1 る@2"), ("서울", "서@0 서울@0 울@1"),
        ("東", "東@0"), ("東 京", "東@0 京@1"), ("東、京", "東@0 京@1"), ("ジョン・スミ", "ジ@0 ジョ@0 ョ@1 ョン@1 ン@2 ス@3 スミ@3 ミ@4"),
        ("ไทย", "ไ@0 ไท@0 ท@1 ทย@1 ย@2"), ("𠮷野", "𠮷@0 𠮷野@0 野@1"),
    ])
    func pairs(_ text: String, _ expected: String) { #expect(placed(text) == expected) }

    @Test func `what looks the same is the same`() {
        #expect(terms("ｶﾞｷﾞﾊﾟ") == terms("ガギパ"))
        #expect(terms("か\u{3099}は\u{309A}") == terms("がぱ"))
        #expect(terms("ウ\u{3099}") == "ヴ")
        #expect(terms("\u{1112}\u{1161}\u{11AB}\u{1100}\u{1173}\u{11AF}") == terms("한글"))
        #expect(terms("葛\u{E0100}城") == terms("葛城"))
    }

    @Test func `kinds and places`() {
        #expect(kinds("東京x") == [.cjkSingle, .cjkPair, .cjkSingle, .word])
        #expect(tokens("東京").map(\.range) == [0..<3, 0..<6, 3..<6])
        #expect(tokens("ｶﾞ").map(\.range) == [0..<6])
    }
}
