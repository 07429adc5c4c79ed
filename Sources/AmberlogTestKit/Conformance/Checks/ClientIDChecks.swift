internal import AgentMemory

extension ConformanceCheck {
    static let clientIDs: [ConformanceCheck] = [
        ConformanceCheck("A message whose id is known is not appended again", requires: .clientIDs) { trial in
            let memory = try await trial.make()
            let first = try await memory.save([named("a", "1"), named("b", "2"), named("a", "3")], to: "s")
            try trial.expect(first, is: SaveReceipt(sequences: 1..<3, duplicates: [1]), "an id twice in one save")
            let second = try await memory.save([named("c", "4"), named("b", "5"), named("d", "6")], to: "s")
            try trial.expect(second, is: SaveReceipt(sequences: 3..<5, duplicates: [2]), "new ids and a known one")
            try trial.expect(
                try await memory.load("s"), is: [named("a", "1"), named("b", "2"), named("c", "4"), named("d", "6")],
                "all messages")
            try trial.expect(
                try await memory.save([named("a")], to: "t").sequences, is: 1..<2, "the same id in another session")
        },
        ConformanceCheck("A save of known ids alone changes nothing", requires: .clientIDs) { trial in
            let memory = try await trial.make()
            try await memory.save([named("a"), named("b")], to: "s")
            let before = try await memory.info("s")
            try await trial.passTime(.milliseconds(5))
            let receipt = try await memory.save([named("b"), named("a")], to: "s")
            try trial.expect(receipt, is: SaveReceipt(sequences: 3..<3, duplicates: [2, 1]), "the receipt")
            try trial.expect(try await memory.info("s"), is: before, "the session")
            try await trial.expect(.conflict, "known ids and another last sequence") {
                try await memory.save([named("a")], to: "s", expecting: 1)
            }
        },
        ConformanceCheck("Messages with and without ids mix", requires: .clientIDs) { trial in
            let memory = try await trial.make()
            let save = said("a") + [named("1")] + said("b") + [named("2")]
            try await memory.save(save, to: "s")
            let receipt = try await memory.save(save, to: "s")
            try trial.expect(
                receipt, is: SaveReceipt(sequences: 5..<7, duplicates: [2, 4]), "the receipt of a repetition")
            try trial.expect(try await memory.load("s"), is: save + said("a") + said("b"), "all messages")
        },
        ConformanceCheck("The newest 1,000 ids of a session are known, no more", requires: .clientIDs) { trial in
            let memory = try await trial.make()
            try await memory.save((1...600).map { named("id \($0)") }, to: "s")
            try await memory.save((601...1001).map { named("id \($0)") }, to: "s")
            try trial.expect(
                try await memory.save([named("id 2")], to: "s").duplicates, is: [2], "the oldest that counts")
            try trial.expect(
                try await memory.save([named("id 1")], to: "s").sequences, is: 1002..<1003, "the one before it")
            try trial.expect(
                try await memory.save([named("id 2")], to: "s").sequences, is: 1003..<1004,
                "the oldest, once there is another")
        },
        ConformanceCheck("Ids are any text, and told apart by their bytes", requires: .clientIDs) { trial in
            let memory = try await trial.make()
            let messages = UnicodeSamples.identifiers.map { named($0) }
            try trial.expect(
                try await memory.save(messages, to: "s").sequences, is: 1..<UInt64(messages.count + 1), "the sequences")
            try trial.expect(
                try await memory.load("s").map { $0.id ?? "" }, is: UnicodeSamples.identifiers, "the ids")
            try trial.expect(
                try await memory.save(messages, to: "s").duplicates, is: (1...messages.count).map { UInt64($0) },
                "the duplicates")
        },
        ConformanceCheck("Ids that are empty or too long are refused", requires: .clientIDs) { trial in
            let memory = try await trial.make()
            try await trial.expect(.invalidMessage, "an empty id") { try await memory.save([named("")], to: "s") }
            try await trial.expect(.tooLarge, "an id too long") {
                try await memory.save([named(String(repeating: "x", count: MemoryLimits.nameBytes + 1))], to: "s")
            }
            try trial.expect(try await memory.info("s"), is: nil, "the session")
        },
        ConformanceCheck("A cleared session knows no ids", requires: .clientIDs) { trial in
            let memory = try await trial.make()
            try await memory.save([named("a")], to: "s")
            try await memory.clear("s")
            try trial.expect(try await memory.save([named("a")], to: "s").sequences, is: 1..<2, "the same id again")
        },
        ConformanceCheck("Removing frees ids, trimming doesn't", requires: [.clientIDs, .removeLast, .trim]) { trial in
            let memory = try await trial.make()
            let four = [named("a"), named("b"), named("c"), named("d")]
            try await memory.save(four, to: "s")
            try await memory.removeLast(2, from: "s")
            try await memory.trim("s", toLast: 1)
            let receipt = try await memory.save(four, to: "s")
            try trial.expect(receipt, is: SaveReceipt(sequences: 5..<7, duplicates: [1, 2]), "the receipt")
        },
        ConformanceCheck("One id saved by many at once is appended once", requires: .clientIDs) { trial in
            let memory = try await trial.make()
            let receipts = try await withThrowingTaskGroup(of: SaveReceipt.self) { group in
                for task in 0..<16 {
                    group.addTask { try await memory.save([named("turn", "\(task)")], to: "s") }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            try trial.expect(
                receipts.filter { !$0.sequences.isEmpty }.count, is: 1, "the number of saves that appended")
            try trial.expect(
                receipts.filter { $0.duplicates == [1] }.count, is: 15, "the number of saves that found a duplicate")
            try trial.expect(try await memory.load("s").count, is: 1, "the number of messages")
        },
        ConformanceCheck("Messages with ids are refused where ids are not remembered", excludes: .clientIDs) { trial in
            let memory = try await trial.make()
            try await trial.expect(.unsupported, "a save with an id in it") {
                try await memory.save(said("x") + [named("a")], to: "s")
            }
            try trial.expect(try await memory.info("s"), is: nil, "the session")
        },
    ]
}
