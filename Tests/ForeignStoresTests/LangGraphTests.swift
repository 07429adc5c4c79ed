import AgentMemory
import Testing

@testable import ForeignStores

/// LangGraph's threads: the newest state, or what is added up since an older one.
@Suite struct LangGraphTests {
    /// Checkpoints of one thread and what was written in the steps that began at them.
    private struct Store {
        var checkpoints: [String: (parent: String?, type: String, bytes: [UInt8])] = [:]
        var writes: [String: [(type: String, bytes: [UInt8])]] = [:]

        func row(_ id: String) -> ForeignRow? {
            checkpoints[id].map { checkpoint in
                ForeignStoresTests.row([
                    "thread_id": .text("t"), "checkpoint_id": .text(id), "type": .text(checkpoint.type),
                    "parent_checkpoint_id": checkpoint.parent.map(ForeignRow.Value.text) ?? .null,
                    "checkpoint": .bytes(checkpoint.bytes),
                ])
            }
        }

        func read() -> Found {
            Found.read(LangGraphReader(hasWrites: true, hasTaskPath: true)) { query in
                if query == LangGraphTables.newest { return checkpoints.keys.max().flatMap(row).map { [$0] } ?? [] }
                guard case .text(let id) = query.arguments[1] else { return [] }
                if query.table == "checkpoints" { return row(id).map { [$0] } ?? [] }
                return (writes[id] ?? []).map {
                    ForeignStoresTests.row(["thread_id": .text("t"), "type": .text($0.type), "value": .bytes($0.bytes)])
                }
            }
        }

        mutating func add(_ id: String, parent: String?, _ messages: [UInt8]?, type: String = "msgpack") {
            checkpoints[id] = (parent, type, Packed.checkpoint(messages))
        }

        mutating func write(_ id: String, _ messages: [UInt8]...) {
            writes[id, default: []].append(("msgpack", Packed.array(messages)))
        }
    }

    private func contents(_ store: Store) -> [String] { store.read().messages("t").map(\.content) }

    @Test func `the newest state has the messages`() {
        var store = Store()
        store.add("1", parent: nil, Packed.array([Packed.message("human", "old")]))
        store.add(
            "2", parent: "1", Packed.array([Packed.message("human", "a", id: "x"), Packed.message("ai", "b")]))
        store.write("2", Packed.message("ai", "not applied yet"))
        #expect(contents(store) == ["a", "b"])
        #expect(store.read().messages("t")[0].id == "x")
    }

    @Test func `a snapshot and what was written since`() {
        var store = Store()
        let list = Packed.array([Packed.message("human", "a", id: "1"), Packed.message("ai", "b", id: "2")])
        store.add("1", parent: nil, Packed.array([Packed.message("human", "before")]))
        store.add("2", parent: "1", Packed.extension(7, list))
        store.write("2", Packed.message("human", "A", id: "1"), Packed.message("human", "c", id: "3"))
        store.add("3", parent: "2", nil)
        store.writes["3"] = [("msgpack", Packed.message("remove", "", id: "2"))]
        store.add("4", parent: "3", nil)
        store.write("4", Packed.message("ai", "not applied yet"))
        #expect(contents(store) == ["A", "c"])
        var newest = Store()
        newest.add("1", parent: nil, Packed.extension(7, list))
        #expect(contents(newest) == ["a", "b"])
    }

    @Test func `from the beginning, if there is no snapshot, and with all taken out`() {
        var store = Store()
        store.add("1", parent: nil, nil)
        store.write("1", Packed.message("human", "a", id: "1"), Packed.message("human", "b"))
        store.add("2", parent: "1", nil)
        store.add("3", parent: "2", nil)
        #expect(contents(store) == ["a", "b"])
        store.write("2", Packed.message("remove", "", id: "__remove_all__"), Packed.message("human", "c"))
        #expect(contents(store) == ["c"])
    }

    @Test func `a parent that is not there is the beginning, and a circle ends`() {
        var store = Store()
        store.add("2", parent: "1", nil)
        store.add("3", parent: "2", nil)
        store.write("2", Packed.message("human", "a"))
        #expect(contents(store) == ["a"])
        store.add("1", parent: "2", nil)
        #expect(contents(store) == ["a"])
    }

    @Test func `no messages: nothing is said and nothing refused`() {
        var store = Store()
        store.add("1", parent: nil, nil)
        store.add("2", parent: "1", nil)
        let found = store.read()
        #expect(found.said.isEmpty && found.refusals.isEmpty)
    }

    @Test(arguments: ["pickle", "msgpack+aes", "json", ""])
    func `other types are not looked at`(_ type: String) {
        var store = Store()
        store.add("1", parent: nil, Packed.array([Packed.message("human", "a")]), type: type)
        #expect(store.read().reasons.first?.contains("which is not read") == true)
        // On the way back, too: the thread is refused once, and nothing of it said.
        store.add("2", parent: "1", nil)
        store.write("1", Packed.message("human", "a"))
        let found = store.read()
        #expect(found.said.isEmpty && found.refusals.count == 1)
    }

    @Test func `what was written in another way refuses the thread, once`() {
        var store = Store()
        store.add("1", parent: nil, nil)
        store.add("2", parent: "1", nil)
        for (type, bytes) in [
            ("pickle", Packed.array([])), ("msgpack", Packed.value("text")),
            ("msgpack", [0xDD, 0xFF, 0xFF, 0xFF, 0xFF]),
            ("msgpack", Packed.array([Packed.value(7)])),
        ] {
            store.writes["1"] = [
                ("msgpack", Packed.array([Packed.message("human", "a")])), (type, bytes), (type, bytes),
            ]
            let found = store.read()
            #expect(found.said.isEmpty && found.refusals.count == 1, "\(found.refusals)")
        }
    }

    @Test func `a checkpoint must be whole, and a list`() {
        let whole = Packed.checkpoint(Packed.array([Packed.message("human", "a")]))
        for count in 0..<whole.count {
            #expect(throws: MemoryError.self) { try GraphState.messages(of: whole[..<count]) }
        }
        #expect(throws: MemoryError.self) { try GraphState.messages(of: (whole + [0xC0])[...]) }
        for messages: [UInt8] in [Packed.value(7), Packed.value("x"), Packed.value([:]), Packed.extension(5, [])] {
            #expect(throws: MemoryError.self) { try GraphState.messages(of: Packed.checkpoint(messages)[...]) }
        }
    }

    @Test func `a message that is no object of LangChain's is refused, and the others are taken`() {
        var store = Store()
        store.add(
            "1", parent: nil,
            Packed.array([
                Packed.message("human", "a"), Packed.value(["role": "user", "content": "b"]), Packed.extension(2, []),
                Packed.extension(5, Packed.value(["only", "two"])), Packed.extension(5, Packed.array([])),
                Packed.message("nothing", "c"), Packed.message("human", "d"),
            ]))
        let found = store.read()
        #expect(found.messages("t").map(\.content) == ["a", "d"])
        #expect(found.refusals.count == 5)
    }
}
