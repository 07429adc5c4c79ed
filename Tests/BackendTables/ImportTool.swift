import AgentMemory
import Foundation

/// `amberlog import`, run as a process: the table shows what anybody's import does.
struct ImportTool {
    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    private let program: URL
    private let store: String

    /// - Parameter store: A directory for what is imported.
    init(store: String) throws {
        self.store = store
        program = URL(filePath: CommandLine.arguments[0]).resolvingSymlinksInPath().deletingLastPathComponent()
            .appending(path: "amberlog")
        guard FileManager.default.isExecutableFile(atPath: program.path) else {
            throw Failure(description: "There is no \(program.path): build the product amberlog")
        }
    }

    /// The names of the layouts that a place has.
    func layouts(_ place: String) throws -> [String] {
        try run(["--detect", place]).compactMap { $0["layout"]?.stringValue }
    }

    /// What importing a place did.
    func report(_ arguments: [String]) throws -> JSONValue {
        guard let report = try run(arguments).first else {
            throw Failure(description: "No report of \(arguments.joined(separator: " "))")
        }
        return report
    }

    private func run(_ arguments: [String]) throws -> [JSONValue] {
        let process = Process()
        let output = Pipe()
        process.executableURL = program
        process.arguments = ["import", "--json", "--store", store] + arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        // 1 is for what was refused, which the generators have put in.
        guard process.terminationStatus <= 1 else {
            throw Failure(description: "import \(arguments.joined(separator: " ")): exit \(process.terminationStatus)")
        }
        return try String(decoding: bytes, as: UTF8.self).split(separator: "\n").map {
            try JSONValue(parsing: String($0))
        }
    }
}
