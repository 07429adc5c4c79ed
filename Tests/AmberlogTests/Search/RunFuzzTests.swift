import AgentMemory
import AmberlogTestKit
import FuzzTargets
import LogFiles
import LogFormat
import Testing

@testable import Amberlog

/// Bytes that are no run: reading them gives something or throws, and never traps.
@Suite struct RunFuzzTests {
    /// A place in the dictionary may say any number: the error that names the page must not trap over it.
    @Test(arguments: [-1, 1 << 20, 1 << 40, Int.max])
    func `an error about a page that isn't there`(_ page: Int) throws {
        var generator = SeededGenerator(seed: 5)
        let files = RunFiles()
        let (path, pages) = try files.write([try RunContents(&generator, count: 10).build()])
        let run = try files.open(path, pages: pages)
        let error = run.bytes.damaged("A page that doesn't exist", page: page)
        #expect(error.code == .damaged && error.place.file == path)
        #expect((error.place.offset != nil) == (0...pages).contains(page))
        #expect(throws: MemoryError.self) {
            _ = try run.access(PageCache(bytes: 1 << 20), .mayWait).bytes(at: UInt64(bitPattern: Int64(page)) << 14)
        }
    }

    @Test func `pages with flipped bytes and right checksums`() throws {
        var generator = SeededGenerator(seed: TestSeed.next(named: "run fuzz, pages"))
        let original = RunContents(&generator, count: 600, sessions: 40)
        let files = RunFiles()
        let (path, pages) = try files.write([try original.build()])
        let bytes = try #require(files.disk.files[path])
        var refused = 0
        let rounds = 80
        for round in 0..<rounds {
            var damaged = bytes
            for _ in 0..<1 + generator.below(4) {
                // The summary, the fences and the directory are few pages among many.
                let page = generator.chance(40) ? pages - 1 - generator.below(min(8, pages)) : generator.below(pages)
                let start = Int(RunFile.offset(ofPage: page)) + FrameHeader.byteCount
                let reach = page == pages - 1 ? RunSummary.byteCount : RunLayout.pageBytes
                for _ in 0..<1 + generator.below(8) {
                    let value =
                        switch generator.below(4) {
                        case 0: UInt8.max
                        case 1: UInt8.min
                        default: UInt8(generator.below(256))
                        }
                    damaged[start + generator.below(reach)] = value
                }
            }
            refused += RunReading.read(damaged, pages: pages, seed: UInt64(round)) ? 0 : 1
        }
        print("run fuzz: \(refused) of \(rounds) damaged runs were refused somewhere")
        #expect(refused > 0)
    }

    @Test func `random summaries`() throws {
        var generator = SeededGenerator(seed: TestSeed.next(named: "run fuzz, summaries"))
        let files = RunFiles()
        let (path, pages) = try files.write([try RunContents(&generator, count: 300).build()])
        let bytes = try #require(files.disk.files[path])
        for round in 0..<120 {
            var damaged = bytes
            let start = Int(RunFile.offset(ofPage: pages - 1)) + FrameHeader.byteCount
            // Whole fields, past the magic number.
            for _ in 0..<1 + generator.below(3) {
                let at = start + 4 + 4 * generator.below(RunSummary.byteCount / 4 - 1)
                let value = generator.chance(50) ? generator.next() : UInt64(generator.below(pages << 14))
                for byte in 0..<4 { damaged[at + byte] = UInt8(truncatingIfNeeded: value >> UInt64(8 * byte)) }
            }
            _ = RunReading.read(damaged, pages: pages, seed: UInt64(round))
        }
    }

    @Test func `pages of garbage`() throws {
        var generator = SeededGenerator(seed: TestSeed.next(named: "run fuzz, garbage"))
        let files = RunFiles()
        let (path, pages) = try files.write([try RunContents(&generator, count: 600).build()])
        let bytes = try #require(files.disk.files[path])
        for round in 0..<25 {
            var damaged = bytes
            let page = generator.below(pages - 1)
            let start = Int(RunFile.offset(ofPage: page)) + FrameHeader.byteCount
            damaged.replaceSubrange(start..<start + RunLayout.pageBytes, with: generator.bytes(RunLayout.pageBytes))
            _ = RunReading.read(damaged, pages: pages, seed: UInt64(round))
        }
    }

    @Test func `a page whose checksum is wrong is damage`() throws {
        var generator = SeededGenerator(seed: TestSeed.next(named: "run fuzz, checksums"))
        let files = RunFiles()
        let (path, pages) = try files.write([try RunContents(&generator, count: 300).build()])
        for page in 0..<pages {
            let damaged = RunFiles(disk: files.disk.copy())
            damaged.disk.corrupt(path, at: Int(RunFile.offset(ofPage: page)) + 40, xor: 4)
            do {
                _ = try RunContents(of: try damaged.open(path, pages: pages))
                Issue.record("page \(page) was read")
            } catch let error as MemoryError {
                #expect(error.code == .damaged && error.place.file == path)
            }
        }
    }
}
