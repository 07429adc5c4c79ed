import Foundation

/// Python's sqlite3, as another process that has a database open.
final class Python {
    struct Failure: Error {
        var text: String
    }

    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()

    /// Starts a script; `print()`ed lines are its answers.
    init(_ script: String, _ arguments: [String]) throws {
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", "-u", "-c", script] + arguments
        process.standardInput = input
        process.standardOutput = output
        try process.run()
    }

    /// Runs a script to its end, and gives what it printed.
    @discardableResult
    static func run(_ script: String, _ arguments: String...) throws -> String {
        let python = try Python(script, arguments)
        try python.input.fileHandleForWriting.close()
        let printed = try python.output.fileHandleForReading.readToEnd() ?? Data()
        python.process.waitUntilExit()
        let text = String(decoding: printed, as: UTF8.self)
        guard python.process.terminationStatus == 0 else { throw Failure(text: text) }
        return text
    }

    /// Lets the script go on from its `input()`, to where it prints the next line.
    func goOn() throws {
        try input.fileHandleForWriting.write(contentsOf: Data("\n".utf8))
        try waitForLine()
    }

    func waitForLine() throws {
        while let byte = try output.fileHandleForReading.read(upToCount: 1), byte != Data("\n".utf8) {}
    }

    /// Ends it as a crash does.
    func kill() {
        Foundation.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    deinit {
        if process.isRunning { kill() }
    }
}

/// A directory that goes with the test.
final class Scratch {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "foreign-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    func file(_ name: String) -> String { path + "/" + name }
}
