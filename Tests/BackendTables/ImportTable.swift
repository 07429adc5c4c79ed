import AgentMemory
import AmberlogTestKit
import ForeignStores
import Foundation
import TestServers

/// What importing each layout gives, measured: a line for each store.
struct ImportTable {
    private var known = Set(ForeignLayouts.known.names)
    private(set) var failures: [String] = []

    /// Prints it.
    ///
    /// - Parameter folders: What `make foreign-stores` has made, and the fixtures.
    mutating func print(_ folders: [String]) async throws {
        Swift.print(
            "| layout | made by | sessions | messages | refused | what has no place | imported again |\n"
                + "|---|---|---|---|---|---|---|")
        for folder in try ForeignFolder.all(in: folders) { try await printLine(folder) }
        for layout in known.sorted() { failures.append("\(layout): no store of it") }
    }

    private mutating func printLine(_ folder: ForeignFolder) async throws {
        let directory = try TemporaryDirectory()
        var servers: [RedisServer] = []
        let place = try await folder.place(in: directory.path, &servers)
        let tool = try ImportTool(store: directory.path + "/store")
        // A server has several of them.
        let found = Set(try tool.layouts(place))
        let layouts = place.contains("://") ? found.intersection([folder.name]) : found
        if layouts.isEmpty { failures.append("\(folder.name): not recognized, but \(found.sorted())") }
        known.subtract(layouts)
        let layout = layouts.sorted().first ?? folder.name
        let arguments = [place, "--format", layout] + (try folder.keyArguments(in: directory.path))
        let report = try tool.report(arguments)
        let again = try tool.report(arguments)
        for member in ["messages", "sessions", "refused"] {
            let (given, expected) = (report[member]?.integerValue, folder.expected(member))
            if let expected, given != expected {
                failures.append("\(folder.name): \(given ?? -1) \(member), and \(expected) were put in")
            }
        }
        if again["messages"] != 0 { failures.append("\(folder.name): imported again, it gave messages") }
        let cells = [
            layouts.sorted().map { "`\($0)`" }.joined(separator: ", "), Self.madeBy(folder, layout),
            Self.number(report["sessions"]), Self.number(report["messages"]), Self.number(report["refused"]),
            Self.losses(report["losses"]?.arrayValue ?? []), Self.number(again["messages"]),
        ]
        Swift.print("| " + cells.joined(separator: " | ") + " |")
        for server in servers { try await server.kill() }
    }

    private static func madeBy(_ folder: ForeignFolder, _ layout: String) -> String {
        folder.name == layout ? folder.libraries : "\(folder.libraries) (\(folder.name))"
    }

    private static func number(_ json: JSONValue?) -> String { json?.integerValue.map { "\($0)" } ?? "?" }

    /// What is no member of a message, and the members by their names.
    private static func losses(_ losses: [JSONValue]) -> String {
        var kinds: [String] = []
        var fields: [String] = []
        for loss in losses {
            guard let kind = loss["kind"]?.stringValue, let count = loss["count"]?.integerValue else { continue }
            if kind.hasPrefix("field ") {
                fields.append("\(kind.dropFirst(6)) \(count)")
            } else {
                kinds.append("\(kind) \(count)")
            }
        }
        if !fields.isEmpty {
            let more = fields.count > 5 ? ", \(fields.count - 5) more" : ""
            kinds.append("members: " + fields.prefix(5).joined(separator: ", ") + more)
        }
        return kinds.isEmpty ? "–" : kinds.joined(separator: "; ").replacing("|", with: "\\|")
    }
}
