#if SQLite
    import Foundation

    /// A process of the suites' own program, on the same file.
    final class Child {
        private let process = Process()
        private let pipe = Pipe()

        init(_ arguments: String...) throws {
            // Beside the test runner.
            var directory = URL(filePath: CommandLine.arguments[0]).resolvingSymlinksInPath()
            repeat {
                directory.deleteLastPathComponent()
            } while directory.path != "/"
                && !FileManager.default.fileExists(atPath: directory.appending(path: "SQLiteChild").path)
            process.executableURL = directory.appending(path: "SQLiteChild")
            process.arguments = arguments
            process.standardOutput = pipe
            try process.run()
        }

        /// Everything that it says until it ends.
        func lines() -> [Substring] {
            let data = (try? pipe.fileHandleForReading.readToEnd()) ?? nil
            process.waitUntilExit()
            return String(decoding: data ?? Data(), as: UTF8.self).split(separator: "\n")
        }

        /// SIGKILL, then everything that it has said.
        func kill() -> [Substring] {
            Foundation.kill(process.processIdentifier, SIGKILL)
            return lines()
        }
    }
#endif
