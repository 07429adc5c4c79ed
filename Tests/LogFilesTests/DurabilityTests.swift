import AmberlogTestKit
import LogFiles
import Testing

/// What a power loss takes and what it leaves, clause by clause of the seam's promises.
@Suite struct DurabilityTests {
    private let disk = SimulatedDisk()
    private let files: SimulatedFileSystem

    init() {
        files = SimulatedFileSystem(disk)
    }

    /// The files after losing everything that isn't sure.
    private var remaining: [String: [UInt8]] {
        disk.crashImage(after: disk.operationCount, choosing: .syncedOnly).files
    }

    @Test func `a file without any synchronization is gone`() throws {
        try files.open("a", .create).writeFully([1, 2], at: 0)
        #expect(remaining.isEmpty)
    }

    @Test func `synchronizing a file doesn't keep its name`() throws {
        let file = try files.open("a", .create)
        try file.writeFully([1, 2], at: 0)
        try file.synchronize()
        #expect(remaining.isEmpty)
    }

    @Test func `synchronizing the directory keeps the name, not the bytes`() throws {
        try files.open("a", .create).writeFully([1, 2], at: 0)
        try files.synchronizeDirectory("")
        #expect(remaining == ["a": []])
    }

    @Test func `both together keep the file`() throws {
        let file = try files.open("a", .create)
        try file.writeFully([1, 2], at: 0)
        try file.synchronize()
        try files.synchronizeDirectory("")
        try file.writeFully([3], at: 1)
        #expect(remaining == ["a": [1, 2]])
        #expect(disk.files == ["a": [1, 3]])
    }

    @Test func `a file in a directory without a durable name is gone`() throws {
        try files.createDirectory("d")
        let file = try files.open("d/a", .create)
        try file.synchronize()
        try files.synchronizeDirectory("d")
        #expect(remaining.isEmpty)
        try files.synchronizeDirectory("")
        #expect(remaining == ["d/a": []])
    }

    @Test func `synchronizing another file or directory keeps nothing`() throws {
        try files.createDirectory("d")
        try files.synchronizeDirectory("")
        try files.open("a", .create).writeFully([1], at: 0)
        try files.open("d/b", .create).synchronize()
        try files.synchronizeDirectory("d")
        #expect(remaining == ["d/b": []])
    }

    @Test func `a truncation is lost without a synchronization`() throws {
        let file = try files.open("a", .create)
        try file.writeFully([1, 2, 3], at: 0)
        try file.synchronize()
        try files.synchronizeDirectory("")
        try file.truncate(to: 1)
        #expect(remaining == ["a": [1, 2, 3]])
        try file.synchronize()
        #expect(remaining == ["a": [1]])
    }

    @Test func `a removed file is back without a synchronization`() throws {
        let file = try files.open("a", .create)
        try file.writeFully([7], at: 0)
        try file.synchronize()
        try files.synchronizeDirectory("")
        try files.remove("a")
        #expect(remaining == ["a": [7]])
        try files.synchronizeDirectory("")
        #expect(remaining.isEmpty)
    }

    @Test func `the disk before the log is durable`() throws {
        let disk = SimulatedDisk(files: ["d/e/a": [1], "b": [2]])
        try SimulatedFileSystem(disk).open("b", .readWrite).writeFully([3], at: 0)
        #expect(disk.crashImage(after: 1, choosing: .syncedOnly).files == ["d/e/a": [1], "b": [2]])
        #expect(disk.directories == ["d", "d/e"])
    }

    @Test func `what is there after a crash is durable`() throws {
        try files.open("a", .create).writeFully([1], at: 0)
        let first = disk.crashImage(after: disk.operationCount, choosing: .everything)
        #expect(first.operationCount == 0)
        try SimulatedFileSystem(first).open("a", .readWrite).writeFully([2], at: 0)
        #expect(first.crashImage(after: 1, choosing: .syncedOnly).files == ["a": [1]])
    }

    @Test func `a volume sync keeps everything`() throws {
        let file = try files.open("a", .create)
        try file.writeFully([1], at: 0)
        let sync = try #require(try files.beginVolumeSync())
        try files.rename("a", to: "b")
        #expect(remaining.isEmpty)
        try sync.finish()
        #expect(remaining == ["b": [1]])
        #expect(disk.pendingOperations(after: disk.operationCount).isEmpty)
    }

    @Test func `a strict volume sync keeps only what came after its beginning`() throws {
        let files = SimulatedFileSystem(disk, volumeSync: .sinceBeginning)
        let early = try files.open("early", .create)
        let both = try files.open("both", .create)
        try files.synchronizeDirectory("")
        try early.writeFully([1], at: 0)
        try both.writeFully([1, 1, 1, 1], at: 0)
        let sync = try #require(try files.beginVolumeSync())
        try both.writeFully([2], at: 1)
        try both.writeFully([2], at: 4)
        try sync.finish()
        // The early write to "both" lies below a later one, so it can't come after it.
        #expect(remaining == ["early": [], "both": [1, 2, 1, 1, 2]])
    }

    @Test func `there may be no volume sync`() throws {
        #expect(try SimulatedFileSystem(disk, volumeSync: .unavailable).beginVolumeSync() == nil)
    }

    @Test func `failed write-back is lost although a later synchronization succeeds`() throws {
        let faults = FaultFileSystem(files)
        let file = try faults.open("a", .create)
        try files.synchronizeDirectory("")
        try file.writeFully([1, 2], at: 0)
        let disk = disk
        faults.inject(
            Fault(ErrorNumber.inputOutput, at: [.synchronize], action: { disk.failWriteback(of: $0) }))
        #expect(throws: FileError(.synchronize, "a", number: ErrorNumber.inputOutput)) { try file.synchronize() }
        try file.synchronize()
        #expect(try file.bytes(from: 0, count: 2) == [1, 2])
        #expect(disk.crashImage(after: disk.operationCount, choosing: .everything).files == ["a": []])
    }
}
