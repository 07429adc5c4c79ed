import AgentMemory
import Amberlog
import AmberlogTestKit
import StoreModel
import Testing

/// Compaction keeps everything that is live and gives the rest of the space back.
@Suite struct CompactionTests {
    @Test(arguments: [SimulatedFileSystem.VolumeSyncScope.everything, .unavailable])
    func `everything is kept and files shrink`(_ volumeSync: SimulatedFileSystem.VolumeSyncScope) async throws {
        var fixture = StoreFixture()
        fixture.volumeSync = volumeSync
        let store = try await fixture.open()
        for round in 0..<10 {
            for session in 0..<5 {
                try await store.save(numbered((round * 20)...(round * 20 + 19), bytes: 300), to: "s\(session)")
            }
            try await store.checkpoint()
        }
        try await store.trim("s0", toLast: 5)
        try await store.removeLast(150, from: "s1")
        try await store.clear("s2")
        try await store.setMetadata(["k": "v"], for: "s3")
        let before = try await StoreSnapshot(of: store)
        let bytes = fixture.disk.files.filter { $0.key.hasPrefix("sessions/") }.reduce(0) { $0 + $1.value.count }
        let report = try await store.compact()
        #expect(report.sessions == 4 && report.bytesAfter < report.bytesBefore / 3)
        let after = fixture.disk.files.filter { $0.key.hasPrefix("sessions/") }
        #expect(after.count == 4 && after.reduce(0) { $0 + $1.value.count } < bytes / 3)
        #expect(store.statistics.segmentBytes == UInt64(after.reduce(0) { $0 + $1.value.count }))
        #expect(try await StoreSnapshot(of: store) == before)
        // Nothing is left to gain.
        #expect(try await store.compact().sessions == 0)
        // A sealed session takes more, and is sealed again.
        try await store.save(numbered(900...905, bytes: 2000), to: "s0")
        try await store.checkpoint()
        let more = try await StoreSnapshot(of: store)
        #expect(try await store.compact().sessions == 1)
        #expect(try await StoreSnapshot(of: store) == more)
        #expect(try await StoreSnapshot(of: try await fixture.afterCrash(.syncedOnly).open()) == more)
    }

    @Test func `the manifest is rewritten when it has grown`() async throws {
        let fixture = StoreFixture()
        let store = try await fixture.open()
        for round in 0..<300 {
            try await store.save(numbered(round...round), to: "s\(round % 3)")
            try await store.checkpoint()
        }
        #expect(fixture.disk.files.keys.filter { $0.hasPrefix("MANIFEST-") } != ["MANIFEST-1"])
        #expect(fixture.disk.files.keys.count { $0.hasPrefix("MANIFEST-") } == 1)
        #expect(store.statistics.manifestBytes < 3 << 20)
        let snapshot = try await StoreSnapshot(of: store)
        #expect(try await StoreSnapshot(of: try await fixture.afterCrash(.syncedOnly).open()) == snapshot)
    }

    @Test(arguments: [SimulatedFileSystem.CachedReads.never, .random(seed: 3)])
    func `reads that aren't cached give the same`(_ cachedReads: SimulatedFileSystem.CachedReads) async throws {
        var fixture = StoreFixture()
        fixture.cachedReads = cachedReads
        let store = try await fixture.open { $0.maximumOpenFiles = 2 }
        for session in 0..<6 { try await store.save(numbered(1...40, bytes: 500), to: "s\(session)") }
        for step in 0..<2 {
            if step == 0 { try await store.checkpoint() } else { _ = try await store.compact() }
            for round in 0..<3 {
                for session in 0..<6 {
                    let limit = 1 + (round * 7 + session) % 40
                    #expect(
                        try await store.load("s\(session)", limit: limit)
                            == Array(numbered(1...40, bytes: 500).suffix(limit)))
                }
            }
            #expect(store.statistics.openFiles <= 2)
        }
    }
}
