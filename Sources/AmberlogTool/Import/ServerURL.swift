internal import AgentMemory

/// A server as an argument names it.
struct ServerURL: Sendable, CustomStringConvertible {
    enum Kind: Sendable {
        case redis
        case postgreSQL
    }

    let kind: Kind
    /// With the password, if there is one.
    let url: String

    /// `nil` for what is the name of a file.
    init?(_ argument: String) {
        guard let scheme = BackendURL.scheme(of: argument), argument.contains("://") else { return nil }
        switch scheme {
        case "redis", "rediss", "unix", "redis+unix": kind = .redis
        case "postgresql", "postgres": kind = .postgreSQL
        default: return nil
        }
        url = argument
    }

    /// Without the password.
    var description: String { BackendURL.redacted(url) }
}
