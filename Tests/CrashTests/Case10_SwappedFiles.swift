import AmberlogTestKit
import LogFiles
import StoreModel
import Testing

/// A file stands where another one should be, or a frame does: each knows whose it is.
@Suite(.ownThreads) struct Case10_SwappedFiles {
    @Test(arguments: [true, false])
    func `each file in the place of each other one`(_ isClosed: Bool) async throws {
        var judge = try await DamageJudge(try await DamagedStores.make(isClosed: isClosed))
        // The same session numbers, names and sizes in another store.
        let stranger = try await DamagedStores.make(isClosed: isClosed)
        let files = judge.fixture.disk.files.filter { $0.key != "LOCK" }
        for (path, _) in files.sorted(by: { $0.key < $1.key }) {
            for (other, bytes) in files.sorted(by: { $0.key < $1.key }) where other != path {
                try await judge.judge("\(other) as \(path)") { write(bytes, to: path, on: $0) }
            }
            if let bytes = stranger.disk.files[path] {
                try await judge.judge("another store's \(path)") { write(bytes, to: path, on: $0) }
            }
        }
        print("Case 10: \(judge.states) files swapped, \(judge.found) found by verifying, \(judge.harmless) harmless")
        #expect(judge.states > 50 && judge.found > judge.states / 2)
    }

    /// A stretch of a file is repeated, or stands where another one was.
    @Test func `blocks moved within and between files`() async throws {
        var judge = try await DamageJudge(try await DamagedStores.make(isClosed: true))
        let seed = TestSeed.next(named: "case 10, blocks")
        var generator = SeededGenerator(seed: seed)
        let files = judge.fixture.disk.files.filter { $0.key != "LOCK" && $0.value.count >= 8192 }
        let paths = files.keys.sorted()
        for _ in 0..<(Exhaustive.isWanted ? 5000 : 300) {
            let (from, to) = (paths[generator.below(paths.count)], paths[generator.below(paths.count)])
            guard let source = files[from], var target = files[to] else { continue }
            let unit = generator.chance(50) ? 4096 : 8
            let count = unit * (1 + generator.below(unit == 8 ? 64 : 2))
            guard source.count > count, target.count > count else { continue }
            let read = generator.below((source.count - count) / unit + 1) * unit
            let write = generator.below((target.count - count) / unit + 1) * unit
            target.replaceSubrange(write..<(write + count), with: source[read..<(read + count)])
            let bytes = target
            try await judge.judge("\(count) bytes of \(from) at \(read) to \(to) at \(write), seed \(seed)") {
                self.write(bytes, to: to, on: $0)
            }
        }
        print("Case 10: \(judge.states) blocks moved, \(judge.found) found by verifying, \(judge.harmless) harmless")
    }

    private func write(_ bytes: [UInt8], to path: String, on disk: SimulatedDisk) {
        disk.truncate(path, to: 0)
        if let file = try? SimulatedFileSystem(disk).open(path, .createIfMissing) { try? file.writeFully(bytes, at: 0) }
    }
}
