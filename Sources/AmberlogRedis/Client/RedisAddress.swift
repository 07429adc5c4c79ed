#if Redis
    public import AgentMemory

    /// Where a server is, and as whom to speak to it.
    ///
    /// ```swift
    /// let address = try RedisAddress(url: "redis://worker:s3cret@db.internal:6380/2")
    /// print(address)  // redis://db.internal:6380/2
    /// ```
    ///
    /// | URL | |
    /// |---|---|
    /// | `redis://localhost:6379` | host and port; either may be left out |
    /// | `redis://:secret@[::1]/2` | the password of the user `default`; an IPv6 address; database 2 |
    /// | `redis://worker:secret@host?db=2` | a user and a password |
    /// | `unix:///run/redis.sock?db=2` | a socket in the file system, also `redis+unix:` |
    ///
    /// Users, passwords and paths are percent-decoded. The text of an address, and every error about it, leaves out who
    /// speaks.
    public struct RedisAddress: Sendable, Hashable, CustomStringConvertible {
        /// Where a server listens.
        public enum Endpoint: Sendable, Hashable {
            /// A name or an address, and a port.
            case host(String, port: Int)
            /// A socket in the file system.
            case socket(path: String)
        }

        /// Where it listens.
        public var endpoint: Endpoint
        /// The user; `nil` for `default`.
        public var user: String?
        /// The password; `nil` for none.
        public var password: String?
        /// The number of the database.
        public var database: Int

        /// An address in its parts.
        public init(_ endpoint: Endpoint, user: String? = nil, password: String? = nil, database: Int = 0) {
            self.endpoint = endpoint
            self.user = user
            self.password = password
            self.database = database
        }

        /// Reads a URL.
        ///
        /// - Throws: `MemoryError`: `unsupported` for `rediss:`, `invalidArgument` for what is no URL of a server.
        public init(url: String) throws(MemoryError) {
            var parts = try Parts(url)
            let secrets = try parts.takeSecrets()
            let query = try parts.takeDatabase()
            user = secrets.user
            password = secrets.password
            switch parts.scheme {
            case "redis":
                let (authority, path) = parts.split()
                endpoint = try Parts.host(authority)
                guard let number = path.isEmpty ? 0 : Parts.database(path) else { throw Parts.badDatabase }
                guard path.isEmpty || query == nil else {
                    throw MemoryError(.invalidArgument, "The URL of a Redis server names a database twice")
                }
                database = query ?? number
            case "unix", "redis+unix":
                guard let path = Parts.decoded(parts.rest), path.hasPrefix("/"), !path.utf8.contains(0) else {
                    throw MemoryError(.invalidArgument, "The URL of a Redis socket is unix:///its/path")
                }
                endpoint = .socket(path: path)
                database = query ?? 0
            case "rediss":
                throw MemoryError(
                    .unsupported,
                    """
                    rediss: is Redis over TLS, which hiredis 0.14 doesn't have: give RedisBackend(client:) a client that \
                    has, or let a tunnel such as stunnel do it and connect to that with redis: or unix:
                    """)
            default:
                throw MemoryError(
                    .unknownName, "The URL of a Redis server begins with redis:, or with unix: for a socket")
            }
        }

        /// The URL without user and password.
        public var description: String {
            switch endpoint {
            case .host(let host, let port):
                let name = host.utf8.contains(0x3A) ? "[\(host)]" : host
                return "redis://\(name):\(port)" + (database == 0 ? "" : "/\(database)")
            case .socket(let path): return "unix://\(path)" + (database == 0 ? "" : "?db=\(database)")
            }
        }
    }

    /// A URL on its way to an address. What it says is never part of an error: a password may stand anywhere in a URL
    /// that is wrong.
    private struct Parts {
        let scheme: String
        var rest: Substring

        init(_ url: String) throws(MemoryError) {
            guard let range = url.firstRange(of: "://") else {
                throw MemoryError(.invalidArgument, "The URL of a Redis server looks like redis://localhost:6379")
            }
            scheme = url[..<range.lowerBound].lowercased()
            rest = url[range.upperBound...]
        }

        /// Takes what stands before the last `@` of the authority, which a path can't have.
        mutating func takeSecrets() throws(MemoryError) -> (user: String?, password: String?) {
            let authority = rest.prefix { $0 != "/" && $0 != "?" }
            guard let at = authority.lastIndex(of: "@") else { return (nil, nil) }
            let secrets = authority[..<at]
            rest = rest[rest.index(after: at)...]
            let colon = secrets.firstIndex(of: ":") ?? secrets.endIndex
            guard let user = Self.decoded(secrets[..<colon]), let password = Self.decoded(secrets[colon...].dropFirst())
            else {
                throw MemoryError(
                    .invalidArgument, "The user or the password of a Redis URL is not percent-encoded UTF-8")
            }
            guard colon != secrets.endIndex || user.isEmpty else {
                throw MemoryError(
                    .invalidArgument, "A Redis URL names a user without a password; a password alone is :password@")
            }
            return (user.isEmpty ? nil : user, password.isEmpty ? nil : password)
        }

        /// Takes `?db=…`.
        mutating func takeDatabase() throws(MemoryError) -> Int? {
            guard let mark = rest.firstIndex(of: "?") else { return nil }
            let query = rest[rest.index(after: mark)...]
            rest = rest[..<mark]
            guard query.hasPrefix("db="), let number = Self.database(query.dropFirst(3)) else {
                throw MemoryError(.invalidArgument, "All that a Redis URL can say behind the ? is db=number")
            }
            return number
        }

        /// The authority, and the path without its slash.
        func split() -> (authority: Substring, path: Substring) {
            guard let slash = rest.firstIndex(of: "/") else { return (rest, "") }
            return (rest[..<slash], rest[rest.index(after: slash)...])
        }

        static var badDatabase: MemoryError {
            MemoryError(.invalidArgument, "The path of a Redis URL is the number of a database")
        }

        static func database(_ text: Substring) -> Int? {
            guard text.utf8.allSatisfy({ $0 &- 0x30 <= 9 }), let number = Int32(text) else { return nil }
            return Int(number)
        }

        static func host(_ authority: Substring) throws(MemoryError) -> RedisAddress.Endpoint {
            var host = authority
            var port: Substring?
            if authority.hasPrefix("[") {
                guard let end = authority.firstIndex(of: "]") else {
                    throw MemoryError(.invalidArgument, "An IPv6 address in a Redis URL stands in [brackets]")
                }
                host = authority[authority.index(after: authority.startIndex)..<end]
                let behind = authority[authority.index(after: end)...]
                guard behind.isEmpty || behind.hasPrefix(":") else { throw badPort }
                port = behind.isEmpty ? nil : behind.dropFirst()
            } else if let colon = authority.firstIndex(of: ":") {
                host = authority[..<colon]
                port = authority[authority.index(after: colon)...]
            }
            guard let name = decoded(host), !name.utf8.contains(0) else {
                throw MemoryError(.invalidArgument, "The host of a Redis URL is not percent-encoded UTF-8")
            }
            var number: UInt16 = 6379
            if let port {
                guard port.utf8.allSatisfy({ $0 &- 0x30 <= 9 }), let given = UInt16(port), given > 0 else {
                    throw badPort
                }
                number = given
            }
            return .host(name.isEmpty ? "localhost" : name, port: Int(number))
        }

        private static var badPort: MemoryError {
            MemoryError(.invalidArgument, "The port of a Redis URL is a number from 1 to 65535")
        }

        /// Percent-decoded; `nil` for what is no UTF-8 then.
        static func decoded(_ text: Substring) -> String? {
            var bytes: [UInt8] = []
            var rest = text.utf8[...]
            while let byte = rest.popFirst() {
                guard byte == UInt8(ascii: "%") else {
                    bytes.append(byte)
                    continue
                }
                guard let digits = String(rest.prefix(2)), digits.utf8.count == 2, digits.utf8.first != 0x2B,
                    let value = UInt8(digits, radix: 16)
                else { return nil }
                bytes.append(value)
                rest = rest.dropFirst(2)
            }
            return String(validating: bytes, as: UTF8.self)
        }
    }
#endif
