import AgentMemory
import Amberlog
import AmberlogTestKit
import LogFiles
import LogFormat
import StoreModel
import Testing

/// The manifest of a copy is a snapshot like any other: the counters end it, so that one without any is known to be
/// unfinished.
@Suite struct BackupManifestTests {
    @Test func `the counters come last`() async throws {
        let directory = try TemporaryDirectory()
        let store = try await AmberlogStore.open(directory.path + "/store")
        for number in 1...3 { try await store.save(numbered(1...number), to: "s\(number)") }
        _ = try await store.backUp(to: directory.path + "/backup")
        try await store.close()
        let files = try PosixFileSystem(root: directory.path + "/backup")
        let file = try files.open("MANIFEST-1", .read)
        let bytes = try file.bytes(from: 0, count: Int(try file.size()))
        var items: [String] = []
        try bytes.withUnsafeBytes { bytes in
            let (header, length) = try FileHeader.decode(bytes)
            var scanner = LogScanner(
                bytes, seed: header.file.checksumSeed, kind: .edit, from: length, number: header.generation)
            while let (frame, offset) = scanner.next() {
                try ManifestEdit.decode(bytes, frame: frame, at: offset) { item in
                    if case .counters = item { items.append("counters") } else { items.append("another") }
                }
            }
        }
        #expect(items == ["another", "another", "another", "counters"])
    }
}
