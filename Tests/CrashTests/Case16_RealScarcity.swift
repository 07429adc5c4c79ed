import AgentMemory
import Amberlog
import AmberlogTestKit
import StoreModel
import Testing

/// Real processes with too few descriptors, and on a volume that can't be written to.
@Suite(.ownThreads) struct Case16_RealScarcity {
    @Test func `twenty-four descriptors and two hundred sessions`() throws {
        let directory = try TemporaryDirectory()
        let said = try ChildProcess("starve", directory.path + "/store").rest().joined(separator: "\n")
        #expect(said == "ok")
    }

    @Test(.enabled(if: Namespaces.areAllowed)) func `a volume that is mounted read-only`() async throws {
        let directory = try TemporaryDirectory()
        let store = try await AmberlogStore.open(directory.path)
        try await store.save(texts("amber one", "amber two", "three"), to: "a")
        try await store.close()
        let path = directory.path
        let child = try ChildProcess.unshared(
            "mount --bind '\(path)' '\(path)' && mount -o remount,bind,ro '\(path)' && exec $PROGRAM look '\(path)'")
        #expect(child.rest().joined(separator: "\n") == "ok 3 messages, 2 hits")
    }
}
