import AgentMemory
import Amberlog
import AmberlogTestKit
import StoreModel
import Testing

/// A session id is bytes: nothing in it means anything, and ids that look the same are different.
@Suite struct SessionIDTests {
    @Test func `odd ids keep their sessions apart`() async throws {
        let fixture = StoreFixture()
        var store = try await fixture.open()
        let ids = [
            "a", "A", "a ", " a", "a\0", "a\0b", "\0", "../../etc/passwd", "/", ".", "..", "con", "a/b", "a:b", "%00",
            "e\u{301}", "\u{e9}", "\u{212B}", "\u{C5}", "🙂", "\n", "\u{202E}x", String(repeating: "x", count: 1024),
            String(repeating: "é", count: 512), "1:a", "-1:a",
        ]
        for (index, id) in ids.enumerated() { try await store.save(texts("content \(index)"), to: id) }
        func check(_ store: AmberlogStore, _ what: String) async throws {
            for (index, id) in ids.enumerated() {
                #expect(try await store.load(id) == texts("content \(index)"), "\(what), \(id.debugDescription)")
            }
            for order in SessionOrder.allCases {
                var listed: [String] = []
                for try await info in store.allSessions(by: order, pageSize: 3) { listed.append(info.id) }
                #expect(listed.count == ids.count, "\(what), \(order)")
                #expect(Set(listed.map { Array($0.utf8) }) == Set(ids.map { Array($0.utf8) }), "\(what), \(order)")
            }
            var sorted: [String] = []
            for try await info in store.allSessions(pageSize: 4) { sorted.append(info.id) }
            let wanted = ids.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            #expect(sorted.map { Array($0.utf8) } == wanted.map { Array($0.utf8) }, "\(what)")
        }
        try await check(store, "in memory")
        try await store.checkpoint()
        try await check(store, "in segments")
        #expect(!fixture.disk.files.keys.contains { $0.contains("passwd") })
        try await store.close()
        store = try await fixture.open()
        try await check(store, "opened again")
        try await store.clear("e\u{301}")
        #expect(
            try await store.load("\u{e9}")
                == texts("content \(ids.firstIndex { $0.utf8.elementsEqual("\u{e9}".utf8) } ?? 0)"))
    }
}
