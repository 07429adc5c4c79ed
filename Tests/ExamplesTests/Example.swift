import Foundation
import TestServers
import Testing

/// An example, run as a process to its end.
struct Example {
    let exitCode: Int32
    let output: String
    let messages: String

    var lines: [String] { output.split(separator: "\n").map(String.init) }

    /// Runs it in a directory of its own.
    init(_ name: String, _ arguments: String..., environment: [String: String] = [:]) async throws {
        let program = try Self.program(name + "Example")
        self = try await Blocking.run { try Example(program, arguments, environment) }
    }

    private init(_ program: URL, _ arguments: [String], _ environment: [String: String]) throws {
        let files = FileManager.default
        let directory = files.temporaryDirectory.appending(path: "amberlog-\(UUID().uuidString)")
        try files.createDirectory(at: directory, withIntermediateDirectories: false)
        defer { try? files.removeItem(at: directory) }
        // Files, not pipes: a program that says much must not wait for who reads it.
        let (out, err) = (directory.appending(path: "out"), directory.appending(path: "err"))
        for file in [out, err] { try Data().write(to: file) }
        let process = Process()
        process.executableURL = program
        process.arguments = arguments
        process.currentDirectoryURL = directory
        process.environment = ["PATH": "/usr/bin:/bin", "TMPDIR": directory.path].merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: out)
        process.standardError = try FileHandle(forWritingTo: err)
        try process.run()
        process.waitUntilExit()
        exitCode = process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus
        output = String(decoding: try Data(contentsOf: out), as: UTF8.self)
        messages = String(decoding: try Data(contentsOf: err), as: UTF8.self)
    }

    /// Fails the test unless the example has shown what it says, and has said this.
    func expect(_ expected: String..., sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(exitCode == 0, "\(messages)", sourceLocation: sourceLocation)
        #expect(messages.isEmpty, sourceLocation: sourceLocation)
        for line in expected { #expect(lines.contains(line), "\(lines)", sourceLocation: sourceLocation) }
    }

    /// Beside the test bundle.
    private static func program(_ name: String) throws -> URL {
        for argument in CommandLine.arguments {
            var directory = URL(filePath: argument).resolvingSymlinksInPath()
            while directory.path != "/" {
                directory.deleteLastPathComponent()
                let program = directory.appending(path: name)
                if FileManager.default.isExecutableFile(atPath: program.path) { return program }
            }
        }
        return try #require(nil as URL?, "\(name) doesn't stand beside the tests")
    }
}
