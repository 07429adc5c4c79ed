import AmberlogTestKit
import LogFiles
import Testing

/// The simulated disk answers as the operating system does, errors included.
@Suite struct ModelEqualityTests {
    @Test(arguments: 0..<40)
    func `random operations have the same outcome on both`(round: Int) throws {
        let seed = TestSeed.next(named: "model equality \(round)")
        let directory = try TemporaryDirectory()
        let posix = try PosixFileSystem(root: directory.path)
        let disk = SimulatedDisk()
        var pair = FileSystemPair(posix: posix, simulated: SimulatedFileSystem(disk), seed: seed)
        for step in 0..<400 {
            let (name, real, simulated) = pair.step()
            try #require(real == simulated, "step \(step) of seed \(seed): \(name)")
        }
        // And the same files at the end.
        for (path, bytes) in disk.files {
            let file = try posix.open(path, .read)
            #expect(try file.bytes(from: 0, count: bytes.count + 1) == bytes, "\(path)")
        }
        #expect(try allFiles(of: posix, in: "").sorted() == disk.files.keys.sorted())
    }

    private func allFiles(of files: any FileSystem, in directory: String) throws -> [String] {
        try files.list(directory).flatMap { name in
            let path = directory.isEmpty ? name : "\(directory)/\(name)"
            do {
                return try allFiles(of: files, in: path)
            } catch let error as FileError where error.number == ErrorNumber.notDirectory {
                return [path]
            }
        }
    }
}

/// Carries the same random operations out on two file systems.
private struct FileSystemPair {
    let posix: PosixFileSystem
    let simulated: SimulatedFileSystem
    var generator: SeededGenerator
    var open: [(any File, any File)] = []

    init(posix: PosixFileSystem, simulated: SimulatedFileSystem, seed: UInt64) {
        self.posix = posix
        self.simulated = simulated
        generator = SeededGenerator(seed: seed)
    }

    private static let paths = ["a", "b", "d", "d/a", "d/b", "d/e", "d/e/a", "a/x", "missing/x"]

    private mutating func path() -> String { Self.paths[generator.below(Self.paths.count)] }

    /// What was done, and the outcome on each.
    mutating func step() -> (String, String, String) {
        switch generator.below(20) {
        case 0...4: return openFile()
        case 5:
            let path = path()
            return both("createDirectory \(path)") { files in "\(try files.createDirectory(path))" }
        case 6:
            let path = generator.chance(20) ? "" : path()
            return both("list \(path)") { files in "\(try files.list(path).sorted())" }
        case 7, 8:
            let (path, newPath) = (path(), path())
            return both("rename \(path) \(newPath)") { files in "\(try files.rename(path, to: newPath))" }
        case 9:
            let path = path()
            return both("remove \(path)") { files in "\(try files.remove(path))" }
        case 10:
            let path = generator.chance(20) ? "" : path()
            // The kernel also opens a file as a directory only to fail.
            return both("synchronizeDirectory \(path)") { files in "\(try files.synchronizeDirectory(path))" }
        default: return useFile()
        }
    }

    private mutating func openFile() -> (String, String, String) {
        let path = path()
        let modes: [OpenMode] = [.read, .readWrite, .create, .createIfMissing]
        var mode = modes[generator.below(4)]
        // open(2) takes a directory for reading, and only the first read fails. No caller does that.
        if mode == .read, simulated.disk.directories.contains(path) { mode = .readWrite }
        var files: [any File] = []
        let outcome = both("open \(path) \(mode)") { fileSystem in
            files.append(try fileSystem.open(path, mode))
            return "opened"
        }
        if files.count == 2 { open.append((files[0], files[1])) }
        return outcome
    }

    private mutating func useFile() -> (String, String, String) {
        guard !open.isEmpty else { return openFile() }
        let index = generator.below(open.count)
        let pair = open[index]
        let offset = UInt64(generator.below(10_000))
        let count = generator.below(5000)
        switch generator.below(10) {
        case 0...2:
            return both("read \(offset) \(count)", pair) { file in "\(try file.bytes(from: offset, count: count))" }
        case 3...4:
            let (first, second) = (generator.bytes(count), generator.bytes(generator.below(100)))
            return both("write \(offset) \(count)", pair) { file in
                try first.withUnsafeBytes { first in
                    try second.withUnsafeBytes { second in
                        try [first, second].withUnsafeBufferPointer { "\(try file.write($0, at: offset))" }
                    }
                }
            }
        case 5: return both("size", pair) { file in "\(try file.size())" }
        case 6: return both("truncate \(offset)", pair) { file in "\(try file.truncate(to: offset))" }
        case 7:
            let kind: FileLockKind = generator.chance(50) ? .shared : .exclusive
            return both("lock \(kind)", pair) { file in "\(try file.tryLock(kind))" }
        case 8: return both("unlock", pair) { file in "\(try file.unlock())" }
        default:
            open.remove(at: index)
            return ("close", "", "")
        }
    }

    private func both(_ name: String, _ body: (any FileSystem) throws -> String) -> (String, String, String) {
        (name, outcome { try body(posix) }, outcome { try body(simulated) })
    }

    private func both(
        _ name: String, _ pair: (any File, any File), _ body: (any File) throws -> String
    ) -> (String, String, String) {
        ("\(name) of \(pair.0.path)", outcome { try body(pair.0) }, outcome { try body(pair.1) })
    }

    private func outcome(_ body: () throws -> String) -> String {
        do { return try body() } catch { return "\(error)" }
    }
}
