import AgentMemory
import Amberlog
import AmberlogTestKit
import LogFiles
import LogFormat
import StoreModel
import Testing

/// What opens, what is refused, and with which error.
@Suite struct OpeningTests {
    private func small() async throws -> StoreFixture {
        let fixture = StoreFixture()
        let store = try await fixture.open()
        try await store.save(texts("x"), to: "a")
        try await store.close()
        return fixture
    }

    @Test func `a directory of something else is left alone`() async throws {
        let fixture = StoreFixture(disk: SimulatedDisk(files: ["notes.txt": [1, 2, 3]]))
        #expect(await code { _ = try await fixture.open() } == .notAStore)
        #expect(await code { _ = try await fixture.open { $0.access = .readWrite } } == .notAStore)
        #expect(await code { _ = try await fixture.open { $0.access = .readOnly } } == .notAStore)
        #expect(fixture.disk.files == ["notes.txt": [1, 2, 3]])
        let empty = StoreFixture()
        #expect(await code { _ = try await empty.open { $0.access = .readWrite } } == .notAStore)
        #expect(await code { _ = try await empty.open { $0.access = .readOnly } } == .notAStore)
        #expect(empty.disk.files.isEmpty)
        let missing = try TemporaryDirectory().path + "/missing"
        var options = StoreOptions()
        options.access = .readWrite
        #expect(await code { _ = try await AmberlogStore.open(missing, options: options) } == .notAStore)
    }

    @Test func `a newer version and unknown features`() async throws {
        let fixture = try await small()
        let bytes = try #require(fixture.disk.files["STORE"])
        let identity = try bytes.withUnsafeBytes { try StoreIdentity.decode($0) }
        func open(
            _ access: StoreOptions.Access, _ change: (inout StoreIdentity) -> Void
        ) async -> MemoryError.Code? {
            var changed = identity
            change(&changed)
            var writer = ByteWriter()
            changed.encode(into: &writer)
            var files = fixture.disk.files
            files["STORE"] = writer.array()
            let other = fixture.on(SimulatedDisk(files: files))
            let result = await code { _ = try await other.open { $0.access = access } }
            #expect(other.disk.files.filter { $0.key != "LOCK" } == files.filter { $0.key != "LOCK" } || result == nil)
            return result
        }
        #expect(await open(.readWrite) { _ in } == nil)
        #expect(await open(.readWrite) { $0.compatible = 1 << 63 } == nil)
        #expect(await open(.readWrite) { $0.readOnlyCompatible = 1 } == .unsupportedFormat)
        #expect(await open(.readOnly) { $0.readOnlyCompatible = 1 } == nil)
        #expect(await open(.readWrite) { $0.incompatible = 1 << 40 } == .unsupportedFormat)
        #expect(await open(.readOnly) { $0.incompatible = 1 } == .unsupportedFormat)
        // The version stands 32 bytes into the file.
        var newer = bytes
        newer[32] = 2
        let covered = newer[4..<88]
        let checksum = covered.withUnsafeBytes { Checksum.crc32c($0, seed: 0) }
        withUnsafeBytes(of: checksum.littleEndian) { newer.replaceSubrange(0..<4, with: $0) }
        var files = fixture.disk.files
        files["STORE"] = newer
        let other = fixture.on(SimulatedDisk(files: files))
        #expect(await code { _ = try await other.open() } == .unsupportedFormat)
    }

    @Test(arguments: ["STORE", "CURRENT", "MANIFEST-1"])
    func `a missing or emptied file of the root is damage`(_ path: String) async throws {
        let fixture = try await small()
        for contents in [nil, [], [UInt8](repeating: 0, count: 4096)] as [[UInt8]?] {
            var files = fixture.disk.files
            files[path] = contents
            let other = fixture.on(SimulatedDisk(files: files))
            for access in [StoreOptions.Access.createIfMissing, .readWrite, .readOnly] {
                let result = await code { _ = try await other.open { $0.access = access } }
                #expect(result == (path == "STORE" && contents == nil ? .notAStore : .damaged), "\(path), \(access)")
            }
            #expect(other.disk.files.filter { $0.key != "LOCK" } == files.filter { $0.key != "LOCK" }, "\(path)")
        }
    }

    @Test func `a closed store`() async throws {
        let fixture = StoreFixture()
        let store = try await fixture.open()
        try await store.save(texts("x"), to: "a")
        try await store.close()
        try await store.close()
        #expect(await code { try await store.save(texts("x"), to: "a") } == .closed)
        #expect(await code { _ = try await store.load("a") } == .closed)
        #expect(await code { _ = try await store.load("a", from: 1, limit: 1) } == .closed)
        #expect(await code { _ = try await store.info("a") } == .closed)
        #expect(await code { _ = try await store.sessions(by: .id, after: nil, limit: 1) } == .closed)
        #expect(await code { try await store.clear("a") } == .closed)
        #expect(await code { try await store.clearAll() } == .closed)
        #expect(await code { _ = try await store.clearSessions(olderThan: .now) } == .closed)
        #expect(await code { _ = try await store.clearSessions(olderThan: .now, dryRun: true) } == .closed)
        #expect(await code { _ = try await store.removeLast(1, from: "a") } == .closed)
        #expect(await code { try await store.trim("a", toLast: 1) } == .closed)
        #expect(await code { try await store.setMetadata([:], for: "a") } == .closed)
        #expect(await code { _ = try await store.search("x") } == .closed)
        #expect(await code { try await store.checkpoint() } == .closed)
        #expect(await code { _ = try await store.compact() } == .closed)
        #expect(await code { _ = try await store.sweep() } == .closed)
        #expect(await code { try await store.erase("a") } == .closed)
        #expect(await code { _ = try await store.origin(of: "a") } == .closed)
        let again = try await fixture.open()
        #expect(try await again.load("a") == texts("x"))
    }

    @Test func `a closed store holds no journal that needs replaying, and opening it changes next to nothing`()
        async throws
    {
        let fixture = try await small()
        let before = fixture.disk.files.filter { $0.key != "LOCK" }
        let store = try await fixture.open { $0.access = .readOnly }
        #expect(try await store.load("a") == texts("x"))
        try await store.close()
        #expect(fixture.disk.files.filter { $0.key != "LOCK" } == before)
        for _ in 0..<3 {
            let store = try await fixture.open()
            try await store.close()
        }
        let names = Set(fixture.disk.files.keys.filter { !$0.hasPrefix("journal/") })
        #expect(names == Set(before.keys.filter { !$0.hasPrefix("journal/") } + ["LOCK"]))
    }
}
