import Foundation
import Testing

/// A program of the system, run to its end.
struct Program {
    var exitCode: Int32
    var output: [UInt8]
    var messages: String

    var lines: [String] { String(decoding: output, as: UTF8.self).split(separator: "\n").map(String.init) }

    /// - Returns: `nil` if there is no such program.
    static func run(_ name: String, _ arguments: [String]) throws -> Program? {
        // Files, not pipes: a program that says much must not wait for who reads it.
        let directory = FileManager.default.temporaryDirectory.appending(path: "amberlog-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: directory) }
        let files = ["out", "err"].map { directory.appending(path: $0) }
        for file in files { try Data().write(to: file) }
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [name] + arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: files[0])
        process.standardError = try FileHandle(forWritingTo: files[1])
        try process.run()
        process.waitUntilExit()
        // What env says when it finds nothing.
        if process.terminationStatus == 127 { return nil }
        return Program(
            exitCode: process.terminationStatus, output: Array(try Data(contentsOf: files[0])),
            messages: String(decoding: try Data(contentsOf: files[1]), as: UTF8.self))
    }
}
