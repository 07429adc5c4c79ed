import AgentMemory
import Testing

/// What a migration does with sessions that the target has already.
@Suite struct MigrationConflictTests {
    private func prepared() async throws -> (source: InMemoryBackend, target: InMemoryBackend) {
        let source = try await MigrationTests.filled(3, longest: 30)
        let target = InMemoryBackend(maxSessions: .max, maxMessagesPerSession: .max)
        try await target.save([Message(role: .user, content: "another's")], to: "session 1 é")
        return (source, target)
    }

    private func migrate(
        _ source: InMemoryBackend, _ target: InMemoryBackend, _ conflict: MigrationOptions.Conflict
    ) async throws -> MigrationResult {
        try await migrateMemory(
            from: source, to: target, options: .init(onConflict: conflict, verification: .digest, concurrency: 1))
    }

    @Test func `resume: another's session fails, and the others go on`() async throws {
        let (source, target) = try await prepared()
        let result = try await migrate(source, target, .resume)
        #expect(result.failedSessions == ["session 1 é"] && result.copiedSessions == 2)
        #expect(try await target.load("session 1 é").map(\.content) == ["another's"])
    }

    @Test func `resume: the beginning of the same session is gone on with`() async throws {
        let (source, target) = try await prepared()
        try await target.clear("session 1 é")
        try await target.save(Array(source.load("session 1 é").prefix(4)), to: "session 1 é")
        let result = try await migrate(source, target, .resume)
        #expect(result.success, "\(result.errors)")
        #expect(try await target.load("session 1 é") == source.load("session 1 é"))
    }

    @Test func `resume: a copy that was gone on with fails`() async throws {
        let (source, target) = try await prepared()
        try await target.clear("session 1 é")
        _ = try await migrate(source, target, .resume)
        try await target.save([Message(role: .user, content: "said there")], to: "session 1 é")
        try await source.save([Message(role: .user, content: "said here")], to: "session 1 é")
        let result = try await migrate(source, target, .resume)
        #expect(result.failedSessions == ["session 1 é"])
        #expect(try await target.load("session 1 é").last?.content == "said there")
    }

    @Test func `resume: a source that says something else fails`() async throws {
        let (source, target) = try await prepared()
        try await target.clear("session 1 é")
        _ = try await migrate(source, target, .resume)
        let other = InMemoryBackend()
        try await other.save((0..<40).map { MigrationTests.message($0, 99) }, to: "session 1 é")
        let result = try await migrate(other, target, .resume)
        #expect(result.failedSessions == ["session 1 é"])
        #expect(try await target.load("session 1 é") == source.load("session 1 é"))
    }

    @Test func `skip`() async throws {
        let (source, target) = try await prepared()
        let result = try await migrate(source, target, .skip)
        #expect(result.success && result.skippedSessions == 1 && result.copiedSessions == 2)
        #expect(try await target.load("session 1 é").map(\.content) == ["another's"])
    }

    @Test func `replace`() async throws {
        let (source, target) = try await prepared()
        let result = try await migrate(source, target, .replace)
        #expect(result.success && result.copiedSessions == 3, "\(result.errors)")
        try await MigrationTests.expectSame(source, target)
        let again = try await migrate(source, target, .replace)
        #expect(again.unchangedSessions == 3 && again.totalMessages == 0)
    }

    @Test func `fail`() async throws {
        let (source, target) = try await prepared()
        await #expect(throws: MemoryError.self) { try await migrate(source, target, .fail) }
        try await target.clear("session 1 é")
        #expect(try await migrate(source, target, .fail).success)
        #expect(try await migrate(source, target, .fail).unchangedSessions == 3)
    }
}
