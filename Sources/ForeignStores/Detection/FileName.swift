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

    /// Whether a file is named like an SQLite database.
    package static func isDatabase(_ path: String) -> Bool {
        [".db", ".sqlite", ".sqlite3", ".db3"].contains { last(of: path).lowercased().hasSuffix($0) }
    }

    /// Whether it is a log or an index that SQLite keeps beside a database while that is in use.
    package static func isBesideDatabase(_ path: String) -> Bool {
        ["-wal", "-shm", "-journal"].contains { path.hasSuffix($0) && isDatabase(String(path.dropLast($0.count))) }
    }

    /// What standard input is called.
    package static let standardInput = "standard input"
}
