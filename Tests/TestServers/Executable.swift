import Foundation

/// Where the program of a server is.
public enum Executable {
    /// The path of a program: in `PATH`, else in one of the directories given.
    ///
    /// - Parameter package: What to install when it is missing: the error says so. It is never passed over.
    public static func find(_ name: String, package: String, directories: [String] = []) throws(ServerError) -> String {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let places = path.split(separator: ":").map(String.init) + ["/usr/bin", "/usr/sbin", "/usr/local/bin"]
        for directory in places + directories {
            let file = "\(directory)/\(name)"
            if FileManager.default.isExecutableFile(atPath: file) { return file }
        }
        throw ServerError(
            "These tests need \(name), which isn't installed: run `make setup`, or `apt-get install \(package)`")
    }
}
