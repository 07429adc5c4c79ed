package import AgentMemory

/// The beginning of a file, to recognize its layout by.
package struct FileHead: Sendable {
    /// So many bytes are enough.
    package static let bytesMax = 64 << 10
    private static let linesMax = 64

    /// The file's name, without directories.
    package let name: String
    /// Whether the file is an archive, which services give their exports in: what is in it must be unpacked first.
    package let isArchive: Bool
    /// Whether it is an SQLite database: its tables tell the rest.
    package let isDatabase: Bool
    /// The beginning as one JSON value: what of it is there, with every bracket closed. `nil` if it isn't JSON.
    package let document: JSONValue?
    /// The lines of the beginning that are JSON objects, the last one as far as it is there.
    package let lines: [JSONValue]

    /// - Parameter isWhole: The bytes are all of the file.
    package init(path: String, bytes: [UInt8], isWhole: Bool) {
        name = FileName.last(of: path)
        isArchive = bytes.starts(with: [0x50, 0x4B, 0x03, 0x04])
        isDatabase = bytes.starts(with: Array("SQLite format 3\0".utf8))
        var bytes = bytes[...]
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
        document = CutJSON.value(bytes)
        var lines: [JSONValue] = []
        for line in bytes.split(separator: 0x0A).prefix(Self.linesMax) where line.contains(where: { $0 > 0x20 }) {
            let value =
                line.endIndex == bytes.endIndex && !isWhole ? CutJSON.value(line) : try? JSONValue(parsing: Array(line))
            if case .object? = value, let value { lines.append(value) }
        }
        self.lines = lines
    }

    /// The first elements of the array that the file begins with, or the one object that it is.
    package var elements: [JSONValue] {
        switch document {
        case .array(let elements)?: Array(elements.prefix(4))
        case .object?: document.map { [$0] } ?? []
        default: []
        }
    }

    package var isArray: Bool { document?.arrayValue != nil }
}
