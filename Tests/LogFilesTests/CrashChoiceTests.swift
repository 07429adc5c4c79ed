import AmberlogTestKit
import LogFiles
import Testing

/// What each choice makes of the writes that weren't synchronized.
@Suite struct CrashChoiceTests {
    /// A disk with one durable file of `size` bytes of 1, and writes of other bytes to it that are pending.
    private func disk(size: Int, writes: [(offset: Int, bytes: [UInt8])]) throws -> SimulatedDisk {
        let disk = SimulatedDisk(files: ["a": [UInt8](repeating: 1, count: size)])
        let file = try SimulatedFileSystem(disk).open("a", .readWrite)
        for write in writes { try file.writeFully(write.bytes, at: UInt64(write.offset)) }
        return disk
    }

    private func content(of disk: SimulatedDisk, _ choice: CrashChoice) throws -> [UInt8] {
        let image = disk.crashImage(after: disk.operationCount, choosing: choice)
        return try #require(image.files["a"])
    }

    @Test func `subsets keep exactly the writes of their bits`() throws {
        let disk = try disk(size: 1, writes: [(1, [2]), (2, [3]), (0, [4])])
        let expected: [UInt64: [UInt8]] = [
            0b000: [1], 0b001: [1, 2], 0b010: [1, 0, 3], 0b011: [1, 2, 3],
            0b100: [4], 0b101: [4, 2], 0b110: [4, 0, 3], 0b111: [4, 2, 3],
        ]
        for (bits, bytes) in expected { #expect(try content(of: disk, .subset(bits)) == bytes) }
    }

    @Test func `a hole shows what was there before`() throws {
        let disk = try disk(size: 4, writes: [(1, [2]), (2, [3])])
        #expect(try content(of: disk, .subset(0b10)) == [1, 1, 3, 1])
    }

    @Test func `a torn write keeps its first bytes`() throws {
        let disk = try disk(size: 1, writes: [(1, [2, 2]), (3, [3, 3, 3])])
        var walker = CrashWalker(disk)
        walker.advance(to: 2)
        #expect(walker.tornTails() == [.tornLast(bytes: 1), .tornLast(bytes: 2)])
        #expect(try content(of: disk, .tornLast(bytes: 0)) == [1, 2, 2])
        #expect(try content(of: disk, .tornLast(bytes: 2)) == [1, 2, 2, 3, 3])
    }

    @Test func `a grown file reads zero, an overwritten one its old bytes`() throws {
        let disk = try disk(size: 2, writes: [(1, [2, 2, 2])])
        #expect(try content(of: disk, .grownZero) == [1, 1, 0, 0])
    }

    @Test(arguments: [512, 4096])
    func `garbage takes whole sectors with it`(sector: Int) throws {
        let disk = try disk(size: 3 * sector, writes: [(sector + 100, [UInt8](repeating: 2, count: 50))])
        var damaged: Set<Int> = []
        for seed in 0..<20 as Range<UInt64> {
            let bytes = try content(of: disk, .garbage(seed: seed, sector: sector))
            #expect(bytes.count == 3 * sector)
            damaged.formUnion(bytes.indices.filter { bytes[$0] != 1 && bytes[$0] != 2 })
        }
        #expect(damaged == Set(sector..<(2 * sector)))
    }

    @Test func `powersafe overwrite spares what isn't being written`() throws {
        let disk = try disk(size: 2000, writes: [(600, [UInt8](repeating: 2, count: 900))])
        var sectorStates: [Set<[UInt8]>] = [[], []]
        for seed in 0..<40 as Range<UInt64> {
            let bytes = try content(of: disk, .garbage(seed: seed, sector: 512, powersafeOverwrite: true))
            #expect(bytes[..<600].allSatisfy { $0 == 1 } && bytes[1500...].allSatisfy { $0 == 1 })
            for index in sectorStates.indices {
                let range = (512 * (index + 1))..<(512 * (index + 2))
                sectorStates[index].insert(Array(bytes[range.clamped(to: 600..<1500)]))
            }
        }
        // Each sector for itself was seen old, new, zero, and garbled in several ways.
        for states in sectorStates { #expect(states.count > 5) }
    }

    @Test func `garbage ends where the file does`() throws {
        let disk = try disk(size: 10, writes: [(10, [2, 2])])
        for seed in 0..<20 as Range<UInt64> {
            #expect(try content(of: disk, .garbage(seed: seed, sector: 4096)).count == 12)
        }
    }

    @Test func `the same choice gives the same image`() throws {
        let disk = try disk(size: 700, writes: [(600, [UInt8](repeating: 2, count: 900)), (5, [3, 4, 5])])
        for seed in 0..<30 as Range<UInt64> {
            #expect(try content(of: disk, .random(seed)) == content(of: disk, .random(seed)))
        }
    }

    @Test func `random choices find every mixture`() throws {
        let disk = try disk(size: 1, writes: [(1, [2]), (2, [3])])
        let found = try Set((0..<500).map { try content(of: disk, .random($0, powersafeOverwrite: true)) })
        #expect(found.isSuperset(of: [[1], [1, 2], [1, 0, 3], [1, 2, 3], [1, 0], [1, 0, 0]]))
    }
}
