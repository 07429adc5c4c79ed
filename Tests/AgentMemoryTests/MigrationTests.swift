import AgentMemory
import AmberlogTestKit
import Synchronization
import Testing

/// Sessions are copied between backends, whole and once, however often the copying is interrupted.
@Suite struct MigrationTests {
    /// Sessions of different lengths, with everything that messages can have.
    static func filled(_ sessions: Int = 7, longest: Int = 60) async throws -> InMemoryBackend {
        let memory = InMemoryBackend(maxSessions: .max, maxMessagesPerSession: .max)
        for session in 0..<sessions {
            let id = "session \(session) é"
            try await memory.save(
                (0..<(1 + session * longest / sessions)).map { message($0, session) }, to: id, expecting: nil,
                origin: ["file": .string("f\(session)")])
            try await memory.setMetadata(["title": .string("Title \(session)")], for: id)
        }
        return memory
    }

    static func message(_ number: Int, _ session: Int) -> Message {
        Message(
            role: number % 3 == 0 ? .user : .assistant, content: "\(session).\(number) 東京 \u{0}",
            timestamp: Timestamp(microseconds: 1_700_000_000_000_001 + Int64(number)),
            metadata: number % 2 == 0 ? ["n": .integer(Int64(number)), "d": 1.0] : [:],
            id: number % 5 == 0 ? "id \(session).\(number)" : nil)
    }

    static func expectSame(
        _ source: any MemoryBackend, _ target: any MemoryBackend, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        var count = 0
        for try await info in source.allSessions() {
            count += 1
            let copy = try await target.info(info.id)
            #expect(copy?.metadata == info.metadata, sourceLocation: sourceLocation)
            #expect(copy?.createdAt == info.createdAt, sourceLocation: sourceLocation)
            let messages = try await source.load(info.id)
            #expect(try await target.load(info.id) == messages, sourceLocation: sourceLocation)
        }
        let copies = try await target.sessions(by: .id, after: nil, limit: 10_000).sessions
        #expect(copies.count == count, sourceLocation: sourceLocation)
    }

    @Test(arguments: [1, 7, 100])
    func `everything is copied`(_ batchSize: Int) async throws {
        let source = try await Self.filled()
        let target = InMemoryBackend(maxSessions: .max, maxMessagesPerSession: .max)
        let seen = Mutex<[MigrationProgress]>([])
        let result = try await migrateMemory(
            from: source, to: target, batchSize: batchSize, options: .init(verification: .digest)
        ) { progress in seen.withLock { $0.append(progress) } }
        #expect(result.success, "\(result.errors)")
        #expect(result.totalSessions == 7 && result.copiedSessions == 7)
        #expect(result.losses.isEmpty)
        let count = try await source.sessions(by: .id, after: nil, limit: 99).sessions.reduce(0) {
            $0 + $1.messageCount
        }
        #expect(result.totalMessages == count)
        #expect(seen.withLock { $0.map(\.messages).max() } == count)
        try await Self.expectSame(source, target)
        // What an import has recorded in the source goes along.
        #expect(try await target.origin(of: "session 3 é")?["file"] == "f3")

        let again = try await migrateMemory(from: source, to: target, batchSize: batchSize)
        #expect(again.success && again.totalMessages == 0 && again.unchangedSessions == 7)
        try await Self.expectSame(source, target)
    }

    @Test func `some sessions, and one that isn't there`() async throws {
        let source = try await Self.filled()
        let target = InMemoryBackend()
        let result = try await migrateMemory(
            from: source, to: target, sessions: ["session 2 é", "nobody", "session 0 é"])
        #expect(!result.success)
        #expect(result.failedSessions == ["nobody"])
        #expect(result.errors.count == 1 && result.errors[0].hasPrefix("nobody: "))
        #expect(result.totalSessions == 3 && result.copiedSessions == 2)
        #expect(
            try await target.sessions(by: .id, after: nil, limit: 9).sessions.map(\.id) == [
                "session 0 é", "session 2 é",
            ])
    }

    /// Every save may be the last one of a run, before or after it took effect.
    @Test(arguments: [true, false])
    func `interrupted at every save`(_ takesEffect: Bool) async throws {
        let source = try await Self.filled(3, longest: 20)
        for cut in 0..<14 {
            let target = InMemoryBackend(maxSessions: .max, maxMessagesPerSession: .max)
            let fragile = FragileBackend(base: target, failsAfter: cut, takesEffect: takesEffect)
            let first = try await migrateMemory(
                from: source, to: fragile, batchSize: 4, options: .init(concurrency: 1))
            let second = try await migrateMemory(
                from: source, to: target, batchSize: 3, options: .init(verification: .digest))
            #expect(second.success, "cut \(cut): \(second.errors)")
            if !first.success, !takesEffect { #expect(second.copiedSessions > 0) }
            try await Self.expectSame(source, target)
        }
    }

    @Test func `what was added to the source since is added`() async throws {
        let source = try await Self.filled()
        let target = InMemoryBackend(maxSessions: .max, maxMessagesPerSession: .max)
        _ = try await migrateMemory(from: source, to: target)
        try await source.save((60..<70).map { Self.message($0, 3) }, to: "session 3 é")
        try await source.save([Self.message(0, 9)], to: "new")
        let result = try await migrateMemory(from: source, to: target, options: .init(verification: .digest))
        #expect(result.success && result.totalMessages == 11 && result.copiedSessions == 2)
        #expect(result.unchangedSessions == 6)
        #expect(try await target.load("session 3 é") == source.load("session 3 é"))
    }

    @Test func `a source whose oldest messages went meanwhile`() async throws {
        let source = try await Self.filled()
        let target = InMemoryBackend(maxSessions: .max, maxMessagesPerSession: .max)
        _ = try await migrateMemory(from: source, to: target)
        let before = try await source.load("session 6 é")
        try await source.save((60..<70).map { Self.message($0, 6) }, to: "session 6 é")
        try await source.trim("session 6 é", toLast: 15)
        let result = try await migrateMemory(
            from: source, to: target, batchSize: 7, options: .init(verification: .digest))
        #expect(result.success && result.totalMessages == 10, "\(result.errors)")
        #expect(try await target.load("session 6 é") == before + (60..<70).map { Self.message($0, 6) })
        // All that was copied went: nothing tells that it is the same session.
        try await source.save((70..<75).map { Self.message($0, 6) }, to: "session 6 é")
        try await source.trim("session 6 é", toLast: 2)
        let last = try await migrateMemory(from: source, to: target)
        #expect(last.failedSessions == ["session 6 é"])
    }

    @Test func `a dry run changes nothing`() async throws {
        let source = try await Self.filled()
        let target = InMemoryBackend()
        let result = try await migrateMemory(from: source, to: target, options: .init(isDryRun: true))
        #expect(result.success && result.copiedSessions == 7 && result.totalMessages > 0)
        #expect(try await target.sessions(by: .id, after: nil, limit: 9).sessions.isEmpty)
    }

    @Test func `losses are counted`() async throws {
        let source = try await Self.filled()
        let target = FourMethodBackend()
        let result = try await migrateMemory(from: source, to: target, options: .init(verification: .digest))
        #expect(result.success, "\(result.errors)")
        let ids = try await source.sessions(by: .id, after: nil, limit: 9).sessions.reduce(0) {
            $0 + ($1.messageCount + 4) / 5
        }
        #expect(result.losses == [.messageID: ids, .sessionMetadata: 7, .creationTime: 7])
        let again = try await migrateMemory(from: source, to: target)
        #expect(again.success && again.totalMessages == 0 && again.unchangedSessions == 7, "\(again)")
    }

    @Test func `a target that keeps only the newest`() async throws {
        let source = try await Self.filled()
        let target = InMemoryBackend(maxMessagesPerSession: 10)
        let result = try await migrateMemory(
            from: source, to: target, batchSize: 7, options: .init(verification: .digest))
        #expect(result.success, "\(result.errors)")
        #expect(try await target.load("session 6 é") == source.load("session 6 é", limit: 10))
        #expect(result.losses[.trimmedMessage] ?? 0 > 0)
        let again = try await migrateMemory(from: source, to: target)
        #expect(again.totalMessages == 0 && again.unchangedSessions == 7)
    }

    @Test func `a target that is gone ends the run`() async throws {
        let source = try await Self.filled(50, longest: 5)
        let target = InMemoryBackend()
        try await target.close()
        let result = try await migrateMemory(from: source, to: target, options: .init(concurrency: 2))
        #expect(!result.success && result.stoppedBy?.code == .closed)
        #expect(result.totalSessions < 50)
    }

    @Test func `a cancelled run`() async throws {
        let source = try await Self.filled(50, longest: 50)
        let target = InMemoryBackend(maxSessions: .max, maxMessagesPerSession: .max)
        let run = Task {
            try await migrateMemory(from: source, to: target, batchSize: 1) { _ in
                withUnsafeCurrentTask { $0?.cancel() }
            }
        }
        await #expect(throws: CancellationError.self) { try await run.value }
        let result = try await migrateMemory(from: source, to: target, options: .init(verification: .digest))
        #expect(result.success, "\(result.errors)")
        try await Self.expectSame(source, target)
    }

    @Test func `a source that fails to tell an origin fails the session`() async throws {
        let source = OriginlessBackend(base: try await Self.filled(1, longest: 3))
        let target = InMemoryBackend()
        let result = try await migrateMemory(from: source, to: target)
        #expect(result.stoppedBy?.code == .unavailable && result.copiedSessions == 0)
        #expect(try await target.load("session 0 é").isEmpty)
    }

    /// The first run has given up, and only while the second one copies does the server do what it was told.
    @Test func `a save of an earlier run that comes through late`() async throws {
        let source = try await Self.filled(1, longest: 3)
        try await source.save((10..<40).map { Self.message($0, 0) }, to: "session 0 é")
        let target = LateBackend(base: InMemoryBackend())
        let first = try await migrateMemory(from: source, to: target, batchSize: 10)
        #expect(!first.success && first.totalMessages == 0)
        let second = try await migrateMemory(from: source, to: target, batchSize: 10)
        #expect(second.success && second.copiedSessions == 1, "\(second.errors)")
        try await Self.expectSame(source, target.base)
    }

    @Test func `what others save to the copy is no part of it`() async throws {
        let source = try await Self.filled(1, longest: 3)
        let target = LateBackend(base: InMemoryBackend(), late: [Message(role: .user, content: "theirs")])
        let result = try await migrateMemory(from: source, to: target)
        #expect(result.failedSessions == ["session 0 é"] && result.totalMessages == 0)
        #expect(try await target.base.load("session 0 é").map(\.content) == ["theirs"])
    }
}

/// A server that does what the first save told it only when the next one comes.
private final class LateBackend: MemoryWrapper {
    private struct Save {
        var messages: [Message]
        var origin: JSONValue?
    }

    let base: any MemoryBackend
    private let late = Mutex<Save?>(nil)
    private let isFirst = Mutex(true)

    /// - Parameter late: What somebody else has told it before.
    init(base: any MemoryBackend, late messages: [Message]? = nil) {
        self.base = base
        guard let messages else { return }
        late.withLock { $0 = Save(messages: messages) }
        isFirst.withLock { $0 = false }
    }

    func save(
        _ messages: [Message], to session: String, expecting: UInt64?, origin: JSONValue?
    ) async throws -> SaveReceipt {
        let isFirst = isFirst.withLock { isFirst in
            defer { isFirst = false }
            return isFirst
        }
        if isFirst {
            late.withLock { $0 = Save(messages: messages, origin: origin) }
            throw MemoryError(.timedOut, "No answer", retry: .later)
        }
        let save = late.withLock { late in
            defer { late = nil }
            return late
        }
        if let save { try await base.save(save.messages, to: session, expecting: nil, origin: save.origin) }
        return try await base.save(messages, to: session, expecting: expecting, origin: origin)
    }
}

/// A server that answers everything but where messages came from.
private struct OriginlessBackend: MemoryWrapper {
    let base: any MemoryBackend

    func origin(of session: String) async throws -> JSONValue? {
        throw MemoryError(.unavailable, "The server is gone", retry: .later)
    }
}
