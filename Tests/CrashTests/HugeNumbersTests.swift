import AgentMemory
import Amberlog
import AmberlogTestKit
import LogFiles
import LogFormat
import StoreModel
import Testing

/// Numbers at the end of their range, behind checksums that are right: what comes of them is a typed error or nothing, and
/// never a trap.
@Suite(.ownThreads) struct HugeNumbersTests {
    private static let numbers: [UInt64] = [.max, .max - 1, 1 << 63, .max >> 1, Limits.numberMax, Limits.numberMax - 1]

    /// What an edit may say, each with one number that nobody can have.
    private static func items(_ number: UInt64, _ session: SessionState) -> [(String, [ManifestItem])] {
        func changed(_ change: (inout SessionState) -> Void) -> [ManifestItem] {
            var state = session
            change(&state)
            return [.session(state, id: nil)]
        }
        func counters(_ change: (inout ManifestCounters) -> Void) -> [ManifestItem] {
            var counters = ManifestCounters(nextSession: 10, nextFile: 100, clock_µs: 0, checkpointed: 1, indexed: 1)
            change(&counters)
            return [.counters(counters)]
        }
        let file = Identity(high: 1, low: 2)
        return [
            ("generation", changed { $0.generation = number }),
            ("segment length", changed { $0.segmentLength = number }),
            ("first live", changed { ($0.firstLive, $0.nextSequence) = (number, number) }),
            ("next sequence", changed { $0.nextSequence = number }),
            ("live messages", changed { $0.liveCount = number }),
            ("live bytes", changed { $0.liveBytes = number }),
            ("last batch", changed { $0.lastBatch = number }),
            ("removed", changed { $0.removed = [1..<max(2, number >> 1)] }),
            ("removed twice", changed { $0.removed = [1..<max(2, number >> 1), 1..<max(2, number >> 1)] }),
            ("expiry", changed { ($0.timeToLive_µs, $0.updated_µs) = (.max, Int64(bitPattern: number)) }),
            ("session", [.session(SessionState(number: number, created_µs: 0, timeToLive_µs: 0), id: "huge")]),
            (
                "several",
                changed { ($0.liveCount, $0.liveBytes, $0.segmentLength) = (number, number, number) }
                    + {
                        var other = SessionState(number: 90, created_µs: .min, timeToLive_µs: .min)
                        (other.liveCount, other.liveBytes, other.segmentLength) = (number, number, number)
                        other.generation = 1
                        return [.session(other, id: "other")]
                    }()
            ),
            ("next session", counters { $0.nextSession = number }), ("next file", counters { $0.nextFile = number }),
            ("checkpointed", counters { $0.checkpointed = number }), ("indexed", counters { $0.indexed = number }),
            ("clock", counters { $0.clock_µs = Int64(bitPattern: number) }),
            ("journal", [.journal(JournalState(number: number, file: file, size: 4096, firstBatch: 1))]),
            ("first batch", [.journal(JournalState(number: 90, file: file, size: 4096, firstBatch: number))]),
            ("run", [.indexRun(IndexRunState(number: number, file: file, pages: 1, documents: 1))]),
            ("documents", [.indexRun(IndexRunState(number: 90, file: file, pages: 1, documents: number))]),
            ("ended", [.sessionEnded(number), .journalRetired(number), .eraseBegun(number)]),
        ]
    }

    @Test(arguments: numbers)
    func `in the manifest`(_ number: UInt64) async throws {
        let fixture = try await DamagedStores.make(isClosed: false)
        let path = try #require(fixture.disk.files.keys.first { $0.hasPrefix("MANIFEST-") })
        let bytes = try #require(fixture.disk.files[path])
        var sessions: [SessionState] = []
        let (end, next, seed) = try bytes.withUnsafeBytes { bytes in
            let (header, length) = try FileHeader.decode(bytes)
            var scanner = LogScanner(
                bytes, seed: header.file.checksumSeed, kind: .edit, from: length, number: header.generation)
            while let (frame, offset) = scanner.next() {
                try ManifestEdit.decode(bytes, frame: frame, at: offset) { item in
                    if case .session(let state, _) = item { sessions.append(state) }
                }
            }
            return (UInt64(scanner.offset).roundedUpToBlock, scanner.nextNumber, header.file.checksumSeed)
        }
        for (what, items) in Self.items(number, try #require(sessions.last)) {
            var writer = ByteWriter()
            let start = writer.beginFrame(.edit, sequence: next)
            for item in items { ManifestEdit.append(item, to: &writer) }
            writer.endFrame(start, seed: seed, alignedTo: Limits.blockBytes)
            let disk = SimulatedDisk(files: fixture.disk.files)
            try SimulatedFileSystem(disk).open(path, .readWrite).writeFully(writer.array(), at: end)
            await use(fixture.on(disk), "\(what) of \(number)")
        }
    }

    /// What a batch may say.
    @Test(arguments: numbers)
    func `in a journal`(_ number: UInt64) async throws {
        let fixture = StoreFixture()
        let store = try await fixture.open()
        try await store.save(numbered(1...2), to: "a")
        let crashed = fixture.afterCrash()
        let (path, bytes) = try #require(
            crashed.disk.files.first { $0.key.hasPrefix("journal/") && $0.value.dropFirst(4096).contains { $0 != 0 } })
        let (seed, first, end) = try bytes.withUnsafeBytes { bytes in
            let seed = try FileHeader.decode(bytes).header.file.checksumSeed
            let frame = try #require(FrameHeader(checking: bytes, at: 4096, seed: seed))
            return (seed, frame.sequence, UInt64(4096 + frame.length).roundedUpToBlock)
        }
        let batches: [(String, UInt64, BatchEntry)] = [
            ("session", first + 1, BatchEntry(.begin, session: number)),
            ("append to a session", first + 1, BatchEntry(.append, session: number, value: 1, messageCount: 1)),
            ("sequence", first + 1, BatchEntry(.append, session: 1, value: number, messageCount: 1)),
            ("no messages", first + 1, BatchEntry(.append, session: 1, value: number, messageCount: 0)),
            ("first live", first + 1, BatchEntry(.firstLive, session: 1, value: number)),
            ("removed", first + 1, BatchEntry(.removed, session: 1, value: number)),
            ("batch", number, BatchEntry(.end, session: 1)),
        ]
        for (what, batch, entry) in batches {
            var payload = ByteWriter()
            payload.append(UInt64.max)
            payload.append(UInt64.max)
            payload.append(Array("huge".utf8).withUnsafeBytes { $0 })
            var entry = entry
            entry.payloadLength = UInt32(payload.count)
            entry.payloadChecksum = Checksum.crc32c(payload.bytes, seed: 0)
            var writer = ByteWriter()
            let start = BatchHeader.begin(
                into: &writer, number: batch, durableThrough: batch == number ? number : first, time_µs: .max, count: 1)
            entry.encode(into: &writer)
            let padding = payload.count.roundedUpToWord - payload.count
            writer.endFrame(start, seed: seed, extra: payload.count + padding)
            writer.append(payload.bytes)
            for offset in batch == number ? [4096, end] : [end] {
                let disk = SimulatedDisk(files: crashed.disk.files)
                try SimulatedFileSystem(disk).open(path, .readWrite).writeFully(writer.array(), at: offset)
                await use(fixture.on(disk), "\(what) of \(number) at \(offset)")
            }
        }
    }

    /// What the segments say where there is no manifest.
    @Test(arguments: numbers)
    func `in a segment`(_ number: UInt64) async throws {
        let fixture = StoreFixture()
        let store = try await fixture.open()
        try await store.save(numbered(1...2), to: "a")
        try await store.close()
        let (path, bytes) = try #require(fixture.disk.files.first { $0.key.hasSuffix(".seg") })
        let seed = try bytes.withUnsafeBytes { try FileHeader.decode($0).header.file.checksumSeed }
        let whole = SegmentCommit(
            firstLive: 1, nextSequence: 3, liveCount: 2, liveBytes: 100, lastBatch: 1, updated_µs: 0, idsOffset: 0,
            removed: [], metadata: [], origin: [])
        let changes: [(String, (inout SegmentCommit) -> Void)] = [
            ("first live", { $0.firstLive = number }), ("next sequence", { $0.nextSequence = number }),
            ("both", { ($0.firstLive, $0.nextSequence) = (number, number) }), ("live", { $0.liveCount = number }),
            ("bytes", { $0.liveBytes = number }), ("batch", { $0.lastBatch = number }),
            ("time", { $0.updated_µs = Int64(bitPattern: number) }), ("ids", { $0.idsOffset = number }),
            ("removed", { $0.removed = [1..<max(2, number >> 1)] }),
        ]
        for (what, change) in changes {
            var commit = whole
            change(&commit)
            var writer = ByteWriter()
            commit.encode(into: &writer, seed: seed, base: UInt64(bytes.count))
            let disk = SimulatedDisk(files: fixture.disk.files)
            let files = SimulatedFileSystem(disk)
            try files.open(path, .readWrite).writeFully(writer.array(), at: UInt64(bytes.count))
            await use(fixture.on(disk.copy()), "\(what) of \(number)")
            // Looking for a manifest that isn't there takes a while.
            if number != Limits.numberMax { continue }
            for name in disk.files.keys where name.hasPrefix("MANIFEST") { try files.remove(name) }
            await repair(fixture.on(disk), "\(what) of \(number), without a manifest")
        }
    }

    @Test(arguments: numbers)
    func `in names`(_ number: UInt64) async throws {
        let fixture = StoreFixture()
        let store = try await fixture.open()
        try await store.save(numbered(1...2), to: "a")
        try await store.close()
        let files = SimulatedFileSystem(fixture.disk)
        try files.createDirectory("index")
        for path in [
            "MANIFEST-\(number)", "journal/\(number)", "index/\(number).run", "sessions/01/1.\(number).seg",
            "sessions/01/\(number).1.seg",
        ] {
            _ = try files.open(path, .create)
        }
        await use(fixture, "\(number)")
    }

    /// Does everything that reads, and some of what writes. Only typed errors may come of it.
    private func use(_ fixture: StoreFixture, _ what: String) async {
        func attempt(_ work: () async throws -> Void) async {
            do {
                try await work()
            } catch {
                #expect(error is MemoryError, "\(what): \(error)")
            }
        }
        let files = SimulatedFileSystem(fixture.disk)
        let sessions = ["sealed", "appended", "fresh", "a", "huge", "other"]
        for access in [StoreOptions.Access.readOnly, .readWrite] {
            await attempt {
                let image = fixture.on(fixture.disk.copy())
                let store = try await image.open { $0.access = access }
                for session in sessions {
                    await attempt { _ = try await store.load(session) }
                    await attempt { _ = try await store.load(session, from: 2, limit: 2) }
                    await attempt { _ = try await store.load(session, limit: 2, before: 5) }
                    await attempt { _ = try await store.info(session) }
                }
                await attempt { _ = try await store.sessions(by: .size, after: nil, limit: 100) }
                await attempt { _ = try await store.searchResults("message", options: SearchOptions(limit: 3)) }
                _ = store.statistics
                if access == .readWrite {
                    for session in sessions {
                        await attempt { _ = try await store.save(numbered(1...2), to: session) }
                        await attempt { _ = try await store.removeLast(1, from: session) }
                        await attempt { try await store.trim(session, toLast: 1) }
                    }
                    await attempt { _ = try await store.sweep() }
                    await attempt { try await store.checkpoint() }
                    await attempt { _ = try await store.compact() }
                    await attempt { try await store.clear("sealed") }
                    await attempt { try await store.erase("appended") }
                }
                try await store.close()
            }
        }
        await attempt { _ = try AmberlogStore.verify(files, depth: .deep, clock: fixture.clock) }
        await repair(fixture, what)
    }

    private func repair(_ fixture: StoreFixture, _ what: String) async {
        do {
            _ = try AmberlogStore.repair(SimulatedFileSystem(fixture.disk), clock: fixture.clock)
            let store = try await fixture.open()
            for session in ["sealed", "a", "huge"] { _ = try await store.save(numbered(1...2), to: session) }
            try await store.close()
        } catch {
            #expect(error is MemoryError, "\(what): \(error)")
        }
    }
}
