internal import AgentMemory

extension ConformanceCheck {
    static let loading: [ConformanceCheck] = [
        ConformanceCheck("A load gives the newest messages, the oldest of them first") { trial in
            let memory = try await trial.make()
            try await memory.save(numbered(1...10), to: "s")
            for limit in [1, 3, 9, 10, 11, .max] {
                try trial.expect(
                    try await memory.load("s", limit: limit), is: numbered(max(1, 11 - min(limit, 10))...10),
                    "the newest \(limit)")
            }
            try trial.expect(try await memory.load("s", limit: 0), is: [], "the newest 0")
            try trial.expect(try await memory.load("s", limit: nil), is: numbered(1...10), "all")
        },
        ConformanceCheck("Pages backwards end before a sequence") { trial in
            let memory = try await trial.make()
            try await memory.save(numbered(1...10), to: "s")
            try trial.expect(
                try await memory.load("s", limit: 3, before: 8), is: numbered(5...7), "three before 8")
            try trial.expect(
                try await memory.load("s", limit: nil, before: 4), is: numbered(1...3), "all before 4")
            for before in [0, 1] as [UInt64] {
                try trial.expect(try await memory.load("s", limit: 5, before: before), is: [], "before \(before)")
            }
            for before in [11, 12, 1 << 62, 1 << 63, .max] as [UInt64] {
                try trial.expect(
                    try await memory.load("s", limit: 2, before: before), is: numbered(9...10), "before \(before)")
            }
            var pages: [Message] = []
            var before: UInt64?
            repeat {
                let page = try await memory.load("s", limit: 4, before: before)
                pages = page + pages
                before = page.first?.sequence
            } while before != nil && pages.count <= 10
            try trial.expect(pages, is: numbered(1...10), "the pages together")
        },
        ConformanceCheck("Pages forwards begin at a sequence") { trial in
            let memory = try await trial.make()
            try await memory.save(numbered(1...10), to: "s")
            try trial.expect(try await memory.load("s", from: 1, limit: 3), is: numbered(1...3), "three from 1")
            try trial.expect(try await memory.load("s", from: 0, limit: 3), is: numbered(1...3), "three from 0")
            try trial.expect(try await memory.load("s", from: 9, limit: 5), is: numbered(9...10), "five from 9")
            try trial.expect(try await memory.load("s", from: 4, limit: .max), is: numbered(4...10), "all from 4")
            try trial.expect(try await memory.load("s", from: 4, limit: 0), is: [], "none from 4")
            for start in [11, 1 << 62, 1 << 63, .max] as [UInt64] {
                try trial.expect(try await memory.load("s", from: start, limit: 5), is: [], "from \(start)")
            }
            let page = try await memory.load("s", from: 9, limit: 5)
            try trial.expect(page.map(\.sequence), is: [9, 10], "the sequences from 9")
        },
        ConformanceCheck("An unknown session is empty, not an error") { trial in
            let memory = try await trial.make()
            try await memory.save(said("x"), to: "s")
            try trial.expect(try await memory.load("nobody"), is: [], "its messages")
            try trial.expect(try await memory.load("nobody", limit: 5, before: 3), is: [], "a page backwards")
            try trial.expect(try await memory.load("nobody", from: 1, limit: 5), is: [], "a page forwards")
            try trial.expect(try await memory.info("nobody"), is: nil, "what is known of it")
            try trial.expect(try await memory.search("x", in: "nobody"), is: [], "what a search finds in it")
        },
        ConformanceCheck("What a save has returned, every load sees") { trial in
            let memory = try await trial.make()
            for number in 1...50 {
                try await memory.save(numbered(number...number), to: "s")
                try trial.expect(
                    try await memory.load("s", limit: 1), is: numbered(number...number), "the newest after \(number)")
                try trial.expect(
                    try await memory.info("s")?.lastSequence, is: UInt64(number), "the last sequence after \(number)")
            }
        },
    ]

    static let streams: [ConformanceCheck] = [
        ConformanceCheck("Messages stream in order, whatever the size of the pages") { trial in
            let memory = try await trial.make()
            try await memory.save(numbered(1...100), to: "s")
            for pageSize in [1, 7, 99, 100, 101] {
                var all: [Message] = []
                for try await message in memory.messages(in: "s", pageSize: pageSize) { all.append(message) }
                try trial.expect(all, is: numbered(1...100), "the stream by pages of \(pageSize)")
            }
            var tail: [Message] = []
            for try await message in memory.messages(in: "s", from: 98, pageSize: 2) { tail.append(message) }
            try trial.expect(tail, is: numbered(98...100), "the stream from 98")
            for try await message in memory.messages(in: "nobody") {
                throw trial.failure("an unknown session", expected: "nothing", actual: message.content)
            }
        },
        ConformanceCheck("A stream goes over gaps", requires: .removeLast) { trial in
            let memory = try await trial.make()
            try await memory.save(numbered(1...3), to: "s")
            try await memory.save(said((1...40).map(String.init)), to: "s")
            try await memory.removeLast(40, from: "s")
            try await memory.save(numbered(4...6), to: "s")
            for pageSize in [1, 2, 3, 100] {
                var sequences: [UInt64?] = []
                for try await message in memory.messages(in: "s", pageSize: pageSize) {
                    sequences.append(message.sequence)
                }
                try trial.expect(
                    sequences, is: [1, 2, 3, 44, 45, 46], "the sequences of a stream by pages of \(pageSize)")
            }
            try trial.expect(
                try await memory.load("s", from: 4, limit: 2).map(\.sequence), is: [44, 45], "two from within the gap")
            try trial.expect(
                try await memory.load("s", limit: 2, before: 44).map(\.sequence), is: [2, 3], "two from before the gap")
        },
        ConformanceCheck("What is appended while a stream runs is part of it") { trial in
            let memory = try await trial.make()
            try await memory.save(numbered(1...4), to: "s")
            var seen: [Message] = []
            for try await message in memory.messages(in: "s", pageSize: 2) {
                seen.append(message)
                if seen.count == 3 { try await memory.save(numbered(5...6), to: "s") }
            }
            try trial.expect(seen, is: numbered(1...6), "the stream")
        },
    ]
}
