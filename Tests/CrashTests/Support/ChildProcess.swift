import Foundation
import Synchronization

/// A real process of the suites' own program.
final class ChildProcess: Sendable {
    private let process = Process()
    private let output = Pipe(), input = Pipe()
    private let said = Mutex<[UInt8]>([])
    private let isOver = DispatchSemaphore(value: 0)

    convenience init(_ arguments: String...) throws {
        try self.init(Self.program.path, arguments)
    }

    /// Runs it in a user and mount namespace of its own, after some commands of a shell, in which `$PROGRAM` is the
    /// program.
    static func unshared(_ script: String) throws -> ChildProcess {
        try ChildProcess("/usr/bin/unshare", ["-rm", "sh", "-c", "PROGRAM=\(program.path); \(script)"])
    }

    private init(_ path: String, _ arguments: [String]) throws {
        process.executableURL = URL(filePath: path)
        process.arguments = arguments
        process.standardOutput = output
        process.standardInput = input
        try process.run()
        // A process whose pipe is full waits. Its end of the pipe must not stay open here.
        Thread { [self] in
            while true {
                // As much as there is; `read(upToCount:)` waits for all of it.
                let data = output.fileHandleForReading.availableData
                if data.isEmpty { break }
                said.withLock { $0 += data }
            }
            isOver.signal()
        }.start()
    }

    /// Beside the test runner.
    private static let program: URL = {
        let runner = URL(filePath: CommandLine.arguments[0]).resolvingSymlinksInPath()
        var directory = runner.deletingLastPathComponent()
        while directory.path != "/",
            !FileManager.default.fileExists(atPath: directory.appending(path: "CrashChild").path)
        {
            directory.deleteLastPathComponent()
        }
        return directory.appending(path: "CrashChild")
    }()

    var pid: Int32 { process.processIdentifier }

    /// The first line that it says, waiting for it.
    func firstLine() async throws -> String {
        while true {
            let line = said.withLock { said in said.firstIndex(of: 0x0A).map { Array(said[..<$0]) } }
            if let line { return String(decoding: line, as: UTF8.self) }
            try await Task.sleep(for: .milliseconds(1))
        }
    }

    /// Waits until it has said so many lines, or is over: a slow machine gets as far as a fast one.
    func hasSaid(_ lines: Int) async throws {
        while process.isRunning, said.withLock({ said in said.count { $0 == 0x0A } }) < lines {
            try await Task.sleep(for: .microseconds(200))
        }
    }

    /// SIGKILL, then everything that it has said.
    func kill() -> [Substring] {
        Foundation.kill(pid, SIGKILL)
        return rest()
    }

    /// Ends its input, waits for it, and returns everything that it has said.
    func rest() -> [Substring] {
        try? input.fileHandleForWriting.close()
        isOver.wait()
        process.waitUntilExit()
        return said.withLock { String(decoding: $0, as: UTF8.self) }.split(separator: "\n")
    }
}
