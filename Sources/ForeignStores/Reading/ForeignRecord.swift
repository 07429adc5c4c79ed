package import AgentMemory

/// One record of another store: a row, a line, an element, a file. It becomes one message, several, or none.
package struct ForeignRecord: Sendable {
    package var session: String
    /// Its own id, where it has one.
    package var id: String?
    /// Its own time, where it has one.
    package var time: Timestamp?
    /// What it was read from, byte by byte.
    package var text: ArraySlice<UInt8>
    package var place: ForeignPlace

    package init(
        session: String, id: String? = nil, time: Timestamp? = nil, text: ArraySlice<UInt8>, place: ForeignPlace
    ) {
        self.session = session
        self.id = id
        self.time = time
        self.text = text
        self.place = place
    }
}

extension Timestamp {
    /// The time that a member tells, `nil` where there is none.
    ///
    /// - Throws: ``MemoryError/Code/invalidMessage`` for what is no time.
    package static func read(_ json: JSONValue?) throws(MemoryError) -> Timestamp? {
        guard let json = json?.ifPresent else { return nil }
        return try Timestamp(json: json)
    }
}

extension MemoryError {
    /// A record that is JSON, but nothing that its layout has.
    package static func unreadable(_ reason: String) -> MemoryError { MemoryError(.invalidMessage, reason) }
}
