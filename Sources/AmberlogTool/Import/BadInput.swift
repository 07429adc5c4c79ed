/// Stops an import that is strict.
struct StrictStop: Error {}

/// Tells of what could not be imported: the first few with their place and reason, the rest as a number.
struct BadInput {
    private(set) var count = 0
    private var shown = 0
    private static let shownMax = 10
    private let tell: (String) -> Void

    init(tell: @escaping (String) -> Void) {
        self.tell = tell
    }

    /// - Parameter place: `chats.jsonl:17`.
    mutating func add(_ place: String, _ reason: String) {
        count += 1
        guard shown < Self.shownMax else { return }
        shown += 1
        tell("\(place): \(reason)")
    }

    /// How many were not told one by one.
    func tellRest() {
        if count > shown { tell("… and \(Humanized.count(count - shown)) more like these") }
    }
}
