internal import AgentMemory

extension ConformanceCheck {
    static let removing: [ConformanceCheck] = [
        ConformanceCheck("The newest messages can be taken back", requires: .removeLast) { trial in
            let memory = try await trial.make()
            try await memory.save(numbered(1...5), to: "s")
            let before = try trial.unwrap(try await memory.info("s"), "the session")
            let removed = try await memory.removeLast(2, from: "s")
            try trial.expect(removed, is: numbered(4...5), "what was removed")
            try trial.expect(removed.map(\.sequence), is: [4, 5], "its sequences")
            try trial.expect(try await memory.load("s"), is: numbered(1...3), "what is left")
            let after = try trial.unwrap(try await memory.info("s"), "the session afterwards")
            try trial.expect(after.messageCount, is: 3, "its number of messages")
            try trial.expect(after.lastSequence, is: 5, "its last sequence")
            try trial.expect(
                after.byteCount < before.byteCount, "its bytes", expected: "less than \(before.byteCount)",
                actual: "\(after.byteCount)")
            try trial.expect(try await memory.search("5", in: "s"), is: [], "what a search for a removed message finds")
        },
        ConformanceCheck("Removed sequences are not given again", requires: .removeLast) { trial in
            let memory = try await trial.make()
            try await memory.save(numbered(1...3), to: "s")
            try await memory.removeLast(1, from: "s")
            try await trial.expect(.conflict, "expecting the newest message that is left") {
                try await memory.save(said("x"), to: "s", expecting: 2)
            }
            try trial.expect(
                try await memory.save(said("x"), to: "s", expecting: 3).sequences, is: 4..<5, "the next sequence")
            for _ in 0..<5 {
                try await memory.removeLast(1, from: "s")
                try await memory.save(said("y"), to: "s")
            }
            try trial.expect(try await memory.load("s").map(\.sequence), is: [1, 2, 9], "the sequences")
        },
        ConformanceCheck("A session stays when all of its messages were removed", requires: .removeLast) { trial in
            let memory = try await trial.make()
            try await memory.save(numbered(1...3), to: "s")
            try trial.expect(try await memory.removeLast(9, from: "s"), is: numbered(1...3), "what was removed")
            let info = try trial.unwrap(try await memory.info("s"), "the session")
            try trial.expect(info.messageCount, is: 0, "its number of messages")
            try trial.expect(info.firstSequence, is: 0, "its first sequence")
            try trial.expect(info.lastSequence, is: 3, "its last sequence")
            try trial.expect(try await memory.load("s"), is: [], "its messages")
            let listed = try await memory.sessions(by: .id, after: nil, limit: 9)
            try trial.expect(listed.sessions.map(\.id), is: ["s"], "the listing")
            try trial.expect(try await memory.save(said("x"), to: "s").sequences, is: 4..<5, "the next sequence")
            try trial.expect(try await memory.info("s")?.firstSequence, is: 4, "the first sequence then")
        },
        ConformanceCheck("Removing nothing, or from nobody", requires: .removeLast) { trial in
            let memory = try await trial.make()
            try trial.expect(try await memory.removeLast(3, from: "nobody"), is: [], "what an unknown session gives")
            try trial.expect(try await memory.info("nobody"), is: nil, "the unknown session")
            try await memory.save(said("x"), to: "s")
            let before = try await memory.info("s")
            try trial.expect(try await memory.removeLast(0, from: "s"), is: [], "what removing none gives")
            try trial.expect(try await memory.info("s"), is: before, "the session")
            try await trial.expect(.invalidArgument, "removing -1") { try await memory.removeLast(-1, from: "s") }
            try await trial.expect(.invalidSessionID, "an empty id") { try await memory.removeLast(1, from: "") }
        },
        ConformanceCheck("Removing is refused where it can't be done", excludes: .removeLast) { trial in
            let memory = try await trial.make()
            try await memory.save(said("x"), to: "s")
            try await trial.expect(.unsupported, "removing the newest") { try await memory.removeLast(1, from: "s") }
            try trial.expect(try await memory.load("s"), is: said("x"), "the session's messages")
        },
        ConformanceCheck("Trimming keeps the newest messages", requires: .trim) { trial in
            let memory = try await trial.make()
            try await memory.save(numbered(1...10), to: "s")
            try await memory.trim("s", toLast: 10)
            try trial.expect(try await memory.load("s"), is: numbered(1...10), "the messages after trimming to as many")
            try await memory.trim("s", toLast: 4)
            let loaded = try await memory.load("s")
            try trial.expect(loaded, is: numbered(7...10), "the messages")
            try trial.expect(loaded.map(\.sequence), is: [7, 8, 9, 10], "their sequences")
            let info = try trial.unwrap(try await memory.info("s"), "the session")
            try trial.expect(info.messageCount, is: 4, "its number of messages")
            try trial.expect(info.firstSequence, is: 7, "its first sequence")
            try trial.expect(info.lastSequence, is: 10, "its last sequence")
            try trial.expect(
                try await memory.load("s", from: 1, limit: 2), is: numbered(7...8), "the first two that are left")
            try trial.expect(try await memory.search("3", in: "s"), is: [], "what a search for a trimmed message finds")
            try await memory.trim("s", toLast: 0)
            try trial.expect(try await memory.info("s")?.messageCount, is: 0, "the number of messages after all went")
            try trial.expect(try await memory.save(said("x"), to: "s").sequences, is: 11..<12, "the next sequence")
            try await memory.trim("nobody", toLast: 1)
            try trial.expect(try await memory.info("nobody"), is: nil, "an unknown session")
            try await trial.expect(.invalidArgument, "trimming to -1") { try await memory.trim("s", toLast: -1) }
            try await trial.expect(.invalidSessionID, "an empty id") { try await memory.trim("", toLast: 1) }
        },
        ConformanceCheck("Trimming goes over gaps", requires: [.trim, .removeLast]) { trial in
            let memory = try await trial.make()
            try await memory.save(numbered(1...4), to: "s")
            try await memory.removeLast(2, from: "s")
            try await memory.save(numbered(3...4), to: "s")
            try await memory.trim("s", toLast: 3)
            try trial.expect(try await memory.load("s"), is: numbered(2...4), "the messages")
            try trial.expect(try await memory.load("s").map(\.sequence), is: [2, 5, 6], "their sequences")
        },
        ConformanceCheck("Trimming is refused where it can't be done", excludes: .trim) { trial in
            let memory = try await trial.make()
            try await memory.save(said("x"), to: "s")
            try await trial.expect(.unsupported, "trimming") { try await memory.trim("s", toLast: 0) }
            try trial.expect(try await memory.load("s"), is: said("x"), "the session's messages")
        },
    ]

    static let origins: [ConformanceCheck] = [
        ConformanceCheck("A save records where its messages came from", requires: .origin) { trial in
            let memory = try await trial.make()
            try trial.expect(try await memory.origin(of: "nobody"), is: nil, "the origin of an unknown session")
            try await memory.save(said("a"), to: "s")
            try trial.expect(try await memory.origin(of: "s"), is: nil, "the origin where none was given")
            let first: JSONValue = ["source": "chat.jsonl", "line": 17, "part": 0.5, "é\u{0}": [.null, true]]
            try await memory.save(said("b"), to: "s", expecting: 1, origin: first)
            try trial.expect(try await memory.origin(of: "s"), is: first, "the origin")
            try await memory.save(said("c"), to: "s")
            try trial.expect(try await memory.origin(of: "s"), is: first, "the origin after a save without one")
            try await memory.save(said("d"), to: "s", expecting: nil, origin: .integer(2))
            try trial.expect(try await memory.origin(of: "s"), is: .integer(2), "the origin after a save with another")
            try trial.expect(try await memory.load("s").map(\.content), is: ["a", "b", "c", "d"], "the messages")
            try await memory.save(said("x"), to: "t", expecting: 0, origin: first)
            try trial.expect(try await memory.origin(of: "t"), is: first, "the origin of a session that it made")
            try await memory.clear("s")
            try await memory.save(said("e"), to: "s")
            try trial.expect(try await memory.origin(of: "s"), is: nil, "the origin of the session made anew")
        },
        ConformanceCheck("A save that fails records no origin", requires: .origin) { trial in
            let memory = try await trial.make()
            try await memory.save(said("a"), to: "s", expecting: nil, origin: .integer(1))
            try await trial.expect(.conflict, "a conflict") {
                try await memory.save(said("b"), to: "s", expecting: 7, origin: .integer(2))
            }
            try await trial.expect(.tooLarge, "an origin over a MiB") {
                let text = String(repeating: "x", count: MemoryLimits.metadataBytes)
                try await memory.save(said("b"), to: "s", expecting: nil, origin: .string(text))
            }
            try trial.expect(try await memory.origin(of: "s"), is: .integer(1), "the origin")
            try trial.expect(try await memory.load("s"), is: said("a"), "the messages")
        },
        ConformanceCheck("Known ids record an origin all the same", requires: [.origin, .clientIDs]) { trial in
            let memory = try await trial.make()
            try await memory.save([named("a")], to: "s", expecting: nil, origin: .integer(1))
            let receipt = try await memory.save([named("a")], to: "s", expecting: nil, origin: .integer(2))
            try trial.expect(receipt.duplicates, is: [1], "the duplicates")
            try trial.expect(try await memory.origin(of: "s"), is: .integer(2), "the origin")
        },
        ConformanceCheck("An origin is refused where none is kept", excludes: .origin) { trial in
            let memory = try await trial.make()
            try await trial.expect(.unsupported, "a save with an origin") {
                try await memory.save(said("a"), to: "s", expecting: nil, origin: .integer(1))
            }
            try trial.expect(try await memory.info("s"), is: nil, "the session")
            try await memory.save(said("a"), to: "s", expecting: nil, origin: nil)
            try trial.expect(try await memory.load("s"), is: said("a"), "the messages of a save without an origin")
            try await trial.expect(.unsupported, "asking for the origin") { _ = try await memory.origin(of: "s") }
        },
    ]
}
