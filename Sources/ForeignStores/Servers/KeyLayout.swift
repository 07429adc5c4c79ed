/// A layout of a server's keys: each session a list, each element of it a record.
///
/// Its reader gets an element as the column ``elementColumn``, and the session as `session_id`.
package protocol KeyLayout: RowLayout {
    /// What all of its keys begin with: no character of it has a meaning in a pattern.
    var keyPrefix: String { get }
    /// Whether a list's first element is its newest.
    var isNewestFirst: Bool { get }
    var elementColumn: String { get }
    /// Which of the keys are sessions, and which ought to be.
    func sessions(of keys: [ServerKey]) -> KeyedSessions
}

/// The sessions of a server.
package struct KeyedSessions: Sendable, Equatable {
    package struct Session: Sendable, Hashable {
        /// The key of the list with its messages.
        package var list: String
        package var name: Name

        package init(list: String, name: Name) {
            (self.list, self.name) = (list, name)
        }
    }

    /// Where a session's name stands.
    package enum Name: Sendable, Hashable {
        case known(String)
        /// In a field of a hash.
        case field(String, of: String)
    }

    /// In the order of their keys' bytes.
    package var sessions: [Session] = []
    /// Keys that are of another type than the layout's.
    package var refused: [(key: String, reason: String)] = []

    package init() {}

    package static func == (left: KeyedSessions, right: KeyedSessions) -> Bool {
        left.sessions == right.sessions && left.refused.elementsEqual(right.refused, by: ==)
    }

    /// What layouts have whose keys are a prefix and a session's name, each of them a list.
    static func lists(of keys: [ServerKey], prefix: String) -> KeyedSessions {
        var found = KeyedSessions()
        for key in keys.sorted() where key.hasPrefix(prefix) {
            guard key.type == "list" else {
                found.refused.append((key.name, "It is of type \(key.type), and a session is a list"))
                continue
            }
            let session = Session(list: key.name, name: .known(key.name(behind: prefix)))
            found.sessions.append(session)
        }
        return found
    }
}

extension ServerKey {
    /// By bytes: a prefix may end, and a name begin, with what is one character together.
    package func hasPrefix(_ prefix: String) -> Bool { name.utf8.starts(with: prefix.utf8) }

    func name(behind prefix: String) -> String {
        String(decoding: name.utf8.dropFirst(prefix.utf8.count), as: UTF8.self)
    }
}

extension [ServerKey] {
    func sorted() -> [ServerKey] { sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) } }
}
