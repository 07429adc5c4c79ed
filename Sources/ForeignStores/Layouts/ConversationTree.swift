internal import AgentMemory

/// The tree of a conversation of ChatGPT: nodes by id, each with its parent.
struct ConversationTree {
    private let nodes: [String: JSONValue]
    private let current: String?
    private let text: [UInt8]

    /// - Parameter text: The conversation's JSON, for what a dictionary has lost.
    init(nodes: [String: JSONValue], current: String?, text: [UInt8]) {
        (self.nodes, self.current, self.text) = (nodes, current, text)
    }

    /// The ids from the root to the current node, or to the newest leaf where there is none.
    ///
    /// Parents may be missing or go around: the way ends there. O(*n*) for *n* nodes.
    var way: [String] {
        var way: [String] = []
        var seen: Set<String> = []
        var next = current.flatMap { nodes[$0] == nil ? nil : $0 } ?? newestLeaf
        while let id = next, let node = nodes[id], seen.insert(id).inserted {
            way.append(id)
            next = node["parent"]?.stringValue
        }
        return way.reversed()
    }

    /// The JSON of the nodes as it stands there.
    var texts: [String: ArraySlice<UInt8>] {
        Dictionary(members.map { ($0.key, $0.value) }) { _, last in last }
    }

    private var members: [(key: String, value: ArraySlice<UInt8>)] {
        JSONSlices.members(of: JSONSlices.member("mapping", of: text[...]))
    }

    /// Of the nodes that are nobody's parent, the one whose message is the latest; the last of several.
    private var newestLeaf: String? {
        let parents = Set(nodes.values.compactMap { $0["parent"]?.stringValue })
        var newest: (id: String, time: Timestamp?)?
        for (id, _) in members where !parents.contains(id) {
            let time = nodes[id]?["message"]?["create_time"].flatMap { try? Timestamp.read($0) }
            if let known = newest, (known.time ?? .minimum) > (time ?? .minimum) { continue }
            newest = (id, time)
        }
        return newest?.id
    }
}
