import AmberlogTestKit
import LogFiles
import Testing

/// Injected errors strike where they were told to, and nowhere else.
@Suite struct FaultTests {
    private let disk = SimulatedDisk(files: ["journal/1": [], "sessions/1": []])
    private let faults: FaultFileSystem

    init() {
        faults = FaultFileSystem(SimulatedFileSystem(disk))
    }

    @Test func `the nth operation fails, once`() throws {
        let file = try faults.open("journal/1", .readWrite)
        faults.inject(Fault(ErrorNumber.inputOutput, at: [.write], after: 2))
        try file.writeFully([1], at: 0)
        try file.writeFully([2], at: 1)
        #expect(throws: FileError(.write, "journal/1", number: ErrorNumber.inputOutput)) {
            try file.writeFully([3], at: 2)
        }
        try file.writeFully([4], at: 2)
        #expect(disk.files["journal/1"] == [1, 2, 4])
        #expect(faults.injectedCount == 1)
        #expect(faults.count(of: [.write]) == 4)
    }

    @Test func `it fails for ever`() throws {
        faults.inject(Fault(ErrorNumber.readOnly, at: FileOperation.changes, times: nil))
        for _ in 0..<3 {
            #expect(throws: FileError(.create, "d", number: ErrorNumber.readOnly)) { try faults.createDirectory("d") }
            #expect(throws: FileError(.open, "x", number: ErrorNumber.readOnly)) { try faults.open("x", .create) }
        }
        _ = try faults.open("journal/1", .read)
        #expect(disk.operationCount == 0)
        faults.removeFaults()
        try faults.createDirectory("d")
    }

    @Test func `a prefix picks the files`() throws {
        faults.inject(Fault(ErrorNumber.inputOutput, at: [.synchronize], in: "journal/"))
        try faults.open("sessions/1", .readWrite).synchronize()
        let journal = try faults.open("journal/1", .readWrite)
        #expect(throws: FileError.self) { try journal.synchronize() }
        #expect(faults.count(of: [.synchronize], in: "journal/") == 1)
        #expect(faults.counts(of: .synchronize) == ["journal/1": 1, "sessions/1": 1])
        faults.resetCounts()
        #expect(faults.count(of: Set(FileOperation.allCases)) == 0)
    }

    @Test func `an operation can happen although it fails`() throws {
        faults.inject(Fault(ErrorNumber.inputOutput, at: [.rename], in: "sessions/2", isCarriedOut: true))
        #expect(throws: FileError(.rename, "sessions/1", number: ErrorNumber.inputOutput)) {
            try faults.rename("sessions/1", to: "sessions/2")
        }
        #expect(disk.files.keys.sorted() == ["journal/1", "sessions/2"])
    }

    @Test(arguments: FileOperation.allCases)
    func `every operation can fail`(operation: FileOperation) throws {
        let file = try faults.open("journal/1", .readWrite)
        let sync = try #require(try faults.beginVolumeSync())
        faults.inject(Fault(ErrorNumber.inputOutput, at: [operation], times: nil))
        var bytes: [UInt8] = [0]
        let calls: [FileOperation: () throws -> Void] = [
            .open: { _ = try faults.open("journal/1", .read) },
            .create: { _ = try faults.open("journal/1", .createIfMissing) },
            .createDirectory: { try faults.createDirectory("d") },
            .list: { _ = try faults.list("") },
            .rename: { try faults.rename("journal/1", to: "journal/2") },
            .remove: { try faults.remove("sessions/1") },
            .synchronizeDirectory: { try faults.synchronizeDirectory("") },
            .beginVolumeSync: { _ = try faults.beginVolumeSync() },
            .finishVolumeSync: { try sync.finish() },
            .read: { _ = try bytes.withUnsafeMutableBytes { try file.read(into: $0, at: 0) } },
            .readCached: { _ = try bytes.withUnsafeMutableBytes { try file.readCached(into: $0, at: 0) } },
            .write: { try file.writeFully([1], at: 0) },
            .synchronize: { try file.synchronize() },
            .size: { _ = try file.size() },
            .truncate: { try file.truncate(to: 9) },
            .lock: { _ = try file.tryLock(.shared) },
            .unlock: { try file.unlock() },
        ]
        for (other, call) in calls where other != operation {
            #expect(throws: Never.self, "\(other)") { try call() }
            if other == .rename { try SimulatedFileSystem(disk).rename("journal/2", to: "journal/1") }
            if other == .remove { _ = try SimulatedFileSystem(disk).open("sessions/1", .create) }
        }
        if let call = calls[operation] {
            #expect(throws: FileError.self) { try call() }
        } else {
            // The one hint, which reports nothing.
            file.startWriteback(from: 0, count: 1)
        }
        #expect(faults.injectedCount == 1)
    }
}
