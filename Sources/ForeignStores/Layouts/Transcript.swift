internal import AgentMemory

/// The lines of a transcript of Claude Code, and how they hang together.
struct Transcript {
    /// A line of the chain.
    struct Node {
        enum Kind { case user, assistant, other }

        var kind: Kind
        var number: Int
        var parent: String?
        /// Said in the conversation: neither the program's own nor a subagent's.
        var isSaid: Bool
        var isSidechain: Bool
        /// The answer that the line is a part of.
        var answer: String?
        /// The line, of those that are said.
        var text: ArraySlice<UInt8>
    }

    /// A result: a block of a line.
    struct ResultPlace: Hashable {
        var node: Int
        var block: Int
    }

    private(set) var nodes: [Node] = []
    private var numbers: [String: Int] = [:]
    private(set) var answers: [String: [Int]] = [:]
    private(set) var results: [String: [ResultPlace]] = [:]
    private var leaf: Int?
    private(set) var customTitle: JSONValue?
    private(set) var aiTitle: JSONValue?
    private(set) var workingDirectory: JSONValue?
    private var byteCount = 0

    mutating func add(_ json: JSONValue, _ text: ArraySlice<UInt8>, number: Int) throws(MemoryError) {
        guard case .object = json else { throw .unreadable("A line must be a JSON object") }
        if let title = json["customTitle"]?.stringValue, !title.isEmpty { customTitle = .string(title) }
        if let title = json["aiTitle"]?.stringValue, !title.isEmpty { aiTitle = .string(title) }
        guard let uuid = json["uuid"]?.stringValue, let type = json["type"]?.stringValue,
            let kind = Self.kind(of: type)
        else { return }
        let isSidechain = json["isSidechain"] == true
        let isMeta = json["isMeta"] == true
        let isSaid = kind != .other && !isSidechain && !isMeta
        if isSaid {
            byteCount += text.count
            guard byteCount <= ReadingLimits.conversationBytes else {
                throw MemoryError(.tooLarge, "The transcript is longer than \(ReadingLimits.conversationBytes) bytes")
            }
        }
        if workingDirectory == nil, !isSidechain { workingDirectory = json["cwd"]?.ifPresent }
        let index: Int
        if let known = numbers[uuid] {
            // A line that was written again says nothing new, but the conversation goes on from it.
            index = known
        } else {
            index = nodes.count
            numbers[uuid] = index
            nodes.append(
                Node(
                    kind: kind, number: number,
                    parent: json["parentUuid"]?.stringValue ?? json["logicalParentUuid"]?.stringValue, isSaid: isSaid,
                    isSidechain: isSidechain,
                    answer: kind == .assistant ? json["message"]?["id"]?.stringValue : nil,
                    text: isSaid ? text : []))
            if isSaid { note(json, index) }
        }
        if !isSidechain, !isMeta { leaf = index }
    }

    private static func kind(of type: String) -> Node.Kind? {
        switch type {
        case "user": .user
        case "assistant": .assistant
        case "progress", "system", "attachment": .other
        default: nil
        }
    }

    private mutating func note(_ json: JSONValue, _ index: Int) {
        if nodes[index].kind == .assistant {
            if let answer = nodes[index].answer { answers[answer, default: []].append(index) }
            return
        }
        for (block, content) in (json["message"]?["content"]?.arrayValue ?? []).enumerated()
        where content["type"]?.stringValue == "tool_result" {
            if let call = content["tool_use_id"]?.nameValue {
                results[call, default: []].append(ResultPlace(node: index, block: block))
            }
        }
    }

    /// The nodes from the beginning to the last line. Parents may be missing or go around: the chain ends there.
    var chain: [Int] {
        var chain: [Int] = []
        var seen: Set<Int> = []
        var next = leaf
        while let index = next, seen.insert(index).inserted {
            chain.append(index)
            next = nodes[index].parent.flatMap { numbers[$0] }
        }
        return chain.reversed()
    }
}
