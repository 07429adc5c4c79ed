/// Names of files, which are the names of sessions in some layouts.
package enum FileName {
    /// The last part of a path.
    package static func last(of path: String) -> String {
        path.utf8.last == 0x2F && path.utf8.count > 1
            ? last(of: String(path.dropLast())) : path.split(separator: "/").last.map(String.init) ?? path
    }

    /// The name without directories, `.gz`, and the extension that the layout's files have. Other dots stay.
    package static func session(of path: String, extension fileExtension: String) -> String {
        if path == standardInput { return "stdin" }
        var name = last(of: path)
        for suffix in [".gz", "." + fileExtension] where name.hasSuffix(suffix) && name.utf8.count > suffix.utf8.count {
            name.removeLast(suffix.count)
        }
        return name
    }

    /// What standard input is called.
    package static let standardInput = "standard input"
}
