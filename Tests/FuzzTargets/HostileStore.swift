import AgentMemory
import Amberlog
import AmberlogTestKit
package import StoreModel

/// Everything that can be done with a store of ``DamagedStores`` whose files hold anything.
package enum HostileStore {
    /// Reads, verifies, repairs and writes. Only typed errors may come of it.
    ///
    /// - Returns: Whether everything was read.
    package static func use(_ fixture: StoreFixture) async throws -> Bool {
        var isRead = true
        func attempt(_ work: () async throws -> Void) async throws {
            do {
                try await work()
            } catch is MemoryError {
                isRead = false
            }
        }
        let files = SimulatedFileSystem(fixture.disk)
        try await attempt {
            let store = try await fixture.open { $0.access = .readOnly }
            for session in ["sealed", "appended", "fresh", "last"] {
                try await attempt { _ = try await store.load(session) }
                try await attempt { _ = try await store.load(session, from: 3, limit: 2) }
                try await attempt { _ = try await store.info(session) }
            }
            try await attempt {
                _ = try await store.searchResults("message 7 role:user", options: SearchOptions(limit: 3))
            }
            try await attempt { _ = try await store.searchResults("message", in: "sealed") }
            try await store.close()
        }
        try await attempt {
            if try !AmberlogStore.verify(files, depth: .deep, clock: fixture.clock).isWhole { isRead = false }
        }
        try await attempt { _ = try AmberlogStore.repair(files, clock: fixture.clock) }
        try await attempt {
            let store = try await fixture.open()
            try await attempt { _ = try await store.save(numbered(1...2), to: "appended") }
            try await attempt { _ = try await store.compact() }
            try await store.close()
        }
        return isRead
    }
}
