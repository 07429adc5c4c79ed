import Glibc

/// Another program that answers each line with one line.
///
/// `@unchecked Sendable`: one caller at a time.
final class ChildProcess: @unchecked Sendable {
    private let name: String
    private var process: pid_t = 0
    private let input: UnsafeMutablePointer<FILE>
    private let output: UnsafeMutablePointer<FILE>
    private var line: UnsafeMutablePointer<CChar>?
    private var capacity = 0

    init(_ arguments: [String]) throws {
        name = arguments[0]
        var toChild: [Int32] = [0, 0]
        var fromChild: [Int32] = [0, 0]
        if pipe(&toChild) != 0 || pipe(&fromChild) != 0 { throw SystemError("pipe") }
        // Closed in other children: one that kept the writing end would keep this one waiting for input.
        for descriptor in toChild + fromChild { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, toChild[0], 0)
        posix_spawn_file_actions_adddup2(&actions, fromChild[1], 1)
        var pointers: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        let result = posix_spawn(&process, arguments[0], &actions, nil, &pointers, environ)
        Glibc.close(toChild[0])
        Glibc.close(fromChild[1])
        guard result == 0, let input = fdopen(toChild[1], "w"), let output = fdopen(fromChild[0], "r") else {
            Glibc.close(toChild[1])
            Glibc.close(fromChild[0])
            throw SystemError("start \(arguments[0])", number: result)
        }
        self.input = input
        self.output = output
        // A child that has died is an error of its next call, not the end of this process.
        signal(SIGPIPE, SIG_IGN)
    }

    /// Sends fields, and returns those of the answer.
    func call(_ fields: [String]) throws -> [String] {
        fputs(fields.joined(separator: "\t") + "\n", input)
        fflush(input)
        let count = getline(&line, &capacity, output)
        guard count > 0, let line else { throw EngineError("\(name) ended at \(fields[0])") }
        let answer = String(cString: line).dropLast().split(separator: "\t").map(String.init)
        guard answer.first == "ok" else {
            throw EngineError("\(name): \(fields[0]): \(answer.dropFirst().joined(separator: " "))")
        }
        return Array(answer.dropFirst())
    }

    /// Waits until it has ended.
    func close() {
        fclose(input)
        fclose(output)
        free(line)
        line = nil
        var status: Int32 = 0
        waitpid(process, &status, 0)
    }
}
