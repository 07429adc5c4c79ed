import AmberlogTestKit
import LogFiles
import Testing

/// A rename is atomic, and durable with its directory.
@Suite struct RenameTests {
    private let disk: SimulatedDisk
    private let files: SimulatedFileSystem

    init() {
        disk = SimulatedDisk(files: ["CURRENT": [1], "NEXT": [2], "d/x": [3], "e/y": [4]])
        files = SimulatedFileSystem(disk)
    }

    private func images(seed: UInt64 = 1) -> Set<[String: [UInt8]]> {
        var walker = CrashWalker(disk)
        walker.advance(to: disk.operationCount)
        let choices = walker.subsets(seed: seed) + walker.mixtures(count: 50, seed: seed) + [.syncedOnly, .everything]
        return Set(choices.map { walker.image($0).files })
    }

    @Test func `a replacing rename leaves the old or the new state`() throws {
        try files.rename("NEXT", to: "CURRENT")
        let old: [String: [UInt8]] = ["CURRENT": [1], "NEXT": [2], "d/x": [3], "e/y": [4]]
        let new: [String: [UInt8]] = ["CURRENT": [2], "d/x": [3], "e/y": [4]]
        #expect(images() == [old, new])
        try files.synchronizeDirectory("")
        #expect(images() == [new])
    }

    @Test func `a rename survives with a new file's name but without its bytes`() throws {
        try files.open("T", .create).writeFully([9], at: 0)
        try files.rename("T", to: "CURRENT")
        let current = Set(images().map { $0["CURRENT"] })
        #expect(current == [[1], [], [9], [0]])
    }

    @Test func `a rename between directories needs both`() throws {
        try files.rename("d/x", to: "e/y")
        try files.synchronizeDirectory("e")
        #expect(images().count == 2)
        try files.synchronizeDirectory("d")
        #expect(images() == [["CURRENT": [1], "NEXT": [2], "e/y": [3]]])
    }

    @Test func `a later durable name takes the rename before it along`() throws {
        try files.rename("d/x", to: "e/z")
        try files.synchronizeDirectory("e")
        try files.remove("e/z")
        try files.synchronizeDirectory("e")
        // Were the rename still pending it could bring the removed name back.
        #expect(images() == [["CURRENT": [1], "NEXT": [2], "e/y": [4]]])
    }

    @Test func `creates, renames and unlinks survive independently`() throws {
        _ = try files.open("A", .create)
        try files.remove("NEXT")
        try files.rename("CURRENT", to: "B")
        var walker = CrashWalker(disk)
        walker.advance(to: 3)
        let choices = walker.directoryToggles(seed: 1)
        #expect(choices.count == 8)
        let names = Set(choices.map { walker.image($0).files.keys.filter { !$0.contains("/") }.sorted() })
        #expect(
            names == [
                ["CURRENT", "NEXT"], ["A", "CURRENT", "NEXT"], ["CURRENT"], ["A", "CURRENT"],
                ["B", "NEXT"], ["A", "B", "NEXT"], ["B"], ["A", "B"],
            ])
    }

    @Test func `a name that was removed is gone, whatever it stood for`() throws {
        try files.rename("NEXT", to: "CURRENT")
        try files.remove("CURRENT")
        let image = disk.crashImage(after: 2, choosing: .subset(0b10))
        #expect(image.files == ["NEXT": [2], "d/x": [3], "e/y": [4]])
    }
}
