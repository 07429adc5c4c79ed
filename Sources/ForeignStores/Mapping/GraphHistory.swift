internal import AgentMemory

/// The messages of a thread that are added up from what was written, as LangGraph's `add_messages` does it.
struct GraphHistory {
    /// Removes all that came before, by the id of a `remove`.
    private static let all = "__remove_all__"

    /// Those that were taken out leave their place empty.
    private var places: [[String: JSONValue]?] = []
    private var known: [String: Int] = [:]

    var messages: [[String: JSONValue]] { places.compactMap(\.self) }

    /// A message with an id that is there takes its place; a `remove` takes it out.
    mutating func add(_ fields: [String: JSONValue]) {
        guard let id = fields["id"]?.nameValue else { return places.append(fields) }
        if fields["type"]?.stringValue == "remove" {
            if id == Self.all {
                (places, known) = ([], [:])
            } else if let place = known.removeValue(forKey: id) {
                places[place] = nil
            }
        } else if let place = known[id] {
            places[place] = fields
        } else {
            known[id] = places.count
            places.append(fields)
        }
    }
}
