internal import AgentMemory
internal import ForeignStores

/// The elements of a server's lists as rows, list by list, each from its oldest to its newest element.
///
/// ```swift
/// let rows = try source.rows()
/// while let batch = try await rows.next() { … }
/// await rows.close()
/// ```
///
/// A server has no state that stays while it is read: of each list, what was there when it was come to is read, and what
/// is added at its newest end meanwhile moves nothing.
package final class KeyedRows {
    /// About so much comes at once.
    private static let bytesPerPage = 1 << 20
    private static let elementsMax = 128

    private let server: KeyServer
    private let layout: any KeyLayout
    private var found: KeyedSessions?
    /// The list at hand.
    private var list: (session: KeyedSessions.Session, name: String, read: Int)?
    private var nextSession = 0
    private var page = 16

    init(_ server: KeyServer, _ layout: any KeyLayout) {
        (self.server, self.layout) = (server, layout)
    }

    /// The next rows; `nil` behind the last.
    package func next() async throws -> [DatabaseRow]? {
        guard let found else {
            let (sessions, refusals) = try await findSessions()
            self.found = sessions
            return refusals
        }
        if let list { return try await elements(of: list.session, list.name, after: list.read) }
        guard nextSession < found.sessions.count else { return nil }
        let session = found.sessions[nextSession]
        nextSession += 1
        switch session.name {
        case .known(let name): list = (session, name, 0)
        case .field(let field, let hash):
            guard let name = try await server.field(field, of: hash) else {
                return [refusal(session.list, "No hash beside the list has the session's \(field)")]
            }
            list = (session, name, 0)
        }
        return []
    }

    package func close() async { await server.close() }

    private func findSessions() async throws -> (KeyedSessions, [DatabaseRow]) {
        // A scan gives keys again that have moved in the server's table. By bytes: to the server, two spellings of one
        // text are two keys.
        var keys: [[UInt8]: ServerKey] = [:]
        var unnamed = 0
        try await server.keys(of: layout) { page, more in
            for key in page { keys[Array(key.name.utf8)] = key }
            unnamed += more
            return true
        }
        let found = layout.sessions(of: Array(keys.values))
        var refusals = found.refused.map { refusal($0.key, $0.reason) }
        if unnamed > 0 {
            refusals.append(refusal("\(layout.keyPrefix)…", "\(unnamed) keys have names that are no UTF-8"))
        }
        return (found, refusals)
    }

    private func elements(
        of session: KeyedSessions.Session, _ name: String, after read: Int
    ) async throws -> [DatabaseRow] {
        let (first, last) = layout.isNewestFirst ? (-read - page, -read - 1) : (read, read + page - 1)
        guard var elements = try await server.elements(of: session.list, from: first, through: last) else {
            list = nil
            return [refusal(session.list, "It was a list, and is none any more")]
        }
        if layout.isNewestFirst { elements.reverse() }
        list = elements.count < page ? nil : (session, name, read + elements.count)
        let bytes = elements.reduce(0) { $0 + $1.count }
        if !elements.isEmpty {
            page = max(1, min(Self.elementsMax, Self.bytesPerPage * elements.count / max(1, bytes)))
        }
        return elements.enumerated().map { index, element in
            let place = place(session.list, "message \(read + index + 1)")
            guard element.count <= ReadingLimits.recordBytes else {
                return .refusal(ForeignRefusal(place, "It is longer than this can read"))
            }
            let columns: [String: ForeignRow.Value] = [
                "session_id": .text(name), layout.elementColumn: .bytes(element),
            ]
            return .row(ForeignRow(place: place, columns: columns), bytes: element.count)
        }
    }

    private func place(_ key: String, _ what: String? = nil) -> ForeignPlace {
        let place = ForeignPlace(file: server.path, record: "key \(key.prefix(128))")
        return what.map(place.part) ?? place
    }

    private func refusal(_ key: String, _ reason: String) -> DatabaseRow {
        .refusal(ForeignRefusal(place(key), reason))
    }
}
