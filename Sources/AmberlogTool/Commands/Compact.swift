internal import AgentMemory
internal import Amberlog
internal import ArgumentParser

struct Compact: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Rewrite what gains from it: dead messages go, live ones are compressed.",
        discussion: """
            Example:
              amberlog compact
            """)

    @OptionGroup var store: StoreArguments

    @Flag(help: "Print what was done as a JSON object.")
    var json = false

    func run() async throws {
        let watch = Stopwatch()
        let report = try await store.open(.readWrite) { try await $0.compact() }
        let seconds = watch.seconds
        let output = Output()
        if json {
            try output.line(
                [
                    "sessions": .integer(Int64(report.sessions)),
                    "bytes_before": .integer(Int64(clamping: report.bytesBefore)),
                    "bytes_after": .integer(Int64(clamping: report.bytesAfter)), "seconds": .double(seconds),
                ])
        } else if report.sessions == 0 {
            try output.line("There is nothing to gain")
        } else {
            let gain = report.bytesBefore - min(report.bytesBefore, report.bytesAfter)
            try output.line(
                "Compacted \(Humanized.count(report.sessions, "session")): \(Humanized.bytes(report.bytesBefore)) to "
                    + "\(Humanized.bytes(report.bytesAfter)), \(Humanized.bytes(gain)) gained in "
                    + Humanized.seconds(seconds))
        }
        try output.flush()
    }
}
