internal import AgentMemory

extension ConformanceCheck {
    static let saving: [ConformanceCheck] = [
        ConformanceCheck("A save appends in order and tells the sequences") { trial in
            let memory = try await trial.make()
            let first = try await memory.save(said("a", "b"), to: "s")
            try trial.expect(first, is: SaveReceipt(sequences: 1..<3), "the receipt of the first save")
            let second = try await memory.save(said("c"), to: "s")
            try trial.expect(second, is: SaveReceipt(sequences: 3..<4), "the receipt of the second save")
            let loaded = try await memory.load("s")
            try trial.expect(loaded, is: said("a", "b") + said("c"), "all messages")
            try trial.expect(loaded.map(\.sequence), is: [1, 2, 3], "their sequences")
        },
        ConformanceCheck("A save of nothing changes nothing") { trial in
            let memory = try await trial.make()
            try trial.expect(
                try await memory.save([], to: "s"), is: SaveReceipt(sequences: 1..<1), "the receipt for no session")
            try trial.expect(try await memory.info("s"), is: nil, "the session that nothing was saved to")
            try await memory.save(said("a"), to: "s")
            let before = try await memory.info("s")
            try await trial.passTime(.milliseconds(5))
            try trial.expect(
                try await memory.save([], to: "s"), is: SaveReceipt(sequences: 2..<2), "the receipt for a session")
            try trial.expect(
                try await memory.save([], to: "s", expecting: 1), is: SaveReceipt(sequences: 2..<2),
                "the receipt for the right last sequence")
            try await trial.expect(.conflict, "saving nothing after another sequence") {
                try await memory.save([], to: "s", expecting: 7)
            }
            try trial.expect(try await memory.info("s"), is: before, "the session")
        },
        ConformanceCheck("A save is whole or not at all") { trial in
            let memory = try await trial.make()
            let bad = Message(role: .user, content: "x", timestamp: Timestamp(microseconds: .max))
            try await trial.expect(.invalidMessage, "a save with a bad message in it") {
                try await memory.save(said("a") + [bad] + said("b"), to: "s")
            }
            try trial.expect(try await memory.info("s"), is: nil, "the session")
            try await memory.save(said("a"), to: "s")
            try await trial.expect(.invalidMessage, "a save with a bad message at its end") {
                try await memory.save(said("b", "c") + [bad], to: "s")
            }
            try trial.expect(try await memory.load("s"), is: said("a"), "the session's messages")
            try trial.expect(
                try await memory.save(said("d"), to: "s").sequences, is: 2..<3, "the sequence after the bad saves")
        },
        ConformanceCheck("Sessions are kept apart") { trial in
            let memory = try await trial.make()
            for round in 1...3 {
                for id in ["a", "b", "c"] { try await memory.save(said("\(id) \(round)"), to: id) }
            }
            for id in ["a", "b", "c"] {
                let loaded = try await memory.load(id)
                try trial.expect(loaded.map(\.content), is: (1...3).map { "\(id) \($0)" }, "what \(id) has")
                try trial.expect(loaded.map(\.sequence), is: [1, 2, 3], "the sequences of \(id)")
            }
        },
        ConformanceCheck("The same message can be saved again and again") { trial in
            let memory = try await trial.make()
            for _ in 0..<3 { try await memory.save(said("yes", "yes"), to: "s") }
            try trial.expect(try await memory.load("s").map(\.sequence), is: [1, 2, 3, 4, 5, 6], "the sequences")
        },
        ConformanceCheck("One save takes thousands of messages") { trial in
            let memory = try await trial.make()
            try trial.expect(
                try await memory.save(numbered(1...5000), to: "s").sequences, is: 1..<5001, "the sequences")
            try trial.expect(try await memory.load("s"), is: numbered(1...5000), "all messages")
            try trial.expect(try await memory.load("s", limit: 2), is: numbered(4999...5000), "the newest two")
        },
        ConformanceCheck("A message that was loaded can be saved elsewhere") { trial in
            let memory = try await trial.make()
            let original = Message(
                role: "critic", content: "Well said", timestamp: Timestamp(microseconds: 1), metadata: ["score": 0.5])
            try await memory.save(said("a", "b", "c") + [original], to: "s")
            let loaded = try await memory.load("s", limit: 1)
            try await memory.save(loaded, to: "t")
            let copied = try await memory.load("t")
            try trial.expect(copied, is: [original], "the copy")
            try trial.expect(copied.map(\.sequence), is: [1], "its sequence")
        },
    ]

    static let expecting: [ConformanceCheck] = [
        ConformanceCheck("A save that expects the last sequence goes through") { trial in
            let memory = try await trial.make()
            try trial.expect(
                try await memory.save(said("a"), to: "s", expecting: 0).sequences, is: 1..<2, "in no session")
            try trial.expect(
                try await memory.save(said("b", "c"), to: "s", expecting: 1).sequences, is: 2..<4, "in a session")
        },
        ConformanceCheck("A save that expects another last sequence is a conflict that changes nothing") { trial in
            let memory = try await trial.make()
            try await trial.expect(.conflict, "expecting a session that isn't there") {
                try await memory.save(said("a"), to: "s", expecting: 1)
            }
            try trial.expect(try await memory.info("s"), is: nil, "the session")
            try await memory.save(said("a", "b"), to: "s")
            for wrong in [0, 1, 3, .max] as [UInt64] {
                let error = try await trial.expect(.conflict, "expecting \(wrong) instead of 2") {
                    try await memory.save(said("c"), to: "s", expecting: wrong)
                }
                try trial.expect(error.place.session, is: "s", "the session that the error names")
            }
            try trial.expect(try await memory.load("s"), is: said("a", "b"), "the session's messages")
        },
    ]
}
