import AgentMemory
import AmberlogTestKit
import BackendMatrix
import Foundation

/// Prints the tables of the documentation, each line of them measured:
///
/// ```
/// BackendTables conformance      # behaviours x backends
/// BackendTables migration        # from x to
/// BackendTables import DIR...    # stores of other libraries: what `make foreign-stores` has made, and the fixtures
/// ```
@main
enum BackendTables {
    static func main() async throws {
        let directory = try TemporaryDirectory()
        switch CommandLine.arguments.dropFirst().first {
        case "conformance": try await printConformance(directory)
        case "migration": try await printMigration(directory)
        case "import":
            var table = ImportTable()
            try await table.print(Array(CommandLine.arguments.dropFirst(2)))
            for failure in table.failures { FileHandle.standardError.write(Data((failure + "\n").utf8)) }
            if !table.failures.isEmpty { exit(1) }
        default: print("usage: BackendTables conformance|migration|import DIRECTORY...")
        }
    }

    private static func printConformance(_ directory: TemporaryDirectory) async throws {
        print("| a backend… | " + BackendKind.allCases.map { "`\($0.rawValue)`" }.joined(separator: " | ") + " |")
        print("|---|" + BackendKind.allCases.map { _ in "---|" }.joined())
        var failures: [String] = []
        for check in ConformanceCheck.all {
            var cells: [String] = []
            for kind in BackendKind.allCases {
                let conformance = kind.conformance(in: directory)
                guard conformance.checks.contains(where: { $0.name == check.name }) else {
                    cells.append("–")
                    continue
                }
                do throws(ConformanceFailure) {
                    try await conformance.run(check)
                    cells.append("yes")
                } catch {
                    cells.append("**no**")
                    failures.append("\(kind.rawValue): \(error)")
                }
            }
            print("| \(check.name) | " + cells.joined(separator: " | ") + " |")
        }
        if !failures.isEmpty { print("\n" + failures.joined(separator: "\n")) }
    }

    private static func printMigration(_ directory: TemporaryDirectory) async throws {
        print("| from \\ to | " + BackendKind.allCases.map { "`\($0.rawValue)`" }.joined(separator: " | ") + " |")
        print("|---|" + BackendKind.allCases.map { _ in "---|" }.joined())
        for source in BackendKind.allCases {
            var cells: [String] = []
            for target in BackendKind.allCases {
                cells.append(source == target ? "" : try await migrated(source, target, directory))
            }
            print("| `\(source.rawValue)` | " + cells.joined(separator: " | ") + " |")
        }
    }

    private static func migrated(
        _ source: BackendKind, _ target: BackendKind, _ directory: TemporaryDirectory
    ) async throws -> String {
        let name = "\(source.rawValue)_\(target.rawValue)"
        let from = try await source.make(at: "from_" + name, in: directory)
        try await MigrationSample.save(to: from)
        let to = try await target.make(at: "to_" + name, in: directory)
        let result = try await migrateMemory(
            from: from, to: to, options: MigrationOptions(verification: .digest))
        let differences = try await MigrationSample.differences(in: to)
        try await to.close()
        try await from.close()
        guard result.success, differences.isEmpty else {
            return "**\((result.errors + differences).joined(separator: "; "))**"
        }
        let losses = result.losses.sorted { $0.key < $1.key }.map { "\($0.value) × \($0.key.rawValue)" }
        return "\(result.totalMessages)" + (losses.isEmpty ? "" : ", without \(losses.joined(separator: ", "))")
    }
}
