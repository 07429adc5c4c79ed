import AgentMemory
import Amberlog
import AmberlogTestKit
import LogFiles
import StoreModel
import Synchronization
import Testing

/// No file goes with a byte of an erased session in it: before its name goes, it is overwritten.
@Suite(.ownThreads) struct EraseOverwritesTests {
    private static let needles = ["ERASEDCONTENT", "ERASEDSESSION"].map { Array($0.utf8) }

    /// Erases, and tells which files had something in them when their names went.
    private func erase(_ store: AmberlogStore, _ files: FaultFileSystem, _ disk: SimulatedDisk) async throws -> [String]
    {
        let found = Mutex<[String]>([])
        files.inject(
            Fault(nil, at: [.remove], times: nil) { path in
                let rest = SimulatedDisk(files: ["rest": disk.files[path] ?? []])
                if Self.needles.contains(where: rest.contains) { found.withLock { $0.append(path) } }
            })
        try await store.erase("ERASEDSESSION")
        files.removeFaults()
        #expect(!Self.needles.contains(where: disk.contains))
        return found.withLock { $0 }
    }

    private func secrets(_ count: Int) -> [Message] {
        (1...count).map { Message(role: .user, content: "ERASEDCONTENT \($0) " + String(repeating: "x", count: 900)) }
    }

    /// Journals that are smaller than those of a store that has become busy, and more of them than are kept.
    @Test(arguments: 1...12)
    func `journals of every size`(_ rounds: Int) async throws {
        let fixture = StoreFixture()
        let files = FaultFileSystem(SimulatedFileSystem(fixture.disk))
        let store = try await fixture.open(files)
        for _ in 0..<rounds { try await store.save(secrets(10), to: "ERASEDSESSION") }
        try await store.save(numbered(1...2), to: "other")
        #expect(try await erase(store, files, fixture.disk) == [])
        try await store.close()
    }

    @Test func `what was kept for a reader that has gone`() async throws {
        let fixture = StoreFixture()
        let files = FaultFileSystem(SimulatedFileSystem(fixture.disk))
        let store = try await fixture.open(files)
        try await store.save(secrets(40), to: "ERASEDSESSION")
        try await store.checkpoint()
        let reader = try await fixture.open { $0.access = .readOnly }
        // The old segment, the old manifest and the journals stay for the reader.
        _ = try await store.compact()
        try await store.save(secrets(2), to: "ERASEDSESSION")
        try await store.checkpoint()
        try await reader.close()
        #expect(try await erase(store, files, fixture.disk) == [])
        try await store.close()
    }

    /// What is left over is known to nobody but the next opening, which a reader keeps from removing it.
    @Test func `a manifest that a process has left`() async throws {
        let fixture = StoreFixture()
        var store = try await fixture.open()
        try await store.save(secrets(2), to: "ERASEDSESSION")
        try await store.save(numbered(1...2), to: "other")
        try await store.checkpoint()
        let reader = try await fixture.open { $0.access = .readOnly }
        try await store.clear("other")
        try await store.checkpoint()
        try await store.close()
        let files = FaultFileSystem(SimulatedFileSystem(fixture.disk))
        store = try await fixture.open(files)
        try await reader.close()
        #expect(try await erase(store, files, fixture.disk) == [])
        try await store.close()
    }
}
