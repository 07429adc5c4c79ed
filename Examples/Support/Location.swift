private import Foundation

/// Where an example keeps its messages: an argument, or what the environment says.
///
/// - Parameters:
///   - position: From 1.
///   - variable: Such as `REDIS_URL`.
public func location(_ position: Int = 1, or variable: String) -> String {
    if CommandLine.arguments.count > position { return CommandLine.arguments[position] }
    if let value = ProcessInfo.processInfo.environment[variable] { return value }
    leave("Where? Say it as argument \(position) or in the environment as \(variable).")
}

/// A directory that an example may do anything to.
public func newDirectory() throws -> String {
    let directory = FileManager.default.temporaryDirectory.appending(path: "amberlog-example-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    return directory.path
}

/// Removes it with everything in it.
public func remove(_ directory: String) throws {
    try FileManager.default.removeItem(atPath: directory)
}
