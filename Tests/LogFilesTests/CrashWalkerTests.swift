import AmberlogTestKit
import Foundation
import LogFiles
import Testing

/// A walk gives the images that single calls give, and no image loses or invents what was synchronized.
@Suite struct CrashWalkerTests {
    /// Random work on three files, with synchronizations in it. Marks say which value of a file is durable.
    private func work(seed: UInt64, steps: Int) throws -> SimulatedDisk {
        let disk = SimulatedDisk()
        let files = SimulatedFileSystem(disk)
        var generator = SeededGenerator(seed: seed)
        try files.createDirectory("d")
        let names = ["a", "b", "d/c"]
        let open = try names.map { try files.open($0, .create) }
        try files.synchronizeDirectory("")
        try files.synchronizeDirectory("d")
        disk.mark("named")
        var written = [0, 0, 0]
        for _ in 0..<steps {
            let index = generator.below(3)
            if generator.chance(25) {
                try open[index].synchronize()
                disk.mark(names[index], written[index])
            } else {
                // Appends alone, a block each: what is durable never changes again.
                try open[index].writeFully(block(index, written[index]), at: UInt64(written[index] * 4096))
                written[index] += 1
            }
        }
        return disk
    }

    private func block(_ file: Int, _ number: Int) -> [UInt8] {
        var generator = SeededGenerator(seed: UInt64(file * 1000 + number))
        return generator.bytes(4096)
    }

    @Test func `a walk gives the same images as single calls`() throws {
        let disk = try work(seed: TestSeed.next(named: "crash walk"), steps: 60)
        var walker = CrashWalker(disk)
        repeat {
            for choice in [CrashChoice.syncedOnly, .everything, .random(UInt64(walker.position))] {
                let single = disk.crashImage(after: walker.position, choosing: choice)
                #expect(walker.image(choice).files == single.files)
            }
            #expect(disk.pendingOperations(after: walker.position) == walker.pending)
        } while walker.advance()
        #expect(walker.position == disk.operationCount)
        #expect(walker.image(.everything).files == disk.files)
    }

    @Test func `what was marked durable is in every image`() throws {
        let seed = TestSeed.next(named: "durable marks")
        let disk = try work(seed: seed, steps: 300)
        var walker = CrashWalker(disk)
        let contents = try ["a", "b", "d/c"].map { try #require(disk.files[$0]) }
        var images = 0
        repeat {
            guard !walker.marks("named").isEmpty else { continue }
            let choices =
                [CrashChoice.syncedOnly, .everything, .grownZero, .tornLast(bytes: 17)]
                + walker.mixtures(count: 10, seed: seed) + walker.garbage(count: 4, seed: seed)
                + walker.subsets(exhaustiveLimit: 3, count: 8, seed: seed)
            for choice in choices {
                let files = walker.image(choice).files
                images += 1
                for (index, name) in ["a", "b", "d/c"].enumerated() {
                    // As data, which compares fast where the optimizer is off.
                    let durable = Data(contents[index].prefix((walker.marks(name).last ?? 0) * 4096))
                    let found = Data(try #require(files[name]).prefix(durable.count))
                    #expect(found == durable, "\(name) at \(walker.position) after \(choice)")
                }
            }
        } while walker.advance()
        #expect(images > 5000)
    }

    @Test func `subsets are all of them while few are pending, else a fixed number`() throws {
        let disk = SimulatedDisk(files: ["a": []])
        let file = try SimulatedFileSystem(disk).open("a", .readWrite)
        for index in 0..<9 as Range<UInt64> { try file.writeFully([1], at: index) }
        var walker = CrashWalker(disk)
        #expect(walker.subsets(seed: 1) == [.subset(0)])
        walker.advance(to: 8)
        #expect(Set(walker.subsets(seed: 1)).count == 256)
        walker.advance(to: 9)
        #expect(walker.subsets(count: 20, seed: 1).count == 20)
        #expect(walker.subsets(seed: 1) == walker.subsets(seed: 1))
        #expect(Set(walker.subsets(seed: 1).map { walker.image($0).files }).count > 150)
    }

    @Test func `marks and the last operation go with the position`() throws {
        let disk = SimulatedDisk()
        disk.mark("saved", 1)
        _ = try SimulatedFileSystem(disk).open("a", .create)
        disk.mark("saved", 2)
        var walker = CrashWalker(disk)
        #expect(walker.lastOperation == nil)
        walker.advance(to: 2)
        #expect(walker.marks("saved") == [1])
        #expect(walker.lastOperation?.isDirectoryOperation == true)
        let steps = (walker.advance(), walker.advance())
        #expect(steps == (true, false))
        #expect(walker.marks == [DiskMark("saved", 1), DiskMark("saved", 2)])
    }
}
