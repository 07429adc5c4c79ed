internal import AgentMemory

/// Strands' `FileSessionManager`: `session_S/agents/agent_A/messages/message_N.json`.
package struct StrandsFiles: DirectoryLayout {
    package let name = "strands-files"
    package let summary = "Sessions of Strands in directories"
    package let fileExtension = "json"
    private static let sessionPrefix = "session_"
    private static let agentPrefix = "agent_"
    private static let messagePrefix = "message_"

    package init() {}

    /// Files alone tell neither session nor order.
    package func recognize(_ head: FileHead) -> Recognition? { nil }

    package func reader(_ options: ReadingOptions) -> any ForeignFileReader { StrandsReader() }

    package func sources(in directory: String, _ listing: any DirectoryListing) throws -> [ForeignSource] {
        // The directory is a session itself, or has some.
        if FileName.last(of: directory).hasPrefix(Self.sessionPrefix) {
            let found = try sources(ofSession: directory, listing)
            if !found.isEmpty { return found }
        }
        var sources: [ForeignSource] = []
        for entry in try listing.entries(of: directory)
        where entry.isDirectory && entry.name.hasPrefix(Self.sessionPrefix) {
            sources += try self.sources(ofSession: directory + "/" + entry.name, listing)
        }
        return sources
    }

    /// A source for each agent of a session.
    private func sources(ofSession directory: String, _ listing: any DirectoryListing) throws -> [ForeignSource] {
        let session = String(FileName.last(of: directory).dropFirst(Self.sessionPrefix.count))
        let entries = try listing.entries(of: directory)
        guard !session.isEmpty, entries.contains(DirectoryEntry(name: "agents", isDirectory: true)) else { return [] }
        var sources: [ForeignSource] = []
        for entry in try listing.entries(of: directory + "/agents")
        where entry.isDirectory && entry.name.hasPrefix(Self.agentPrefix) {
            let agent = String(entry.name.dropFirst(Self.agentPrefix.count))
            let path = directory + "/agents/" + entry.name
            guard try listing.entries(of: path).contains(DirectoryEntry(name: "messages", isDirectory: true)) else {
                continue
            }
            let names = try listing.entries(of: path + "/messages").filter { entry in
                !entry.isDirectory && entry.name.hasPrefix(Self.messagePrefix) && entry.name.hasSuffix(".json")
            }.map(\.name)
            sources.append(
                ForeignSource(
                    path: path, layout: self,
                    recognition: Recognition(.certain, "it has messages of an agent of session_\(session)"),
                    files: Self.inOrder(names).map { path + "/messages/" + $0 },
                    session: agent == "default" ? session : "\(session)/\(agent)"))
        }
        return sources
    }

    /// By number; names without one come last, and are refused when they are read.
    private static func inOrder(_ names: [String]) -> [String] {
        names.map { (name: $0, number: number(of: $0) ?? .max) }
            .sorted {
                $0.number == $1.number ? $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) : $0.number < $1.number
            }
            .map(\.name)
    }

    /// N of `message_N.json`.
    static func number(of name: String) -> UInt64? {
        guard name.hasPrefix(messagePrefix), name.hasSuffix(".json") else { return nil }
        let digits = name.dropFirst(messagePrefix.count).dropLast(5)
        guard digits.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return nil }
        return UInt64(digits)
    }
}
