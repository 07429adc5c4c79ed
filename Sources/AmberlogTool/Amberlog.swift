internal import AgentMemory
internal import ArgumentParser
internal import CSystem

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// The command `amberlog`.
@main
struct Amberlog: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "amberlog",
        abstract: "Keeps conversations of AI agents: durable, searchable, in one directory.",
        discussion: """
            A store is a directory, named by --store, else by $AMBERLOG_STORE, else ./agent-memory. One process writes \
            at a time; any number may read meanwhile.

            Exit codes: 0 done, 1 failed, 2 damage found, 64 wrong usage, 75 locked by another process.

            Example:
              amberlog import chats.jsonl.gz
              amberlog sessions --limit 10
              amberlog load user_123 --limit 20
              amberlog search "walk in the rain"
            """,
        subcommands: [
            Import.self, Export.self, Save.self, Load.self, Search.self, Sessions.self, Clear.self, Stats.self,
            Reindex.self, Verify.self, Compact.self, Sweep.self, Backup.self, Restore.self, Migrate.self,
            Dump.self,
        ])

    static func main() async {
        // A reader that has seen enough is no failure: the write that finds out says so (see ``OutputClosed``).
        signal(SIGPIPE, SIG_IGN)
        // Else the holes of buffers that come and go by the megabyte make a third of what a migration takes.
        amber_give_back_blocks(256 << 10)
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch let error as MemoryError {
            Messages.print(error.description)
            Self.exit(withError: ExitCode(exitCode(of: error)))
        } catch is OutputClosed {
            Self.exit(withError: ExitCode.success)
        } catch {
            Self.exit(withError: error)
        }
    }

    private static func exitCode(of error: MemoryError) -> Int32 {
        switch error.code {
        case .locked, .readersActive: 75
        case .invalidSessionID, .invalidArgument: 64
        default: 1
        }
    }
}
