import AgentMemory
import Amberlog
import AmberlogTestKit
import Foundation
import StoreModel
import Testing

/// One writer at a time: a second one hears who has the store.
@Suite(.ownThreads) struct Case21_TwoOpeners {
    @Test func `another process is refused and told the process`() async throws {
        let directory = try TemporaryDirectory()
        let store = try await AmberlogStore.open(directory.path)
        let answer = try ChildProcess("try", directory.path).rest().joined()
        #expect(answer.hasPrefix("locked") && answer.contains("\(getpid())"), "\(answer)")
        _ = try await store.save(texts("a"), to: "a")
        try await store.close()
        #expect(try ChildProcess("try", directory.path).rest().joined() == "open")
    }

    @Test func `a process that holds it is named, and its death frees the store`() async throws {
        let directory = try TemporaryDirectory()
        let child = try ChildProcess("hold", directory.path)
        #expect(try await child.firstLine() == "open")
        do {
            _ = try await AmberlogStore.open(directory.path)
            Issue.record("opened twice")
        } catch let error as MemoryError {
            #expect(
                error.code == .locked && error.retry == .later && error.message.contains("\(child.pid)"), "\(error)")
        }
        _ = child.kill()
        let store = try await AmberlogStore.open(directory.path)
        _ = try await store.save(texts("a"), to: "a")
        try await store.close()
    }

    @Test func `the same process is refused as well`() async throws {
        let directory = try TemporaryDirectory()
        let store = try await AmberlogStore.open(directory.path)
        do {
            _ = try await AmberlogStore.open(directory.path)
            Issue.record("opened twice")
        } catch let error as MemoryError {
            #expect(error.code == .locked && error.message.contains("\(getpid())"), "\(error)")
        }
        // The refused opening left everything alone.
        _ = try await store.save(texts("a"), to: "a")
        #expect(try await store.load("a") == texts("a"))
        try await store.close()
        let again = try await AmberlogStore.open(directory.path)
        #expect(try await again.load("a") == texts("a"))
        try await again.close()
    }

    @Test(arguments: ["", "4711\n", "no number at all", String(repeating: "9", count: 5000)])
    func `a lock file that nobody holds is no obstacle`(_ contents: String) async throws {
        let fixture = StoreFixture()
        let store = try await fixture.open()
        _ = try await store.save(texts("a"), to: "a")
        try await store.close()
        var files = fixture.disk.files
        files["LOCK"] = Array(contents.utf8)
        let stale = fixture.on(SimulatedDisk(files: files))
        let again = try await stale.open()
        #expect(try await again.load("a") == texts("a"))
        let refusal = await code { _ = try await stale.open() }
        #expect(refusal == .locked)
        try await again.close()
    }
}
