import Amberlog
import Testing

/// The tables that ``QuestionWords`` halves.
@Suite struct QuestionWordTableTests {
    @Test(
        arguments: [
            QuestionWordTables.english, QuestionWordTables.french, QuestionWordTables.german,
            QuestionWordTables.italian,
            QuestionWordTables.portuguese, QuestionWordTables.spanish,
        ])
    func `sorted, without duplicates, folded, and short enough`(_ table: [StaticString]) {
        let words = table.map(\.description)
        let sorted = Set(words).sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
        #expect(words == sorted)
        #expect(words.allSatisfy { word in !word.isEmpty && word.utf8.allSatisfy { $0 &- 0x61 <= 25 } })
        #expect(words.allSatisfy { $0.utf8.count <= QuestionWords.longest })
        #expect(table.allSatisfy { $0.hasPointerRepresentation })
    }
}
