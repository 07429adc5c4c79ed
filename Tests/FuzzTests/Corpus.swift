import Foundation
import FuzzTargets

/// The inputs of a target that are kept: values that were encoded, and what fuzzing has found.
struct Corpus {
    let inputs: [(name: String, bytes: [UInt8])]

    private static let directory = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Fixtures/fuzz")

    init(of target: FuzzTarget) throws {
        let directory = Self.directory.appending(path: target.name)
        inputs = try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted().map { name in
            (name, Array(try Data(contentsOf: directory.appending(path: name))))
        }
    }

    /// Writes the seeds of a target. What else is there stays.
    static func write(_ target: FuzzTarget) throws {
        let directory = directory.appending(path: target.name)
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        for (name, bytes) in try target.seeds() { try Data(bytes).write(to: directory.appending(path: name)) }
    }
}
