public import AmberlogTestKit
internal import Foundation
internal import TestServers

extension BackendKind {
    /// Whether it is on a server.
    public var isOnServer: Bool { self == .redis || self == .postgresql }

    /// The port of the server that all tests share; `nil` for a backend without one.
    public func port() async throws -> Int? {
        switch self {
        case .redis: try await RedisServer.shared().port
        case .postgresql: try await PostgreSQLServer.shared().port
        default: nil
        }
    }

    /// The URL of what ``make(at:in:_:)`` makes, for another process.
    ///
    /// - Parameter port: Of something that stands before the server.
    public func url(at place: String, in directory: TemporaryDirectory, port: Int? = nil) async throws -> String {
        func through(_ url: String, _ own: Int) -> String {
            url.replacingOccurrences(of: ":\(own)", with: ":\(port ?? own)")
        }
        switch self {
        case .memory: return "memory:"
        case .log: return "log:\(directory.path)/\(place)"
        case .sqlite: return "sqlite:\(directory.path)/\(place).db"
        case .redis:
            let server = try await RedisServer.shared()
            return through(server.url, server.port) + "?prefix=\(place):&ttl=none&max_messages=none"
        case .postgresql:
            let server = try await PostgreSQLServer.shared()
            return through(server.url, server.port) + "?table_name=\(place)&pool_size=4"
        }
    }
}
