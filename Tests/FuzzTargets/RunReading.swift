import AgentMemory
import AmberlogTestKit
import LogFiles
import LogFormat

@testable import Amberlog

/// Reads whatever a run is made of, goes on with the next thing whenever one is refused, and never traps.
package enum RunReading {
    /// Makes the checksums right, and reads all that there is to read.
    ///
    /// - Parameter bytes: The file of a run, as ``RunFiles`` writes them.
    /// - Returns: Whether nothing was refused.
    package static func read(_ bytes: [UInt8], pages: Int, seed: UInt64) -> Bool {
        var bytes = bytes
        let files = RunFiles()
        FrameSigning(seed: files.identity.checksumSeed).sign(&bytes, from: RunFile.headerBytes)
        do {
            let file = try SimulatedFileSystem(files.disk).open("7.run", .create)
            try file.writeFully(bytes, at: 0)
            return walk(try files.open("7.run", pages: pages), seed: seed)
        } catch {
            return false
        }
    }

    /// The file of a run with these pages, without checksums.
    static func file(of pages: [[UInt8]]) -> [UInt8] {
        var writer = ByteWriter(capacity: RunFile.headerBytes + pages.count * RunFile.frameBytes)
        writer.pad(to: RunFile.headerBytes)
        for (number, page) in pages.enumerated() {
            let start = writer.beginFrame(.page, sequence: UInt64(number))
            page.withUnsafeBytes { writer.append($0) }
            writer.endFrame(start, seed: 0)
        }
        return writer.array()
    }

    private static func walk(_ run: RunReader, seed: UInt64) -> Bool {
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
