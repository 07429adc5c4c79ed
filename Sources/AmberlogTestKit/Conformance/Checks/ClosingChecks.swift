internal import AgentMemory

extension ConformanceCheck {
    static let closing: [ConformanceCheck] = [
        ConformanceCheck("A closed backend refuses every call", requires: .closing) { trial in
            let memory = try await trial.make()
            try await memory.save(said("x"), to: "s")
            try await memory.close()
            try await memory.close()
            let calls: [(String, () async throws -> Void)] = [
                ("save", { try await memory.save(said("x"), to: "s") }),
                ("save nothing", { try await memory.save([], to: "s") }),
                ("load", { _ = try await memory.load("s") }),
                ("load forwards", { _ = try await memory.load("s", from: 1, limit: 1) }),
                ("clear", { try await memory.clear("s") }),
                ("clearAll", { try await memory.clearAll() }),
                ("clearSessions", { _ = try await memory.clearSessions(olderThan: .maximum) }),
                ("clearSessions, dry", { _ = try await memory.clearSessions(olderThan: .maximum, dryRun: true) }),
                ("sessions", { _ = try await memory.sessions(by: .id, after: nil, limit: 1) }),
                ("info", { _ = try await memory.info("s") }),
                ("search", { _ = try await memory.search("x") }),
            ]
            for (name, call) in calls { try await trial.expect(.closed, name, call) }
            if trial.has(.removeLast) {
                try await trial.expect(.closed, "removeLast") { try await memory.removeLast(1, from: "s") }
            }
            if trial.has(.trim) {
                try await trial.expect(.closed, "trim") { try await memory.trim("s", toLast: 1) }
            }
            if trial.has(.sessionMetadata) {
                try await trial.expect(.closed, "setMetadata") { try await memory.setMetadata([:], for: "s") }
            }
            if trial.has(.origin) {
                try await trial.expect(.closed, "origin") { _ = try await memory.origin(of: "s") }
            }
        },
        ConformanceCheck(
            "What runs while a backend is closed goes through or says that it is closed", requires: .closing
        ) {
            trial in
            let memory = try await trial.make()
            let tasks = (0..<16).map { number in Task { try await memory.save(said("x"), to: "s\(number)") } }
            try await memory.close()
            for task in tasks {
                guard case .failure(let error) = await task.result else { continue }
                try trial.expect((error as? MemoryError)?.code, is: .closed, "the code of the error of a save")
            }
        },
        ConformanceCheck("A backend that can't be closed goes on working", excludes: .closing) { trial in
            let memory = try await trial.make()
            try await memory.save(said("x"), to: "s")
            try await memory.close()
            try trial.expect(try await memory.load("s"), is: said("x"), "the messages")
        },
    ]

    static let persistence: [ConformanceCheck] = [
        ConformanceCheck("What was saved is there when the backend is made again", requires: .persistence) { trial in
            let place = trial.newPlace()
            let first = try await trial.make(at: place)
            for id in UnicodeSamples.identifiers.prefix(30) { try await first.save(said(UnicodeSamples.texts), to: id) }
            try await first.clear(UnicodeSamples.identifiers[0])
            if trial.has(.sessionMetadata) { try await first.setMetadata(["a": 1.0], for: "b") }
            var before: [SessionInfo] = []
            for try await info in first.allSessions() { before.append(info) }
            try await first.close()

            let second = try await trial.make(at: place)
            var after: [SessionInfo] = []
            for try await info in second.allSessions() { after.append(info) }
            try trial.expect(after, is: before, "the sessions")
            for info in after {
                try trial.expect(try await second.load(info.id), is: said(UnicodeSamples.texts), "the messages")
            }
            try trial.expect(
                try await second.load(UnicodeSamples.identifiers[0]), is: [], "the session that was cleared")
            let options = SearchOptions(limit: 100, ranking: .wordsOnly)
            let hits = try await second.searchHits("plain", in: nil, options: options)
            try trial.expect(hits.count, is: 29, "the number of hits of a search")
            if trial.has(.sessionMetadata) {
                try trial.expect(try await second.info("b")?.metadata, is: ["a": 1.0], "the metadata of a session")
            }
        },
        ConformanceCheck("Sequences go on when the backend is made again", requires: .persistence) { trial in
            let place = trial.newPlace()
            let first = try await trial.make(at: place)
            try await first.save(numbered(1...3), to: "s")
            if trial.has(.removeLast) { try await first.removeLast(3, from: "s") }
            try await first.close()
            let second = try await trial.make(at: place)
            try await trial.expect(.conflict, "expecting no session") {
                try await second.save(said("x"), to: "s", expecting: 0)
            }
            try trial.expect(
                try await second.save(said("x"), to: "s", expecting: 3).sequences, is: 4..<5, "the next sequence")
        },
        ConformanceCheck("Ids are known when the backend is made again", requires: [.persistence, .clientIDs]) {
            trial in
            let place = trial.newPlace()
            let first = try await trial.make(at: place)
            let save = (1...1200).map { named("id \($0)") }
            try await first.save(save, to: "s")
            try await first.close()
            let second = try await trial.make(at: place)
            let receipt = try await second.save(Array(save.suffix(1000)), to: "s")
            try trial.expect(receipt.duplicates, is: (201...1200).map { UInt64($0) }, "the duplicates")
            try trial.expect(
                try await second.save([save[199]], to: "s").sequences, is: 1201..<1202, "an id older than those")
        },
        ConformanceCheck("An origin is there when the backend is made again", requires: [.persistence, .origin]) {
            trial in
            let place = trial.newPlace()
            let first = try await trial.make(at: place)
            try await first.save(said("x"), to: "s", expecting: nil, origin: ["line": 7])
            try await first.close()
            let second = try await trial.make(at: place)
            try trial.expect(try await second.origin(of: "s"), is: ["line": 7], "the origin")
        },
    ]
}
