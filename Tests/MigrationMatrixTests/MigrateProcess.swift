import Foundation
import TestServers
import Testing

/// `amberlog migrate` as a process of its own.
final class MigrateProcess: Sendable {
    struct Result: Sendable {
        var exitCode: Int32
        var output: String
        var messages: String
    }

    private let process = Process()
    private let directory: URL

    /// Starts it.
    init(_ arguments: [String]) throws {
        directory = FileManager.default.temporaryDirectory.appending(path: "amberlog-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: false)
        // Files, not pipes: a process that says much must not wait for who reads it.
        for name in ["out", "err"] { try Data().write(to: directory.appending(path: name)) }
        process.executableURL = try Self.program()
        process.arguments = ["migrate"] + arguments
        process.environment = ["PATH": "/usr/bin:/bin", "HOME": directory.path]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: directory.appending(path: "out"))
        process.standardError = try FileHandle(forWritingTo: directory.appending(path: "err"))
        try process.run()
    }

    deinit {
        try? FileManager.default.removeItem(at: directory)
    }

    /// Runs it to its end.
    static func run(_ arguments: String...) async throws -> Result {
        let process = try MigrateProcess(arguments)
        return try await process.finish()
    }

    /// SIGKILL, if it still runs.
    func kill() { Foundation.kill(process.processIdentifier, SIGKILL) }

    func finish() async throws -> Result {
        try await Blocking.run { [self] in
            process.waitUntilExit()
            func text(_ name: String) throws -> String {
                String(decoding: try Data(contentsOf: directory.appending(path: name)), as: UTF8.self)
            }
            let isExit = process.terminationReason == .exit
            return Result(
                exitCode: isExit ? process.terminationStatus : 128 + process.terminationStatus,
                output: try text("out"), messages: try text("err"))
        }
    }

    /// The binary beside the test bundle.
    private static func program() throws -> URL {
        for argument in CommandLine.arguments {
            var directory = URL(filePath: argument).resolvingSymlinksInPath()
            while directory.path != "/" {
                directory.deleteLastPathComponent()
                let program = directory.appending(path: "amberlog")
                var isDirectory: ObjCBool = false
                if FileManager.default.fileExists(atPath: program.path, isDirectory: &isDirectory),
                    !isDirectory.boolValue, FileManager.default.isExecutableFile(atPath: program.path)
                {
                    return program
                }
            }
        }
        return try #require(nil as URL?, "the binary amberlog doesn't stand beside the tests")
    }
}
