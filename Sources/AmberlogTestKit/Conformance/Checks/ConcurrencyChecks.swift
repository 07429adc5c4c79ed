internal import AgentMemory

extension ConformanceCheck {
    static let concurrency: [ConformanceCheck] = [
        ConformanceCheck("Saves of many to one session stay whole") { trial in
            let memory = try await trial.make()
            let receipts = try await withThrowingTaskGroup(of: [(SaveReceipt, String)].self) { group in
                for task in 0..<16 {
                    group.addTask {
                        var receipts: [(SaveReceipt, String)] = []
                        for number in 0..<8 {
                            let text = "\(task) \(number)"
                            receipts.append((try await memory.save(said(text, text, text), to: "s"), text))
                        }
                        return receipts
                    }
                }
                // Readers meanwhile see whole saves, one after another.
                for _ in 0..<4 {
                    group.addTask {
                        for _ in 0..<8 {
                            let seen = try await memory.load("s")
                            try trial.expect(seen.count % 3, is: 0, "messages of a torn save")
                            try trial.expect(
                                seen.map { $0.sequence ?? 0 }, is: (0..<seen.count).map { UInt64($0 + 1) },
                                "the sequences that a reader sees")
                        }
                        return []
                    }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            let messages = try await memory.load("s")
            try trial.expect(messages.map { $0.sequence ?? 0 }, is: (1...384).map { UInt64($0) }, "the sequences")
            for (receipt, text) in receipts {
                let first = Int(receipt.sequences.lowerBound) - 1
                try trial.expect(receipt.sequences.count, is: 3, "the number of sequences that a save got")
                try trial.expect(
                    messages[first..<first + 3].map(\.content), is: [text, text, text], "the messages of a save")
            }
        },
        ConformanceCheck("Saves to many sessions don't mix") { trial in
            let memory = try await trial.make()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for task in 0..<32 {
                    group.addTask {
                        for number in 1...8 {
                            let receipt = try await memory.save(said("\(task) \(number)"), to: "s\(task)")
                            try trial.expect(
                                receipt.sequences, is: UInt64(number)..<UInt64(number + 1),
                                "the sequence of save \(number)")
                            try trial.expect(
                                try await memory.load("s\(task)").count, is: number, "the messages after save \(number)"
                            )
                        }
                    }
                }
                try await group.waitForAll()
            }
            for task in 0..<32 {
                try trial.expect(
                    try await memory.load("s\(task)").map(\.content), is: (1...8).map { "\(task) \($0)" },
                    "the messages of session \(task)")
            }
        },
        ConformanceCheck("Of saves that expect the same sequence, one goes through") { trial in
            let memory = try await trial.make()
            for round in 0..<5 as Range<UInt64> {
                let winners = try await withThrowingTaskGroup(of: Int.self) { group in
                    for task in 0..<8 {
                        group.addTask {
                            do {
                                try await memory.save(said("\(task)"), to: "s", expecting: round)
                                return 1
                            } catch let error as MemoryError where error.code == .conflict {
                                return 0
                            }
                        }
                    }
                    return try await group.reduce(0, +)
                }
                try trial.expect(winners, is: 1, "the number of saves that went through in round \(round)")
            }
            try trial.expect(try await memory.load("s").count, is: 5, "the number of messages")
        },
        ConformanceCheck("Comparing and appending loses no update") { trial in
            let memory = try await trial.make()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<6 {
                    group.addTask {
                        var done = 0
                        while done < 10 {
                            let last = try await memory.load("counter", limit: 1).last
                            let next = (last.flatMap { Int($0.content) } ?? 0) + 1
                            do {
                                try await memory.save(said("\(next)"), to: "counter", expecting: last?.sequence ?? 0)
                                done += 1
                            } catch let error as MemoryError where error.code == .conflict {
                                await Task.yield()
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
            try trial.expect(
                try await memory.load("counter").map(\.content), is: (1...60).map(String.init), "the numbers")
        },
        ConformanceCheck("Saves, clears and reads at once leave a state that makes sense") { trial in
            let memory = try await trial.make()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for task in 0..<8 {
                    group.addTask {
                        for step in 0..<20 {
                            let id = "s\((task * 7 + step * 5) % 4)"
                            switch (task + step) % 6 {
                            case 0: try await memory.clear(id)
                            case 1: _ = try await memory.search("number", in: id, limit: 3)
                            case 2: _ = try await memory.sessions(by: .updated, after: nil, limit: 3)
                            case 3: _ = try await memory.info(id)
                            default: try await memory.save(numbered(1...3), to: id)
                            }
                            let seen = try await memory.load(id).map { $0.sequence ?? 0 }
                            try trial.expect(
                                seen, is: (0..<seen.count).map { UInt64($0 + 1) }, "the sequences of a session")
                        }
                    }
                }
                try await group.waitForAll()
            }
            for try await info in memory.allSessions() {
                let loaded = try await memory.load(info.id)
                try trial.expect(info.messageCount, is: loaded.count, "the number of messages of \(info.id)")
                try trial.expect(info.lastSequence, is: UInt64(loaded.count), "the last sequence of \(info.id)")
                try trial.expect(
                    try await memory.search("number", in: info.id, limit: 1000).count, is: loaded.count,
                    "the number of messages that a search finds in \(info.id)")
            }
        },
    ]

    static let cancellation: [ConformanceCheck] = [
        ConformanceCheck("A cancelled save is whole or not at all, and says which") { trial in
            let memory = try await trial.make()
            for round in 0..<30 {
                let task = Task { try await memory.save(numbered(1...3), to: "s\(round)") }
                for _ in 0..<round % 5 { await Task.yield() }
                task.cancel()
                let result = await task.result
                let loaded = try await memory.load("s\(round)")
                switch result {
                case .success(let receipt):
                    try trial.expect(receipt.sequences, is: 1..<4, "the sequences of a save that went through")
                    try trial.expect(loaded, is: numbered(1...3), "its messages")
                case .failure(let error):
                    try expectCancellation(error, trial)
                    try trial.expect(loaded, is: [], "the messages of a save that was cancelled")
                }
            }
            try trial.expect(try await memory.save(said("x"), to: "after").sequences, is: 1..<2, "a save afterwards")
        },
        ConformanceCheck("Cancelling some of many saves takes nothing from the others") { trial in
            let memory = try await trial.make()
            let tasks = (0..<32).map { number in Task { try await memory.save(said("\(number)", "\(number)"), to: "s") }
            }
            for (number, task) in tasks.enumerated() where !number.isMultiple(of: 3) { task.cancel() }
            var saved: Set<String> = []
            for (number, task) in tasks.enumerated() {
                switch await task.result {
                case .success: saved.insert("\(number)")
                case .failure(let error):
                    try trial.expect(
                        number.isMultiple(of: 3), is: false, "whether save \(number), not cancelled, failed")
                    try expectCancellation(error, trial)
                }
            }
            let loaded = try await memory.load("s")
            try trial.expect(loaded.count, is: 2 * saved.count, "the number of messages")
            try trial.expect(Set(loaded.map(\.content)), is: saved, "whose messages there are")
        },
        ConformanceCheck("A cancelled read fails as such or is right") { trial in
            let memory = try await trial.make()
            try await memory.save(numbered(1...100), to: "s")
            for round in 0..<20 {
                let task = Task {
                    let loaded = try await memory.load("s", limit: 10)
                    let hits = try await memory.search("number 7", in: "s", limit: 100)
                    return (loaded, hits)
                }
                for _ in 0..<round % 4 { await Task.yield() }
                task.cancel()
                switch await task.result {
                case .success(let (loaded, hits)):
                    try trial.expect(loaded, is: numbered(91...100), "the messages")
                    try trial.expect(hits.count, is: 100, "the number of hits")
                case .failure(let error): try expectCancellation(error, trial)
                }
            }
            try trial.expect(try await memory.load("s"), is: numbered(1...100), "the messages afterwards")
        },
    ]

    private static func expectCancellation(_ error: any Error, _ trial: ConformanceTrial) throws {
        try trial.expect(
            error is CancellationError, "the error of a cancelled call", expected: "CancellationError",
            actual: "\(error)")
    }
}
