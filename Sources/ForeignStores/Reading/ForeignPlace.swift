/// Where in another store something stands.
package struct ForeignPlace: Sendable, Hashable, CustomStringConvertible {
    /// The file, or the database or server, as it was named.
    package var file: String
    package var line: Int?
    /// What of it: `conversation 3f2a…`, `row 17 of message_store`.
    package var record: String?

    package init(file: String, line: Int? = nil, record: String? = nil) {
        self.file = file
        self.line = line
        self.record = record
    }

    /// A part of what stands here.
    package func part(_ name: String) -> ForeignPlace {
        ForeignPlace(file: file, line: line, record: record.map { "\($0), \(name)" } ?? name)
    }

    package var description: String {
        file + (line.map { ":\($0)" } ?? "") + (record.map { ", \($0)" } ?? "")
    }
}

/// A record that can't be imported, and why.
package struct ForeignRefusal: Sendable, Hashable {
    package var place: ForeignPlace
    package var reason: String

    package init(_ place: ForeignPlace, _ reason: String) {
        self.place = place
        self.reason = reason
    }
}
