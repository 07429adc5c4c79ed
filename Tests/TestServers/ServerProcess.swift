import Foundation
import Synchronization

/// A server with a directory of its own, both gone when this process is, however that ends.
///
/// ```swift
/// let server = try ServerProcess("redis", directory: directory, command: ["/usr/bin/redis-server", "--port", "7000"])
/// try await server.start { answers(7000) }
/// ```
///
/// A shell stands between this process and the server, and reads commands from a socket of which only this process has
/// the other end: when that ends, killed or not, the shell reads the end, ends the server, and removes the directory.
/// A signal on the death of the parent (`PR_SET_PDEATHSIG`) wouldn't do: it comes when the *thread* dies that started
/// the server, it is dropped by a server that changes its user, it leaves the directory, and only Linux has it.
public final class ServerProcess: Sendable {
    /// How long a server may take to answer after its start. It says "not for ever", on the slowest of machines.
    private static let patience = Duration.seconds(120)

    /// Where the server keeps its files. Its shell makes and removes it.
    public let directory: String
    private let name: String
    private let shell: Process
    private let commands: Int32
    private let answers: FileHandle
    private let server = Mutex<Int32>(0)
    /// One command and its answer at a time.
    private let turn = Mutex(())

    /// Makes the directory and prepares it. The server is not yet started.
    ///
    /// - Parameters:
    ///   - preparation: What else the shell does once, in the directory, as `sh` understands it.
    ///   - command: The server and its arguments, in the foreground, without a process in between.
    ///   - endSignal: What makes it end cleanly when this process is gone. Where it doesn't within ten seconds,
    ///     SIGKILL does.
    public init(
        _ name: String, directory: String = ServerProcess.newDirectory(), preparation: String = ":", command: [String],
        endSignal: String = "TERM"
    ) throws {
        self.name = name
        self.directory = directory
        var ends: [Int32] = [-1, -1]
        // A socket: writing into a pipe that the shell no longer reads would be a signal that ends this process.
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw ServerError("No socket: errno \(errno)") }
        commands = ends[0]
        let input = FileHandle(fileDescriptor: ends[1], closeOnDealloc: true)
        let output = Pipe()
        answers = output.fileHandleForReading
        shell = Process()
        shell.executableURL = URL(filePath: "/bin/sh")
        shell.arguments = ["-c", Self.script, "server", directory, preparation, endSignal] + command
        shell.standardInput = input
        shell.standardOutput = output
        shell.standardError = FileHandle.nullDevice
        do {
            try shell.run()
        } catch {
            close(commands)
            throw ServerError("/bin/sh doesn't start: \(error)")
        }
        let answer = readLine()
        guard answer == "prepared" else { throw ServerError("\(name): \(answer), \(log)") }
    }

    deinit {
        close(commands)
        // The directory goes with the last reference, not some time later.
        shell.waitUntilExit()
    }

    /// A path where nothing is yet, short enough for a socket in it.
    public static func newDirectory() -> String {
        let parent = FileManager.default.temporaryDirectory.path(percentEncoded: false)
        let number = String(UInt64.random(in: .min ... .max), radix: 36)
        return (parent.hasSuffix("/") ? parent : parent + "/") + "amberlog-server-" + number
    }

    private static let script = """
        # Whoever ends this process's group ends the tests, and then the end of the input is what counts.
        trap '' HUP INT TERM
        directory=$1 preparation=$2 end=$3 server=
        shift 3
        finish() {
            [ -n "$server" ] || return 0
            # A server that was paused gets no signal but this one.
            kill -CONT "$server"
            kill -"$1" "$server"
            # What doesn't end by itself is killed.
            : >ending
            (ticks=0
            while [ -e ending ]; do
                sleep 0.05
                ticks=$((ticks + 1))
                [ "$ticks" -lt "$2" ] || kill -KILL "$server"
            done) &
            watch=$!
            wait "$server"
            rm ending
            wait "$watch"
            server=
        }
        mkdir -m 700 "$directory" && cd "$directory" || exit 1
        if (eval "$preparation") >>log 2>&1; then echo prepared; else echo "not prepared"; fi
        while read -r verb signal; do
            case $verb in
            start)
                (trap - HUP INT TERM; exec "$@" </dev/null >>log 2>&1) &
                server=$!
                echo "$server";;
            end)
                finish "$signal" 1200
                echo ended;;
            esac
        done
        # Its answers have no reader any more.
        exec >/dev/null
        finish "$end" 200
        cd /
        rm -rf "$directory"
        """

    /// Its process; 0 while it isn't running.
    public var pid: Int32 { server.withLock { $0 } }

    /// The end of what it has written to its output.
    public var log: String {
        let text = (try? String(contentsOfFile: directory + "/log", encoding: .utf8)) ?? ""
        return String(text.suffix(1000))
    }

    /// Starts the server and waits until it answers.
    ///
    /// - Parameter isReady: Asked again and again, on a thread that may wait.
    public func start(_ isReady: @escaping @Sendable () -> Bool) async throws {
        try await Blocking.run { [self] in
            let answer = try ask("start")
            guard let pid = Int32(answer) else { throw ServerError("\(name) doesn't start: \(answer), \(log)") }
            server.withLock { $0 = pid }
            let start = ContinuousClock.now
            while !isReady() {
                guard isRunning, start.duration(to: .now) < Self.patience else {
                    _ = try ask("end KILL")
                    server.withLock { $0 = 0 }
                    throw ServerError("\(name) doesn't answer. It has said: \(log)")
                }
                usleep(10_000)
            }
        }
    }

    /// Ends the server and waits until it is gone. Does nothing when it isn't running.
    ///
    /// - Parameter signal: `KILL` for a crash.
    public func end(_ signal: String = "TERM") async throws {
        try await Blocking.run { [self] in
            guard pid != 0 else { return }
            let answer = try ask("end \(signal)")
            server.withLock { $0 = 0 }
            guard answer == "ended" else { throw ServerError("\(name) doesn't end: \(answer)") }
        }
    }

    /// Stops the server's main process where it is: it answers nobody until ``resume()``.
    public func pause() throws { try send(SIGSTOP) }

    /// Lets it go on after ``pause()``.
    public func resume() throws { try send(SIGCONT) }

    private func send(_ signal: Int32) throws {
        let pid = pid
        guard pid != 0, kill(pid, signal) == 0 else { throw ServerError("\(name) isn't running") }
    }

    /// Whether it has not ended by itself: it stays as a zombie until its shell waits for it.
    private var isRunning: Bool {
        guard let status = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8) else {
            return !FileManager.default.fileExists(atPath: "/proc/self/stat")
        }
        return status.split(separator: ")").last?.hasPrefix(" Z") == false
    }

    // MARK: The shell

    private func ask(_ command: String) throws -> String {
        try turn.withLock { _ in
            let line = Array((command + "\n").utf8)
            guard Foundation.send(commands, line, line.count, Int32(MSG_NOSIGNAL)) == line.count else {
                throw ServerError("The shell of \(name) is gone: errno \(errno)")
            }
            return readLine()
        }
    }

    private func readLine() -> String {
        var line: [UInt8] = []
        while true {
            var byte: UInt8 = 0
            let count = read(answers.fileDescriptor, &byte, 1)
            if count < 0, errno == EINTR { continue }
            if count <= 0 || byte == 0x0A { return String(decoding: line, as: UTF8.self) }
            line.append(byte)
        }
    }
}
