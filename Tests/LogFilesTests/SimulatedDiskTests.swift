import AmberlogTestKit
import LogFiles
import Testing

/// What the suites do to a disk from outside.
@Suite struct SimulatedDiskTests {
    @Test func `damage changes the bytes for good`() {
        let disk = SimulatedDisk(files: ["d/a": [1, 2, 3]])
        disk.corrupt("d/a", at: 1, xor: 0x80)
        #expect(disk.files == ["d/a": [1, 0x82, 3]])
        disk.truncate("d/a", to: 2)
        disk.truncate("d/a", to: 4)
        #expect(disk.crashImage(after: disk.operationCount, choosing: .syncedOnly).files == ["d/a": [1, 0x82, 0, 0]])
    }

    @Test func `a copy goes its own way`() throws {
        let disk = SimulatedDisk(files: ["a": [1]])
        let copy = disk.copy()
        copy.corrupt("a", at: 0, xor: 1)
        #expect(disk.files == ["a": [1]])
        #expect(copy.files == ["a": [0]])
    }

    @Test func `a copy has no locks and no files without a name`() throws {
        let disk = SimulatedDisk(files: ["a": [1]])
        let file = try SimulatedFileSystem(disk).open("a", .readWrite)
        #expect(try file.tryLock(.exclusive))
        let other = try SimulatedFileSystem(disk.copy()).open("a", .readWrite)
        #expect(try other.tryLock(.exclusive))
    }

    @Test func `a search finds bytes in files and names, not in removed files`() throws {
        let disk = SimulatedDisk(files: ["x/secret": [], "b": Array("a secre secret".utf8), "c": Array("secre".utf8)])
        let secret = Array("secret".utf8)
        #expect(disk.paths(containing: secret) == ["b"])
        #expect(disk.contains(secret))
        let files = SimulatedFileSystem(disk)
        let open = try files.open("b", .read)
        try files.remove("b")
        #expect(disk.paths(containing: secret) == [])
        #expect(disk.contains(secret))
        try files.remove("x/secret")
        #expect(!disk.contains(secret))
        #expect(try open.bytes(from: 8, count: 6) == secret)
    }

    @Test func `cached reads can be refused`() throws {
        let disk = SimulatedDisk(files: ["a": [1, 2, 3]])
        func read(_ cachedReads: SimulatedFileSystem.CachedReads) throws -> [Int?] {
            let file = try SimulatedFileSystem(disk, cachedReads: cachedReads).open("a", .read)
            var bytes: [UInt8] = [0, 0, 0, 0]
            return try (0..<200).map { _ in try bytes.withUnsafeMutableBytes { try file.readCached(into: $0, at: 0) } }
        }
        #expect(try Set(read(.always)) == [3])
        #expect(try Set(read(.never)) == [nil])
        #expect(try Set(read(.random(seed: 3))) == [nil, 1, 2, 3])
        #expect(try read(.random(seed: 3)) == read(.random(seed: 3)))
    }

    @Test func `the log reads well`() throws {
        let disk = SimulatedDisk()
        let files = SimulatedFileSystem(disk)
        let file = try files.open("a", .create)
        try file.writeFully([1, 2], at: 5)
        try file.synchronize()
        try files.rename("a", to: "b")
        disk.mark("saved", 3)
        #expect(
            disk.log.map(\.description) == [
                "create #0/a = #1", "write #1 5..<7", "synchronize #1", "rename #0/a to #0/b = #1", "mark saved 3",
            ])
        #expect(disk.paths.values.sorted() == ["b"])
    }
}
