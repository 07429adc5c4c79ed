import AgentMemory
import Amberlog
import AmberlogTestKit
import StoreModel
import Testing

/// The process runs out of file descriptors.
@Suite struct FewDescriptorsTests {
    @Test func `kept files are let go when there are no descriptors left`() async throws {
        var fixture = StoreFixture()
        fixture.options.maximumOpenFiles = 40
        let files = FaultFileSystem(SimulatedFileSystem(fixture.disk, cachedReads: .never))
        let store = try await fixture.open(files)
        for session in 0..<50 { try await store.save(numbered(1...2), to: "s\(session)") }
        try await store.checkpoint()
        for session in 0..<30 { _ = try await store.load("s\(session)", limit: 2) }
        #expect(store.statistics.openFiles == 30)
        files.inject(Fault(ErrorNumber.tooManyFiles, at: [.open], in: "sessions/"))
        #expect(try await store.load("s30", limit: 2).count == 2)
        #expect(files.injectedCount == 1)
        // Half was let go, and no more than that is kept from now on.
        #expect(store.statistics.openFiles <= 16)
        for session in 0..<50 { #expect(try await store.load("s\(session)", limit: 2).count == 2) }
        #expect(store.statistics.openFiles <= 16)
    }

    @Test func `without any descriptor a load fails and says that it may be tried again`() async throws {
        let fixture = StoreFixture()
        let files = FaultFileSystem(SimulatedFileSystem(fixture.disk, cachedReads: .never))
        let store = try await fixture.open(files)
        try await store.save(numbered(1...2), to: "a")
        try await store.checkpoint()
        files.inject(Fault(ErrorNumber.tooManyFiles, at: [.open], in: "sessions/", times: nil))
        do {
            _ = try await store.load("a", limit: 2)
            Issue.record("It opened")
        } catch let error as MemoryError {
            #expect(error.code == .inputOutput && error.retry != .never)
            #expect(error.systemErrorNumber == ErrorNumber.tooManyFiles)
        }
        files.removeFaults()
        #expect(try await store.load("a", limit: 2).count == 2)
    }
}
