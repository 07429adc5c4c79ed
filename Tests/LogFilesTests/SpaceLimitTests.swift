import AmberlogTestKit
import LogFiles
import Testing

/// A full disk takes what fits, then fails, and goes on when there is room.
@Suite struct SpaceLimitTests {
    private let disk = SimulatedDisk(files: ["old": [1, 1, 1, 1]])
    private let faults: FaultFileSystem
    private let noSpace = FileError(.write, "new", number: ErrorNumber.noSpace)

    init() {
        faults = FaultFileSystem(SimulatedFileSystem(disk))
    }

    @Test func `writes stop at the limit`() throws {
        let file = try faults.open("new", .create)
        faults.limitSpace(to: 5)
        try file.writeFully([1, 2, 3], at: 0)
        #expect(throws: noSpace) { try file.writeFully([4, 5, 6], at: 3) }
        #expect(disk.files["new"] == [1, 2, 3, 4, 5])
        #expect(faults.availableSpace == 0)
        faults.limitSpace(to: nil)
        try file.writeFully([4, 5, 6], at: 3)
        #expect(disk.files["new"] == [1, 2, 3, 4, 5, 6])
    }

    @Test func `writing over written bytes needs no space`() throws {
        faults.limitSpace(to: 0)
        let file = try faults.open("old", .readWrite)
        try file.writeFully([2, 2, 2, 2], at: 0)
        #expect(throws: FileError(.write, "old", number: ErrorNumber.noSpace)) { try file.writeFully([3, 3], at: 3) }
        #expect(disk.files["old"] == [2, 2, 2, 3])
    }

    @Test func `a hole that a truncation makes isn't paid for`() throws {
        let file = try faults.open("new", .create)
        faults.limitSpace(to: 2)
        try file.truncate(to: 100)
        #expect(faults.availableSpace == 2)
        #expect(throws: noSpace) { try file.writeFully([1, 2, 3], at: 0) }
    }

    @Test func `a write behind a hole pays for its own bytes`() throws {
        let file = try faults.open("new", .create)
        faults.limitSpace(to: 10)
        try file.writeFully([1, 2, 3], at: 1000)
        #expect(faults.availableSpace == 7)
    }

    @Test func `removing and cutting files gives their bytes back`() throws {
        let file = try faults.open("new", .create)
        _ = try faults.open("old", .read)
        faults.limitSpace(to: 3)
        try file.writeFully([1, 2, 3], at: 0)
        try file.truncate(to: 1)
        #expect(faults.availableSpace == 2)
        try faults.rename("new", to: "old")
        #expect(faults.availableSpace == 6)
        try faults.remove("old")
        #expect(faults.availableSpace == 7)
    }
}
