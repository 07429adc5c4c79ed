internal import AgentMemory

extension ConformanceCheck {
    static let expiry: [ConformanceCheck] = [
        ConformanceCheck("A session expires so long after its last save", requires: .timeToLive) { trial in
            let memory = try await trial.make(timeToLive: .seconds(2))
            try await memory.save(said("apple"), to: "old")
            try await memory.save(said("apple"), to: "renewed")
            let info = try trial.unwrap(try await memory.info("old"), "the session")
            let expiry = try trial.unwrap(info.expiresAt, "when it expires")
            let isRight = expiry > info.updatedAt + .seconds(1) && expiry <= info.updatedAt + .seconds(3)
            try trial.expect(
                isRight, "when it expires", expected: "two seconds after \(info.updatedAt)", actual: "\(expiry)")
            try await trial.passTime(.milliseconds(1200))
            try await memory.save(said("pear"), to: "renewed")
            // A load is no save.
            try trial.expect(try await memory.load("old"), is: said("apple"), "a session before its time")
            try await trial.passTime(.milliseconds(1200))
            try trial.expect(
                try await memory.load("renewed"), is: said("apple") + said("pear"), "a session that was saved to")
            try trial.expect(try await memory.load("old"), is: [], "the messages of one that wasn't")
        },
        ConformanceCheck("An expired session is gone for every call", requires: .timeToLive) { trial in
            let memory = try await trial.make(timeToLive: .seconds(1))
            try await memory.save(said("apple", "pear"), to: "s")
            if trial.has(.sessionMetadata) { try await memory.setMetadata(["a": 1], for: "s") }
            try await trial.passTime(.milliseconds(1500))
            try trial.expect(try await memory.load("s"), is: [], "a load")
            try trial.expect(try await memory.load("s", from: 1, limit: 9), is: [], "a load forwards")
            try trial.expect(try await memory.info("s"), is: nil, "what is known of it")
            for order in SessionOrder.allCases {
                let page = try await memory.sessions(by: order, after: nil, limit: 9)
                try trial.expect(page.sessions.map(\.id), is: [], "the listing by \(order)")
            }
            try trial.expect(try await memory.search("apple"), is: [], "a search everywhere")
            try trial.expect(try await memory.search("apple", in: "s"), is: [], "a search in it")
            let dry = try await memory.clearSessions(olderThan: .maximum, dryRun: true)
            try trial.expect(dry.map(\.id), is: [], "a dry run of clearing old sessions")
            let cleared = try await memory.clearSessions(olderThan: .maximum)
            try trial.expect(cleared.map(\.id), is: [], "clearing old sessions")
            try await memory.clear("s")
        },
        ConformanceCheck("An expired session takes no changes", requires: [.timeToLive, .removeLast, .sessionMetadata])
        {
            trial in
            let memory = try await trial.make(timeToLive: .seconds(1))
            try await memory.save(said("apple", "pear"), to: "s")
            try await trial.passTime(.milliseconds(1500))
            try trial.expect(try await memory.removeLast(1, from: "s"), is: [], "what can be removed")
            try await trial.expect(.invalidArgument, "setting metadata") {
                try await memory.setMetadata(["a": 1], for: "s")
            }
        },
        ConformanceCheck("A save to an expired session begins anew", requires: .timeToLive) { trial in
            let memory = try await trial.make(timeToLive: .seconds(1))
            try await memory.save(said("apple", "pear"), to: "s")
            if trial.has(.sessionMetadata) { try await memory.setMetadata(["a": 1], for: "s") }
            try await trial.passTime(.milliseconds(1500))
            try trial.expect(
                try await memory.save(said("new"), to: "s", expecting: 0).sequences, is: 1..<2, "the sequences")
            try trial.expect(try await memory.load("s"), is: said("new"), "the messages")
            let info = try trial.unwrap(try await memory.info("s"), "the session")
            try trial.expect(info.createdAt, is: info.updatedAt, "the time of its first save")
            try trial.expect(info.metadata, is: [:], "its metadata")
            try trial.expect(try await memory.search("apple", in: "s"), is: [], "a search for what it had")
        },
        ConformanceCheck("Nothing expires where no time was given") { trial in
            let memory = try await trial.make()
            try await memory.save(said("x"), to: "s")
            try await trial.passTime(.milliseconds(1500))
            try trial.expect(try await memory.load("s"), is: said("x"), "the messages")
        },
        ConformanceCheck("A time to live is refused where nothing expires", excludes: .timeToLive) { trial in
            try await trial.expect(.unsupported, "making the backend with a time to live") {
                _ = try await trial.make(timeToLive: .seconds(60))
            }
        },
    ]

    static let messageLimit: [ConformanceCheck] = [
        ConformanceCheck("A session keeps the newest messages up to its limit", requires: .messageLimit) { trial in
            let memory = try await trial.make(maximumMessages: 5)
            try await memory.save(numbered(1...3), to: "s")
            try trial.expect(try await memory.load("s"), is: numbered(1...3), "the messages below the limit")
            let receipt = try await memory.save(numbered(4...6), to: "s")
            try trial.expect(receipt.sequences, is: 4..<7, "the sequences of the save that goes over it")
            let loaded = try await memory.load("s")
            try trial.expect(loaded, is: numbered(2...6), "the messages")
            try trial.expect(loaded.map(\.sequence), is: [2, 3, 4, 5, 6], "their sequences")
            let info = try trial.unwrap(try await memory.info("s"), "the session")
            try trial.expect(info.messageCount, is: 5, "its number of messages")
            try trial.expect(info.firstSequence, is: 2, "its first sequence")
            try trial.expect(info.lastSequence, is: 6, "its last sequence")
            try trial.expect(
                try await memory.search("1", in: "s"), is: [], "what a search for the message that went finds")
            try trial.expect(
                try await memory.save(numbered(7...18), to: "s").sequences, is: 7..<19,
                "the sequences of a save over the limit by itself")
            try trial.expect(try await memory.load("s"), is: numbered(14...18), "the messages then")
            try await memory.save(numbered(1...4), to: "t")
            try trial.expect(try await memory.load("t"), is: numbered(1...4), "the messages of another session")
        },
        ConformanceCheck("What a limit drops is still known by its id", requires: [.messageLimit, .clientIDs]) {
            trial in
            let memory = try await trial.make(maximumMessages: 2)
            let save = ["a", "b", "c", "d"].map { named($0) }
            try await memory.save(save, to: "s")
            try trial.expect(try await memory.load("s"), is: Array(save.suffix(2)), "the messages")
            let receipt = try await memory.save(save, to: "s")
            try trial.expect(
                receipt, is: SaveReceipt(sequences: 5..<5, duplicates: [1, 2, 3, 4]), "the receipt of a repetition")
        },
        ConformanceCheck("A limit of messages is refused where there is none", excludes: .messageLimit) { trial in
            try await trial.expect(.unsupported, "making the backend with a limit of messages") {
                _ = try await trial.make(maximumMessages: 5)
            }
        },
    ]
}
