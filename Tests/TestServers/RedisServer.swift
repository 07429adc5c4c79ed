import Foundation

/// A Redis server on 127.0.0.1 that keeps nothing and is gone with this process: see ``ServerProcess``.
///
/// ```swift
/// let server = try await RedisServer.shared()                   // for tests that leave it as it is
/// let mine = try await RedisServer(password: "a b", appendOnly: true)
/// try await mine.kill()
/// try await mine.restart()                                      // the same port, and what was written
/// ```
public final class RedisServer: Sendable {
    /// What clients connect to.
    public let port: Int
    /// The password of the user `default`; `nil` for none.
    public let password: String?
    private let process: ServerProcess

    private static let sharedServer = Task { try await RedisServer() }

    /// The one server of this process, started by the first who asks. Keep apart by prefixes; who stops, pauses, or
    /// empties a server makes one.
    public static func shared() async throws -> RedisServer { try await sharedServer.value }

    private static let sharedClusterServer = Task {
        let server = try await RedisServer(arguments: ["--cluster-enabled", "yes"])
        try await Blocking.run {
            // All of a cluster's slots.
            guard answer(server.port, "CLUSTER ADDSLOTSRANGE 0 16383") == "+OK" else {
                throw ServerError("redis-server takes no slots")
            }
            while answer(server.port, "CLUSTER INFO")?.contains("cluster_state:ok") != true { usleep(10_000) }
        }
        return server
    }

    /// A cluster of one server, shared likewise: it refuses commands over keys that a larger one would keep apart.
    public static func sharedCluster() async throws -> RedisServer { try await sharedClusterServer.value }

    /// Starts a server and waits until it answers.
    ///
    /// - Parameters:
    ///   - appendOnly: Whether a write is in a file before it is answered, for ``restart()`` after ``kill()``.
    ///   - arguments: More for the command line, such as `["--maxmemory", "2mb"]`.
    public init(password: String? = nil, appendOnly: Bool = false, arguments: [String] = []) async throws {
        let program = try Executable.find("redis-server", package: "redis-server")
        self.password = password
        var attempt = 1
        while true {
            // The members of a cluster talk to each other 10,000 ports higher.
            let port = try FreePort.find(atMost: 55_535)
            var command = [program, "--port", "\(port)", "--bind", "127.0.0.1", "--save", ""]
            command += ["--unixsocket", "redis.sock", "--appendonly", appendOnly ? "yes" : "no"]
            if appendOnly { command += ["--appendfsync", "always"] }
            if let password { command += ["--requirepass", password] }
            let directory = ServerProcess.newDirectory()
            command += ["--dir", directory] + arguments
            do {
                let process = try await Blocking.run { [command] in
                    try ServerProcess("redis-server", directory: directory, command: command, endSignal: "KILL")
                }
                try await process.start { Self.answers(port) }
                self.port = port
                self.process = process
                return
            } catch let error as ServerError where attempt < 5 && error.description.contains("in use") {
                attempt += 1  // Somebody took the port meanwhile.
            }
        }
    }

    /// For clients: with the password, if there is one.
    public var url: String {
        let characters = CharacterSet.alphanumerics
        let secret = password?.addingPercentEncoding(withAllowedCharacters: characters)
        return "redis://" + (secret.map { ":\($0)@" } ?? "") + "127.0.0.1:\(port)"
    }

    /// The path of the socket that it listens on beside its port.
    public var socketPath: String { process.directory + "/redis.sock" }

    /// Its process, 0 while it is stopped.
    public var pid: Int32 { process.pid }

    /// Ends it as an operator would.
    public func stop() async throws { try await process.end("TERM") }

    /// SIGKILL.
    public func kill() async throws { try await process.end("KILL") }

    /// Starts it again, on the same port.
    public func restart() async throws {
        try await process.end("TERM")
        let port = port
        try await process.start { Self.answers(port) }
    }

    /// Lets it answer nobody until ``resume()``.
    public func pause() throws { try process.pause() }

    /// Lets it go on after ``pause()``.
    public func resume() throws { try process.resume() }

    /// Whether it answers, if only that it wants a password. While it still loads its file it does not count.
    private static func answers(_ port: Int) -> Bool {
        guard let answer = answer(port, "PING") else { return false }
        return answer.hasPrefix("+PONG") || answer.hasPrefix("-NOAUTH")
    }

    /// What it says to a command, as far as that comes at once.
    private static func answer(_ port: Int, _ command: String) -> String? {
        guard let descriptor = FreePort.connect(port, seconds: 2) else { return nil }
        defer { close(descriptor) }
        let line = Array((command + "\r\n").utf8)
        guard send(descriptor, line, line.count, Int32(MSG_NOSIGNAL)) == line.count else { return nil }
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        let text = String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
        return text.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
