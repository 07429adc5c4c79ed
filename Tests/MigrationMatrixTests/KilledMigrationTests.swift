#if SQLite && Redis && PostgreSQL
    import AgentMemory
    import AmberlogTestKit
    import BackendMatrix
    import Foundation
    import Testing

    /// `amberlog migrate` is killed at any moment and run again, until it is done: the copy is its source, whole and once,
    /// whatever is copied to what. (Between stores: `Case20_KillInMigration`.)
    @Suite(.serialized) struct KilledMigrationTests {
        private static let sessions = 14
        private static let kills = 3

        @Test(
            arguments: [
                (.log, .sqlite), (.sqlite, .log), (.log, .redis), (.redis, .log), (.postgresql, .log),
                (.log, .postgresql),
            ] as [(BackendKind, BackendKind)])
        func `until it is done`(_ from: BackendKind, _ to: BackendKind) async throws {
            let directory = try TemporaryDirectory()
            let name = "kill_\(from.rawValue)_\(to.rawValue)"
            var generator = SeededGenerator(seed: TestSeed.next(named: name))
            let source = try await from.make(at: name, in: directory)
            for session in 0..<Self.sessions { try await save(session, to: source) }
            // A store is open in one process at a time.
            try await source.close()

            let url = try await from.url(at: name, in: directory)
            let minutes = ProcessInfo.processInfo.environment["AMBERLOG_MINUTES"].flatMap(Double.init)
            let end = minutes.map { ContinuousClock.now + .seconds($0 * 60) }
            // How long one takes that is left alone.
            let start = ContinuousClock.now
            _ = try await copy(url, to, "\(name)_whole", directory, after: nil)
            var whole = start.duration(to: .now)
            var kills = 0
            var inTheMiddle = 0
            for number in 0... {
                let place = "\(name)_\(number)"
                var isDone = false
                var attempts = 0
                while !isDone {
                    // The later runs have less to do: so that one of them comes to the end.
                    let part = Double(20 + generator.below(80)) / 100 * (1 + Double(attempts) / 4)
                    isDone = try await copy(url, to, place, directory, after: whole * part)
                    attempts += 1
                    if !isDone { kills += 1 }
                    // The first one had tables and connections to make.
                    if isDone, attempts == 1 { whole = whole * 0.8 }
                }
                inTheMiddle += attempts > 1 ? 1 : 0
                try await expectAll(to, place, directory, kills)
                if let end { if end < .now { break } } else if kills >= Self.kills || number >= 20 { break }
            }
            print("\(name): \(kills) kills, \(inTheMiddle) copies went on")
            #expect(inTheMiddle > 0)
        }

        private func messages(_ session: Int) -> [Message] {
            (0...session * 3).map { number in
                let metadata: [String: JSONValue] = number % 5 == 0 ? ["n": .integer(Int64(number))] : [:]
                return Message(
                    role: number % 2 == 0 ? .user : .assistant, content: "message \(number) of \(session)",
                    timestamp: Timestamp(microseconds: Int64(number)), metadata: metadata,
                    id: number % 3 == 0 ? "\(session).\(number)" : nil)
            }
        }

        private func save(_ session: Int, to source: any MemoryBackend) async throws {
            try await source.save(messages(session), to: "s\(session)", expecting: nil, origin: ["line": .integer(7)])
            try await source.setMetadata(["title": .string("\(session)")], for: "s\(session)")
        }

        /// - Returns: Whether it came to its end before it was killed.
        private func copy(
            _ source: String, _ kind: BackendKind, _ place: String, _ directory: TemporaryDirectory,
            after time: Duration?
        ) async throws -> Bool {
            let target = try await kind.url(at: place, in: directory)
            let process = try MigrateProcess([source, target, "--batch-size", "2", "--concurrency", "3"])
            if let time {
                try await Task.sleep(for: time)
                process.kill()
            }
            let result = try await process.finish()
            if result.exitCode == 0 { return true }
            #expect(result.exitCode == 128 + SIGKILL, "\(result.messages)")
            return false
        }

        private func expectAll(
            _ kind: BackendKind, _ place: String, _ directory: TemporaryDirectory, _ kills: Int
        ) async throws {
            let copy = try await kind.make(at: place, in: directory)
            for session in 0..<Self.sessions {
                let id = "s\(session)"
                #expect(try await copy.load(id) == messages(session), "\(id) after \(kills) kills")
                #expect(try await copy.info(id)?.metadata == ["title": .string("\(session)")])
                #expect(try await copy.origin(of: id)?["line"] == 7)
            }
            #expect(try await copy.sessions(by: .id, after: nil, limit: 1000).sessions.count == Self.sessions)
            try await copy.close()
        }
    }
#endif
