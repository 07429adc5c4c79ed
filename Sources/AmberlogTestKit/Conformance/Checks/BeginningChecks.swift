internal import AgentMemory

extension ConformanceCheck {
    static let beginning: [ConformanceCheck] = [
        ConformanceCheck("A session can begin without a message", requires: .beginning) { trial in
            let memory = try await trial.make()
            let created = Timestamp(microseconds: 1_000_000_000_000_001)
            try await memory.begin("s", createdAt: created, timeToLive: nil)
            let info = try trial.unwrap(try await memory.info("s"), "the session")
            try trial.expect(info.createdAt, is: created, "when it was made")
            try trial.expect(info.messageCount, is: 0, "its number of messages")
            try trial.expect(info.lastSequence, is: 0, "its last sequence")
            try trial.expect(info.expiresAt, is: nil, "its expiry")
            try trial.expect(try await memory.load("s"), is: [], "its messages")
            let listed = try await memory.sessions(by: .id, after: nil, limit: 9).sessions.map(\.id)
            try trial.expect(listed, is: ["s"], "the listing")
            let receipt = try await memory.save(said("x"), to: "s", expecting: 0)
            try trial.expect(receipt.sequences, is: 1..<2, "the sequences of the first save")
            try trial.expect(try await memory.info("s")?.createdAt, is: created, "when it was made, after a save")
        },
        ConformanceCheck("A session that exists can't begin", requires: .beginning) { trial in
            let memory = try await trial.make()
            try await memory.save(said("x"), to: "saved")
            try await memory.begin("begun", createdAt: Timestamp(microseconds: 0), timeToLive: nil)
            for session in ["saved", "begun"] {
                try await trial.expect(.conflict, "beginning \(session)") {
                    try await memory.begin(session, createdAt: Timestamp(microseconds: 7), timeToLive: nil)
                }
            }
            try trial.expect(try await memory.load("saved"), is: said("x"), "its messages")
            try await memory.clear("begun")
            try await memory.begin("begun", createdAt: Timestamp(microseconds: 7), timeToLive: nil)
        },
        ConformanceCheck("A time to live that is none is refused", requires: .beginning) { trial in
            let memory = try await trial.make()
            for time in [Duration.zero, .seconds(-1)] {
                try await trial.expect(.invalidArgument, "a time to live of \(time)") {
                    try await memory.begin("s", createdAt: Timestamp(microseconds: 0), timeToLive: time)
                }
            }
            try await trial.expect(.invalidSessionID, "an empty id") {
                try await memory.begin("", createdAt: Timestamp(microseconds: 0), timeToLive: nil)
            }
            try trial.expect(try await memory.info("s"), is: nil, "the session")
        },
        ConformanceCheck("A session has the time to live it began with", requires: [.beginning, .timeToLive]) { trial in
            let memory = try await trial.make(timeToLive: .seconds(2))
            try await memory.begin("short", createdAt: Timestamp(microseconds: 0), timeToLive: .seconds(1))
            try await memory.begin("long", createdAt: Timestamp(microseconds: 0), timeToLive: .seconds(60))
            try await memory.begin("endless", createdAt: Timestamp(microseconds: 0), timeToLive: nil)
            for session in ["short", "long", "endless", "usual"] { try await memory.save(said("x"), to: session) }
            let long = try trial.unwrap(try await memory.info("long"), "a session")
            let expiry = try trial.unwrap(long.expiresAt, "its expiry")
            let isRight = expiry > long.updatedAt + .seconds(59) && expiry <= long.updatedAt + .seconds(61)
            try trial.expect(
                isRight, "its expiry", expected: "a minute after \(long.updatedAt)", actual: "\(expiry)")
            try await trial.passTime(.milliseconds(1500))
            try await memory.save(said("y"), to: "usual")
            try trial.expect(try await memory.load("short"), is: [], "one that has expired")
            try await trial.passTime(.milliseconds(1000))
            let listed = try await memory.sessions(by: .id, after: nil, limit: 9).sessions.map(\.id)
            try trial.expect(listed, is: ["endless", "long", "usual"], "those that are left")
            try trial.expect(try await memory.info("endless")?.expiresAt, is: nil, "the expiry of the endless one")
        },
        ConformanceCheck(
            "A begun session is there when the backend is made again", requires: [.beginning, .persistence]
        ) {
            trial in
            let place = trial.newPlace()
            let first = try await trial.make(at: place)
            let created = Timestamp(microseconds: 1_000_000_000_000_001)
            try await first.begin("s", createdAt: created, timeToLive: .seconds(3600))
            let info = try await first.info("s")
            try await first.close()
            let second = try await trial.make(at: place)
            try trial.expect(try await second.info("s"), is: info, "the session")
        },
        ConformanceCheck("A backend whose sessions can't begin says so", excludes: .beginning) { trial in
            let memory = try await trial.make()
            try await trial.expect(.unsupported, "beginning a session") {
                try await memory.begin("s", createdAt: Timestamp(microseconds: 0), timeToLive: nil)
            }
            try trial.expect(try await memory.info("s"), is: nil, "the session")
        },
    ]
}
