import AgentMemory
import Amberlog
import AmberlogTestKit
import StoreModel
import Testing

/// A message with an id that the session has among its newest 1,000 is not appended again.
@Suite struct ClientIDTests {
    private func message(_ id: String, _ content: String = "x") -> Message {
        Message(role: .user, content: content, timestamp: Timestamp(microseconds: 0), id: id)
    }

    @Test func `within one save and across saves`() async throws {
        let store = try await StoreFixture().open()
        let first = try await store.save([message("a", "1"), message("b", "2"), message("a", "3")], to: "s")
        #expect(first == SaveReceipt(sequences: 1..<3, duplicates: [1]))
        let second = try await store.save([message("c", "4"), message("b", "5"), message("d", "6")], to: "s")
        #expect(second == SaveReceipt(sequences: 3..<5, duplicates: [2]))
        let third = try await store.save([message("d"), message("a")], to: "s")
        #expect(third == SaveReceipt(sequences: 5..<5, duplicates: [4, 1]))
        #expect(try await store.load("s").map(\.content) == ["1", "2", "4", "6"])
        // Another session knows nothing of them.
        #expect(try await store.save([message("a")], to: "t") == SaveReceipt(sequences: 1..<2))
    }

    @Test(arguments: [
        "crash", "checkpoint", "compact", "close", "checkpoint and crash", "compact, save, checkpoint, close",
    ])
    func `they are remembered`(_ what: String) async throws {
        var fixture = StoreFixture()
        var store = try await fixture.open()
        for index in 0..<30 { try await store.save([message("id \(index)"), message("more \(index)")], to: "s") }
        if what.contains("checkpoint") { try await store.checkpoint() }
        if what.contains("compact") { _ = try await store.compact() }
        if what.contains("save") {
            try await store.save([message("late")], to: "s")
            try await store.checkpoint()
        }
        if what.contains("close") {
            try await store.close()
            store = try await fixture.open()
        } else if what.contains("crash") {
            fixture = fixture.afterCrash(.syncedOnly)
            store = try await fixture.open()
        }
        for index in 0..<30 {
            let receipt = try await store.save([message("more \(index)"), message("id \(index)")], to: "s")
            #expect(receipt.duplicates == [UInt64(2 * index + 2), UInt64(2 * index + 1)] && receipt.sequences.isEmpty)
        }
    }

    @Test(arguments: ["nothing", "checkpoint", "compact", "reopen"])
    func `so many and no more`(_ what: String) async throws {
        let fixture = StoreFixture()
        var store = try await fixture.open()
        for start in stride(from: 0, to: 1100, by: 50) {
            try await store.save((start..<start + 50).map { message("id \($0)") }, to: "s")
            if start == 500, what != "nothing" { try await store.checkpoint() }
        }
        switch what {
        case "checkpoint": try await store.checkpoint()
        case "compact": _ = try await store.compact()
        case "reopen":
            try await store.close()
            store = try await fixture.open()
        default: break
        }
        // The newest 1,000 are 100 ..< 1100.
        #expect(try await store.save([message("id 100")], to: "s").duplicates == [101])
        #expect(try await store.save([message("id 1099")], to: "s").duplicates == [1100])
        #expect(try await store.save([message("id 99")], to: "s").sequences == 1101..<1102)
        // Which made 100 the oldest but one thousand.
        #expect(try await store.save([message("id 100")], to: "s").sequences == 1102..<1103)
    }

    @Test(arguments: [false, true])
    func `removing a message frees its id, trimming does not`(_ isReopened: Bool) async throws {
        let fixture = StoreFixture()
        var store = try await fixture.open()
        try await store.save([message("a"), message("b"), message("c"), message("d")], to: "s")
        if isReopened { try await store.checkpoint() }
        try await store.removeLast(2, from: "s")
        try await store.trim("s", toLast: 1)
        if isReopened {
            try await store.close()
            store = try await fixture.open()
        }
        let receipt = try await store.save([message("a"), message("b"), message("c"), message("d")], to: "s")
        #expect(receipt == SaveReceipt(sequences: 5..<7, duplicates: [1, 2]))
        try await store.clear("s")
        #expect(try await store.save([message("a")], to: "s").sequences == 1..<2)
    }

    @Test func `ids are compared by their bytes`() async throws {
        let store = try await StoreFixture().open()
        let receipt = try await store.save(
            [message("e\u{301}"), message("\u{e9}"), message("\0"), message("\0\0")], to: "s")
        #expect(receipt.sequences == 1..<5)
        #expect(await code { _ = try await store.save([message("")], to: "s") } == .invalidMessage)
        #expect(
            await code { _ = try await store.save([message(String(repeating: "x", count: 1025))], to: "s") }
                == .tooLarge)
        #expect(try await store.save([message(String(repeating: "x", count: 1024))], to: "s").sequences == 5..<6)
    }
}
