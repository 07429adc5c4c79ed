internal import AgentMemory

extension ConformanceCheck {
    static let sessions: [ConformanceCheck] = [
        ConformanceCheck("What is known of a session follows its saves") { trial in
            let memory = try await trial.make()
            try await memory.save(said("one", "two"), to: "s")
            let first = try trial.unwrap(try await memory.info("s"), "the session")
            try trial.expect([first.id], is: ["s"], "its id")
            try trial.expect(first.messageCount, is: 2, "its number of messages")
            try trial.expect(first.firstSequence, is: 1, "its first sequence")
            try trial.expect(first.lastSequence, is: 2, "its last sequence")
            try trial.expect(first.updatedAt, is: first.createdAt, "the time of its last save")
            try trial.expect(first.expiresAt, is: nil, "its expiry")
            try trial.expect(first.metadata, is: [:], "its metadata")
            try await trial.passTime(.milliseconds(5))
            try await memory.save(said("three"), to: "s")
            let second = try trial.unwrap(try await memory.info("s"), "the session after another save")
            try trial.expect(second.createdAt, is: first.createdAt, "the time of its first save, later")
            try trial.expect(
                second.updatedAt > first.updatedAt, "the time of its last save, later",
                expected: "> \(first.updatedAt)",
                actual: "\(second.updatedAt)")
            try trial.expect(second.messageCount, is: 3, "its number of messages, later")
            try trial.expect(second.lastSequence, is: 3, "its last sequence, later")
            try trial.expect(
                first.byteCount >= 6 && second.byteCount > first.byteCount, "its bytes", expected: "6 or more, rising",
                actual: "\(first.byteCount), then \(second.byteCount)")
            _ = try await memory.load("s")
            try trial.expect(try await memory.info("s"), is: second, "the session after a load")
        },
        ConformanceCheck("The time of a save is the backend's, not a message's") { trial in
            let memory = try await trial.make()
            try await memory.save(said("x"), to: "now")
            for time in [Timestamp.minimum, .maximum] {
                try await memory.save([Message(role: .user, content: "x", timestamp: time)], to: "s")
                let now = try trial.unwrap(try await memory.info("now"), "a session").updatedAt
                let info = try trial.unwrap(try await memory.info("s"), "the session")
                let isNear = info.updatedAt >= now && info.updatedAt < now + .seconds(60)
                try trial.expect(
                    isNear, "the time of a save at \(time)", expected: "about \(now)", actual: "\(info.updatedAt)")
            }
        },
    ]

    static let listing: [ConformanceCheck] =
        SessionOrder.allCases.map { order in
            ConformanceCheck("Sessions are listed by \(order), page by page") { trial in
                let memory = try await trial.make()
                let ids = ["m", "a", "Z", "é", "aa", "😀", "\u{FFFF}", "b", "0", "a\u{0}", "~", "a b", "\u{301}x"]
                for (number, id) in ids.enumerated() {
                    let content = String(repeating: "x", count: number * 7 % 5 * 1000)
                    try await memory.save(said(content), to: id)
                    // Some are saved at the same time, and some have the same size.
                    if number.isMultiple(of: 3) { try await trial.passTime(.milliseconds(5)) }
                }
                var infos: [SessionInfo] = []
                for id in ids { infos.append(try trial.unwrap(try await memory.info(id), id)) }
                infos.sort { precedes($0, $1, by: order) }
                for limit in [1, 5, 12, 13, 14, .max] {
                    var listed: [SessionInfo] = []
                    var after: String?
                    var pages = 0
                    repeat {
                        let page = try await memory.sessions(by: order, after: after, limit: limit)
                        let wanted = min(limit, ids.count - listed.count)
                        try trial.expect(page.sessions.count, is: wanted, "the size of page \(pages) of \(limit)")
                        listed += page.sessions
                        after = page.next
                        pages += 1
                    } while after != nil && pages < ids.count
                    try trial.expect(
                        after == nil ? [] : [after ?? ""], is: [], "what comes after the last page of \(limit)")
                    try trial.expect(listed.map(\.id), is: infos.map(\.id), "the ids by pages of \(limit)")
                    try trial.expect(listed, is: infos, "the sessions by pages of \(limit)")
                }
            }
        } + [
            ConformanceCheck("An empty backend lists no session") { trial in
                let memory = try await trial.make()
                for order in SessionOrder.allCases {
                    let page = try await memory.sessions(by: order, after: nil, limit: 1)
                    try trial.expect(page.sessions.map(\.id), is: [], "the first page by \(order)")
                    try trial.expect(page.next, is: nil, "what comes after it")
                }
            },
            ConformanceCheck("A place that no page ended at is refused") { trial in
                let memory = try await trial.make()
                try await memory.save(said("x"), to: "s")
                for order in [SessionOrder.updated, .size] {
                    for after in ["", "nonsense", ":", "x:y"] {
                        try await trial.expect(.invalidArgument, "going on by \(order) after \(after.debugDescription)")
                        {
                            _ = try await memory.sessions(by: order, after: after, limit: 1)
                        }
                    }
                }
            },
            ConformanceCheck("A listing by id goes on while sessions come and go") { trial in
                let memory = try await trial.make()
                for number in 10..<30 { try await memory.save(said("x"), to: "s\(number)") }
                var listed: [String] = []
                var after: String?
                repeat {
                    let page = try await memory.sessions(by: .id, after: after, limit: 4)
                    listed += page.sessions.map(\.id)
                    after = page.next
                    // What the page ended with goes, and others come before and behind it.
                    if let last = page.sessions.last { try await memory.clear(last.id) }
                    try await memory.save(said("x"), to: "r\(listed.count)")
                    try await memory.save(said("x"), to: "t\(listed.count)")
                } while after != nil && listed.count < 100
                let stayed = (10..<30).map { "s\($0)" }
                try trial.expect(
                    listed.filter { $0.hasPrefix("s") }, is: stayed, "the sessions that were there all the while")
                try trial.expect(Set(listed).count, is: listed.count, "the number of different ids")
            },
        ]

    private static func precedes(_ left: SessionInfo, _ right: SessionInfo, by order: SessionOrder) -> Bool {
        switch order {
        case .updated where left.updatedAt != right.updatedAt: left.updatedAt > right.updatedAt
        case .size where left.byteCount != right.byteCount: left.byteCount > right.byteCount
        default: left.id.utf8.lexicographicallyPrecedes(right.id.utf8)
        }
    }
}
