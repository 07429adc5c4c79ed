internal import AgentMemory

extension ConformanceCheck {
    static let clearing: [ConformanceCheck] = [
        ConformanceCheck("A cleared session is gone, and only that one") { trial in
            let memory = try await trial.make()
            try await memory.save(said("apple"), to: "a")
            try await memory.save(said("apple"), to: "b")
            try await memory.clear("a")
            try trial.expect(try await memory.load("a"), is: [], "its messages")
            try trial.expect(try await memory.load("a", from: 1, limit: 9), is: [], "its messages forwards")
            try trial.expect(try await memory.info("a"), is: nil, "what is known of it")
            let listed = try await memory.sessions(by: .id, after: nil, limit: 9)
            try trial.expect(listed.sessions.map(\.id), is: ["b"], "the listing")
            let hits = try await memory.searchHits("apple", in: nil, options: SearchOptions())
            try trial.expect(hits.map(\.session), is: ["b"], "where a search finds it")
            try await memory.clear("a")
            try await memory.clear("nobody")
            try trial.expect(try await memory.load("b"), is: said("apple"), "the other session")
        },
        ConformanceCheck("A session that was cleared begins anew") { trial in
            let memory = try await trial.make()
            try await memory.save(said("a", "b", "c"), to: "s")
            if trial.has(.sessionMetadata) { try await memory.setMetadata(["a": 1], for: "s") }
            try await memory.clear("s")
            try trial.expect(
                try await memory.save(said("d"), to: "s", expecting: 0).sequences, is: 1..<2, "the new sequences")
            try trial.expect(try await memory.load("s"), is: said("d"), "the new messages")
            let info = try trial.unwrap(try await memory.info("s"), "the new session")
            try trial.expect(info.metadata, is: [:], "its metadata")
            try trial.expect(info.messageCount, is: 1, "its number of messages")
        },
        ConformanceCheck("Clearing all leaves nothing") { trial in
            let memory = try await trial.make()
            try await memory.clearAll()
            for number in 0..<20 { try await memory.save(said("apple \(number)"), to: "s\(number)") }
            try await memory.clearAll()
            let listed = try await memory.sessions(by: .id, after: nil, limit: 9)
            try trial.expect(listed.sessions.map(\.id), is: [], "the listing")
            try trial.expect(try await memory.search("apple"), is: [], "what a search finds")
            try trial.expect(try await memory.load("s7"), is: [], "the messages of one")
            try trial.expect(
                try await memory.save(said("x"), to: "s7").sequences, is: 1..<2, "the sequences afterwards")
        },
        ConformanceCheck("Old sessions are cleared by their last save") { trial in
            let memory = try await trial.make()
            for id in ["b", "a", "c", "d"] {
                try await memory.save(said("x"), to: id)
                try await trial.passTime(.milliseconds(5))
            }
            try await memory.save(said("y"), to: "a")
            let border = try trial.unwrap(try await memory.info("d"), "the session d").updatedAt
            let dry = try await memory.clearSessions(olderThan: border, dryRun: true)
            try trial.expect(dry.map(\.id).sorted(), is: ["b", "c"], "what a dry run tells")
            for info in dry {
                try trial.expect(info, is: try trial.unwrap(try await memory.info(info.id), info.id), "what it tells")
            }
            try trial.expect(try await memory.load("b"), is: said("x"), "a session after a dry run")
            let cleared = try await memory.clearSessions(olderThan: border)
            try trial.expect(cleared.map(\.id).sorted(), is: ["b", "c"], "what was cleared")
            var left: [String] = []
            for try await info in memory.allSessions() { left.append(info.id) }
            try trial.expect(left, is: ["a", "d"], "what is left")
            try trial.expect(try await memory.load("b"), is: [], "a session that was cleared")
            let none = try await memory.clearSessions(olderThan: border)
            try trial.expect(none.map(\.id), is: [], "what a second run clears")
        },
    ]
}
