/// A search without an index: it is given messages page by page, and has the best of them then.
protocol MessageScan: Sendable {
    var options: SearchOptions { get }
    /// Whether nothing can match.
    var isEmpty: Bool { get }
    mutating func add(_ messages: some Sequence<Message>, of session: String)
    func matches() -> [RankedScan.Match]
    func hit(for match: RankedScan.Match, message: Message, before: [Message], after: [Message]) -> SearchHit
}

extension RankedScan: MessageScan {}

extension MemoryBackend {
    /// Reads every message of a session, or of all sessions, and then the hits again, with what is around them.
    @concurrent
    func hits(of scan: sending some MessageScan, in session: String?) async throws -> [SearchHit] {
        var scan = scan
        guard !scan.isEmpty else { return [] }
        if let session {
            try await forEachPage(of: session) { scan.add($0, of: session) }
        } else {
            for try await info in allSessions() {
                try await forEachPage(of: info.id) { scan.add($0, of: info.id) }
            }
        }
        var hits: [SearchHit] = []
        for match in scan.matches() {
            guard let found = try await neighborhood(of: match, scan.options.context) else { continue }
            hits.append(scan.hit(for: match, message: found.message, before: found.before, after: found.after))
        }
        return hits
    }

    /// Gives `body` all messages of a session, page by page.
    @concurrent
    private func forEachPage(of session: String, _ body: ([Message]) -> Void) async throws {
        // From the newest back: what every backend does best.
        var before: UInt64?
        while true {
            let page = try await load(session, limit: 256, before: before)
            body(page)
            guard page.count == 256, let first = try page.first?.knownSequence(), first > 1 else { return }
            if let before, first >= before { return }
            before = first
        }
    }

    /// A message that a scan has found, with so many others on either side of it; `nil` when it was removed since.
    @concurrent
    private func neighborhood(
        of match: RankedScan.Match, _ context: Int
    ) async throws -> (message: Message, before: [Message], after: [Message])? {
        let (end, isLast) = match.sequence.addingReportingOverflow(1)
        var before = try await load(match.session, limit: context + 1, before: isLast ? nil : end)
        guard let message = before.popLast(), message.sequence == match.sequence else { return nil }
        let after = context > 0 && !isLast ? try await load(match.session, from: end, limit: context) : []
        return (message, before, after)
    }
}
