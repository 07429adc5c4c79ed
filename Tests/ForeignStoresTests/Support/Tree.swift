@testable import ForeignStores

/// Directories that are not on any disk.
struct Tree: DirectoryListing {
    struct Missing: Error {}

    private let files: [String: String]

    init(_ files: [String: String]) {
        self.files = files
    }

    func entries(of directory: String) throws -> [DirectoryEntry] {
        let prefix = directory.hasSuffix("/") ? directory : directory + "/"
        let below = files.keys.filter { $0.hasPrefix(prefix) }.map { $0.dropFirst(prefix.count) }
        if below.isEmpty { throw Missing() }
        return Set(
            below.map { path in
                let parts = path.split(separator: "/", maxSplits: 1)
                return DirectoryEntry(name: String(parts[0]), isDirectory: parts.count > 1)
            }
        ).sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    func head(of file: String) throws -> FileHead {
        guard let text = files[file] else { throw Missing() }
        return FileHead(path: file, bytes: Array(text.utf8), isWhole: true)
    }
}
