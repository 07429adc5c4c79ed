import AgentMemory
import Amberlog
import Foundation

/// The process that the crash suites kill, starve and lock out.
///
/// ```
/// CrashChild write DIRECTORY DURABILITY       saves until it is killed, and acknowledges each save on standard output
/// CrashChild work DIRECTORY DURABILITY SEED TIME    does everything a store can do, and says what before and after
/// CrashChild soak DIRECTORY DURABILITY SEED RATE SECONDS    works at a rate, compares what it reads with a model, and says how much memory it takes
/// CrashChild migrate DIRECTORY COPY           copies a store into another one
/// CrashChild fill DIRECTORY                   fills a small volume, clears, and goes on
/// CrashChild starve DIRECTORY                 works with a handful of file descriptors
/// CrashChild look DIRECTORY                   reads a store that can't be written to
/// CrashChild hold DIRECTORY                   opens the store, says "open", and waits to be killed
/// CrashChild try DIRECTORY                    opens the store and says "open", or the code and the message of the error
/// ```
@main
enum CrashChild {
    static func main() async {
        let arguments = CommandLine.arguments
        guard arguments.count >= 3 else { return say("usage: see CrashChild.swift") }
        let directory = arguments[2]
        func argument(_ index: Int) -> String { arguments.count > index ? arguments[index] : "" }
        do {
            switch arguments[1] {
            case "write": try await write(directory, durability: argument(3))
            case "work":
                try await work(
                    directory, durability: argument(3), seed: UInt64(argument(4)) ?? 0, time_µs: Int64(argument(5)) ?? 0
                )
            case "soak":
                try await Soak(
                    directory, durability: argument(3), seed: UInt64(argument(4)) ?? 0, rate: Int(argument(5)) ?? 100,
                    timeToLive: .seconds(Int(argument(6)) ?? 60)
                ).run()
            case "migrate": try await migrate(directory, into: argument(3))
            case "fill": try await fill(directory)
            case "starve": try await starve(directory)
            case "look": try await look(directory)
            case "hold":
                let store = try await AmberlogStore.open(directory)
                say("open")
                _ = try FileHandle.standardInput.readToEnd()
                try await store.close()
            default:
                let store = try await AmberlogStore.open(directory)
                say("open")
                try await store.close()
            }
        } catch let error as MemoryError {
            say("\(error.code) \(error.message)")
        } catch {
            say("\(error)")
        }
    }

    /// Straight to the pipe: what was said before the kill must arrive.
    static func say(_ line: String) {
        FileHandle.standardOutput.write(Data((line + "\n").utf8))
    }

    static func durability(_ name: String) -> StoreOptions.Durability {
        switch name {
        case "buffered": .buffered
        case "interval": .interval(.milliseconds(5))
        default: .synced
        }
    }

    /// Everything happens often.
    static func busyOptions(_ durability: String) -> StoreOptions {
        var options = StoreOptions()
        options.durability = Self.durability(durability)
        options.initialJournalBytes = 64 << 10
        options.maximumJournalBytes = 256 << 10
        options.compactAfter = .milliseconds(20)
        options.sweepInterval = .milliseconds(20)
        return options
    }
}
