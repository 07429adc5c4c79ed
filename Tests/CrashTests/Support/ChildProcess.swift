import Foundation

/// A real process of the suites' own program.
final class ChildProcess {
    private let process = Process()
    private let pipe = Pipe()

    init(_ arguments: String...) throws {
        // Beside the test runner.
        let runner = URL(filePath: CommandLine.arguments[0]).resolvingSymlinksInPath()
        var directory = runner.deletingLastPathComponent()
        while directory.path != "/",
            !FileManager.default.fileExists(atPath: directory.appending(path: "CrashChild").path)
        {
            directory.deleteLastPathComponent()
        }
        process.executableURL = directory.appending(path: "CrashChild")
        process.arguments = arguments
        process.standardOutput = pipe
        try process.run()
    }

    var pid: Int32 { process.processIdentifier }

    /// The first line that it says, waiting for it.
    func firstLine() -> String {
        var line: [UInt8] = []
        while let byte = try? pipe.fileHandleForReading.read(upToCount: 1)?.first, byte != 0x0A { line.append(byte) }
        return String(decoding: line, as: UTF8.self)
    }

    /// SIGKILL, then everything that it has said.
    func kill() -> [Substring] {
        Foundation.kill(pid, SIGKILL)
        process.waitUntilExit()
        return rest()
    }

    /// Everything that it says until it ends.
    func rest() -> [Substring] {
        let data = (try? pipe.fileHandleForReading.readToEnd()) ?? nil
        process.waitUntilExit()
        return String(decoding: data ?? Data(), as: UTF8.self).split(separator: "\n")
    }
}
