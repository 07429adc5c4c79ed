internal import AgentMemory
internal import LogFiles
internal import LogFormat

/// Keeps damaged files as they were, with a report, for people who want to look.
struct Quarantine {
    let files: any FileSystem
    /// `quarantine/1`, `quarantine/2`...
    let directory: String

    /// Begins a new one.
    init(_ files: any FileSystem) throws(MemoryError) {
        self.files = files
        directory = try withFileErrors("Preparing the quarantine") { () throws(FileError) in
            try files.createDirectory(StorePaths.quarantine)
            let used = try files.list(StorePaths.quarantine).compactMap { Int($0.prefix { $0.isNumber }) }
            return "\(StorePaths.quarantine)/\((used.max() ?? 0) + 1)"
        }
    }

    /// Copies a file. One that is gone is left out.
    func keep(_ path: String) throws(MemoryError) {
        do throws(FileError) {
            let source = try files.open(path, .read)
            let target = try files.open(name(path), .createIfMissing)
            try target.truncate(to: 0)
            let size = try source.size()
            var offset: UInt64 = 0
            while offset < size {
                let bytes = try source.bytes(from: offset, count: Int(min(1 << 20, size - offset)))
                if bytes.isEmpty { break }
                try target.writeFully(bytes, at: offset)
                offset += UInt64(bytes.count)
            }
            try target.synchronize()
        } catch  where error.isNotFound {
            return
        } catch {
            throw MemoryError(error, "Keeping a damaged file")
        }
    }

    /// Writes down what was found and what is gone, in place of an earlier account of the same repair.
    func write(_ report: RepairReport) throws(MemoryError) {
        var lines = ["What was found:"] + report.before.findings.map { "  \($0.severity.rawValue): \($0)" }
        lines += ["What was done:"] + report.actions.map { "  \($0)" }
        lines += ["What is gone:"] + (report.losses.isEmpty ? ["  nothing"] : report.losses.map { "  \($0)" })
        try withFileErrors("Writing the report of a repair") { () throws(FileError) in
            let temporary = name("REPORT.txt") + StorePaths.temporarySuffix
            let file = try files.open(temporary, .createIfMissing)
            try file.truncate(to: 0)
            try file.writeFully(Array((lines.joined(separator: "\n") + "\n").utf8), at: 0)
            try file.synchronize()
            try files.rename(temporary, to: name("REPORT.txt"))
            try files.synchronizeDirectory(StorePaths.quarantine)
            try files.synchronizeDirectory("")
        }
    }

    /// One directory holds it all: the erasing of a session goes through its files.
    private func name(_ path: String) -> String {
        "\(directory)-" + path.split(separator: "/").joined(separator: "-")
    }
}
