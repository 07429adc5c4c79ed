import AgentMemory
import Amberlog
import AmberlogTestKit
import Foundation
import LogFiles
import StoreModel

@testable import AmberlogTool

/// An import of a whole file, in every format. A second one adds nothing.
extension FuzzTarget {
    static let importing = FuzzTarget("import", rounds: 50, seeds: seedImports) { input in
        let directory = try TemporaryDirectory()
        let path = directory.path + "/input"
        try Data(input).write(to: URL(filePath: path))
        try CallerExecutor.run {
            for format in [InputFormat.auto, .jsonl, .json] {
                let store = try await StoreFixture().open()
                let first = try await read(path, into: store, format)
                let second = try await read(path, into: store, format)
                try require(second.messages == 0, "A second import adds \(second.messages) messages")
                // What has an id and comes twice in the file counts as a duplicate, then as one that is there.
                try require(
                    second.present + second.duplicates == first.messages + first.duplicates,
                    "\(first) is \(second) the second time")
                try require(first.refused == second.refused, "\(first.refused) lines are bad, then \(second.refused)")
                try await store.close()
            }
        }
    }

    private static func read(_ path: String, into store: AmberlogStore, _ format: InputFormat) async throws
        -> ImportReport
    {
        let options = Importer.Options(session: "unnamed", tell: { _ in })
        let importer = Importer(store, options, total: nil)
        try await importer.read(try InputFile(path), format, after: 0)
        return importer.finish()
    }

    @Sendable private static func seedImports() throws -> [String: [UInt8]] {
        var seeds = FuzzDocuments.all.mapValues { Array($0.utf8) }
        seeds["compressed"] = try gzip(seeds["lines"] ?? [])
        let line = #"{"role":"user","content":"x","id":"a"}"# + "\n"
        seeds["an-id-twice"] = Array((line + line).utf8)
        return seeds
    }
}
