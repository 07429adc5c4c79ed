import AgentMemory
import AmberlogTestKit
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
            refused += read(damaged, pages: pages, files, seed: UInt64(round)) ? 0 : 1
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
            _ = read(damaged, pages: pages, files, seed: UInt64(round))
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
            _ = read(damaged, pages: pages, files, seed: UInt64(round))
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

    /// Makes the checksums right again, and reads all that there is to read.
    ///
    /// - Returns: Whether nothing was refused.
    private func read(_ bytes: [UInt8], pages: Int, _ original: RunFiles, seed: UInt64) -> Bool {
        var bytes = bytes
        for page in 0..<pages {
            let start = Int(RunFile.offset(ofPage: page))
            let checksum = bytes.withUnsafeBytes { bytes in
                Checksum.crc32c(
                    UnsafeRawBufferPointer(
                        rebasing: bytes[(start + 4)..<(start + FrameHeader.byteCount + RunLayout.pageBytes)]),
                    seed: original.identity.checksumSeed)
            }
            for byte in 0..<4 { bytes[start + byte] = UInt8(truncatingIfNeeded: checksum >> UInt32(8 * byte)) }
        }
        let files = RunFiles()
        do {
            let file = try SimulatedFileSystem(files.disk).open("7.run", .create)
            try bytes.withUnsafeBytes { try file.writeFully($0, at: 0) }
            let run = try files.open("7.run", pages: pages)
            return walk(run, seed: seed)
        } catch {
            return false
        }
    }

    /// Goes on with the next thing whenever one is refused.
    private func walk(_ run: RunReader, seed: UInt64) -> Bool {
        var generator = SeededGenerator(seed: seed)
        var isWhole = true
        func attempt(_ body: () throws -> Void) {
            do { try body() } catch { isWhole = false }
        }
        attempt { _ = try RunContents(of: run) }
        attempt { _ = try RunMerger.merge([run], tokenOptions: 1) { [$1] } }
        attempt {
            let files = RunFiles()
            let (path, pages) = try files.write([run, run])
            if pages > 0 { _ = try RunContents(of: try files.open(path, pages: pages)) }
        }
        let cache = PageCache(bytes: 4 << 20)
        let texts = [
            "common 0", "common 1 rare", "\"common 0\" rare*", "+common +3", "-common 0", "unique* 1",
            "role:user common",
        ]
        for text in texts {
            for ranking in [SearchRanking.conversation, .wordsOnly] {
                let plan = SearchPlan(Query(parsing: text), stemsEnglish: false, ranking: ranking)
                // No session is longer than that: what the run says of it is not to be believed.
                let ranker = Ranker([run], cache, .mayWait, plan, ranking) { [$1.clamped(to: 0..<1 << 16)] }
                attempt { _ = try ranker.best(1 + generator.below(20)) }
                attempt { _ = try ranker.best(5, in: 1 + UInt64(generator.below(40))) }
                attempt { _ = try ranker.newest(5, in: nil) }
            }
        }
        return isWhole
    }
}
