import Foundation
import Synchronization

/// A PostgreSQL server on 127.0.0.1 with a database of its own, gone with this process: see ``ServerProcess``.
///
/// ```swift
/// let server = try await PostgreSQLServer.shared()              // for tests that leave it as it is
/// let schema = try await server.newSchema()                     // a place of a test's own
/// let mine = try await PostgreSQLServer(password: "a b", isDurable: true)
/// try await mine.kill()
/// try await mine.restart()                                      // the same port, and what was committed
/// ```
public final class PostgreSQLServer: Sendable {
    /// What clients connect to.
    public let port: Int
    /// The password of the user ``user``; `nil` for none.
    public let password: String?
    /// The user that may do anything.
    public let user = "postgres"
    private let process: ServerProcess

    private static let sharedServer = Task { try await PostgreSQLServer() }

    /// The one server of this process, started by the first who asks. Keep apart by schemas; who stops or pauses a
    /// server makes one.
    public static func shared() async throws -> PostgreSQLServer { try await sharedServer.value }

    /// Makes a database, starts a server, and waits until it answers.
    ///
    /// - Parameters:
    ///   - isDurable: Whether a commit is on the medium before it is answered.
    ///   - hasCertificate: Whether it speaks TLS too, with the ``certificate`` that it makes for itself.
    ///   - settings: More of the server's settings, such as `["max_connections=5"]`.
    public init(
        password: String? = nil, isDurable: Bool = false, hasCertificate: Bool = false, settings: [String] = []
    ) async throws {
        let (initdb, postgres) = (try Self.program("initdb"), try Self.program("postgres"))
        let isReady = try Self.program("pg_isready")
        self.password = password
        // The server runs as nobody who may do anything, which root is.
        let user = geteuid() == 0 ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] : []
        var makes = user + [initdb, "-D", "data", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "-N"]
        var preparation = geteuid() == 0 ? "chown postgres . && " : ""
        if let password {
            makes += ["-A", "scram-sha-256", "--pwfile=password"]
            preparation += "printf '%s\\n' \(Self.quoted(password)) >password && chmod 644 password && "
        } else {
            makes += ["-A", "trust"]
        }
        preparation += makes.map(Self.quoted).joined(separator: " ")
        if hasCertificate {
            let openssl = try Executable.find("openssl", package: "openssl")
            preparation += """
                 && \(openssl) req -new -x509 -days 30 -nodes -newkey rsa:2048 -subj /CN=localhost \
                -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout server.key -out server.crt
                """
            preparation += geteuid() == 0 ? " && chown postgres server.key && chmod 600 server.key" : ""
        }
        var attempt = 1
        while true {
            let port = try FreePort.find()
            let directory = ServerProcess.newDirectory()
            var command = user + [postgres, "-D", "\(directory)/data", "-p", "\(port)"]
            let durability = isDurable ? "on" : "off"
            let all = [
                "listen_addresses=127.0.0.1", "unix_socket_directories=\(directory)", "fsync=\(durability)",
                "synchronous_commit=\(durability)", "full_page_writes=\(durability)", "max_connections=400",
                "shared_buffers=32MB", "lc_messages=C",
            ]
            let encryption = [
                "ssl=on", "ssl_cert_file=\(directory)/server.crt", "ssl_key_file=\(directory)/server.key",
            ]
            for setting in all + (hasCertificate ? encryption : []) + settings { command += ["-c", setting] }
            do {
                let process = try await Blocking.run { [command, preparation] in
                    try ServerProcess(
                        "postgres", directory: directory, preparation: preparation, command: command, endSignal: "QUIT")
                }
                try await process.start { Self.answers(isReady, port) }
                self.port = port
                self.process = process
                return
            } catch let error as ServerError where attempt < 5 && error.description.contains("in use") {
                attempt += 1  // Somebody took the port meanwhile.
            }
        }
    }

    /// For clients, as ``user``, with the password if there is one.
    public var url: String { url() }

    /// For clients.
    public func url(user: String = "postgres", password: String? = nil, database: String = "postgres") -> String {
        let secret = (password ?? (user == self.user ? self.password : nil)).map { ":" + Self.encoded($0) } ?? ""
        return "postgresql://\(Self.encoded(user))\(secret)@127.0.0.1:\(port)/\(Self.encoded(database))"
    }

    /// A URL for the socket that it listens on beside its port.
    public var socketURL: String { "postgresql:///postgres?host=\(process.directory)&port=\(port)&user=\(user)" }

    /// The file of its certificate, which signs itself, for `localhost` and 127.0.0.1.
    public var certificate: String { process.directory + "/server.crt" }

    /// Its process, 0 while it is stopped.
    public var pid: Int32 { process.pid }

    /// Ends it as an operator would: whoever is connected is sent away.
    public func stop() async throws { try await process.end("INT") }

    /// SIGQUIT: it stops without writing anything, and recovers when it starts.
    public func kill() async throws { try await process.end("QUIT") }

    /// Starts it again, on the same port.
    public func restart() async throws {
        try await process.end("INT")
        let (port, isReady) = (port, try Self.program("pg_isready"))
        try await process.start { Self.answers(isReady, port) }
    }

    /// Lets it answer no new connection until ``resume()``.
    public func pause() throws { try process.pause() }

    /// Lets it go on after ``pause()``.
    public func resume() throws { try process.resume() }

    // MARK: Statements

    /// Runs SQL as ``user`` and gives what it says, a line a row, the columns with a `|` between.
    @discardableResult
    public func run(_ sql: String, database: String = "postgres") async throws -> String {
        let (program, url) = (try Self.program("psql"), url(database: database))
        return try await Blocking.run {
            let process = Process()
            process.executableURL = URL(filePath: program)
            process.arguments = ["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", url, "-f", "-"]
            let (input, output, errors) = (Pipe(), Pipe(), Pipe())
            (process.standardInput, process.standardOutput, process.standardError) = (input, output, errors)
            try process.run()
            input.fileHandleForWriting.write(Data(sql.utf8))
            try input.fileHandleForWriting.close()
            let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            let error = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            process.waitUntilExit()
            guard process.terminationStatus == 0 else { throw ServerError("psql: \(error)") }
            return text.trimmingCharacters(in: .newlines)
        }
    }

    /// Makes a schema that nobody has, and gives its name.
    public func newSchema() async throws -> String {
        let name = "test_" + String(UInt64.random(in: .min ... .max), radix: 36)
        try await run("CREATE SCHEMA \(name)")
        return name
    }

    // MARK: Programs

    /// Of the newest version that is installed, where Debian keeps it; elsewhere the one in `PATH`.
    private static func program(_ name: String) throws(ServerError) -> String {
        let parent = "/usr/lib/postgresql"
        let versions = ((try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? []).sorted {
            $0.localizedStandardCompare($1) == .orderedDescending
        }
        for version in versions {
            let file = "\(parent)/\(version)/bin/\(name)"
            if FileManager.default.isExecutableFile(atPath: file) { return file }
        }
        return try Executable.find(name, package: "postgresql")
    }

    private static func answers(_ program: String, _ port: Int) -> Bool {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = ["-q", "-h", "127.0.0.1", "-p", "\(port)", "-t", "5"]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }

    private static func quoted(_ word: String) -> String {
        "'" + word.replacingOccurrences(of: "'", with: "'\\''") + "'"
    }

    private static func encoded(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? text
    }
}
