/// Files that are read one after another by one reader.
package struct ForeignSource: Sendable {
    /// The file or directory, as it was found.
    package var path: String
    package var layout: any FileLayout
    package var recognition: Recognition
    /// In the order in which they are read.
    package var files: [String]
    /// The session, where the files' places tell it and not what is in them.
    package var session: String?

    package init(
        path: String, layout: any FileLayout, recognition: Recognition, files: [String], session: String? = nil
    ) {
        self.path = path
        self.layout = layout
        self.recognition = recognition
        self.files = files
        self.session = session
    }
}

/// A file or a directory in another one.
package struct DirectoryEntry: Sendable, Hashable {
    package var name: String
    package var isDirectory: Bool

    package init(name: String, isDirectory: Bool) {
        self.name = name
        self.isDirectory = isDirectory
    }
}

/// What looks into directories. Calls may block.
package protocol DirectoryListing {
    /// What stands directly in a directory: files and directories, no links, in the order of their names' bytes.
    func entries(of directory: String) throws -> [DirectoryEntry]
    /// The beginning of a file.
    func head(of file: String) throws -> FileHead
}
