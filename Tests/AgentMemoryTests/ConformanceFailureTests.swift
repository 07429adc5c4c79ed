import AgentMemory
import AmberlogTestKit
import Testing

/// The checks find what backends get wrong.
@Suite struct ConformanceFailureTests {
    private func conformance(_ fault: WrongBackend.Fault) -> BackendConformance {
        BackendConformance(capabilities: WrongBackend.capabilities) { setup in
            if fault != .ignoresSettings, setup.timeToLive != nil || setup.maximumMessages != nil {
                throw MemoryError(.unsupported, "No time to live, and no limit of messages")
            }
            return WrongBackend(fault)
        }
    }

    @Test(arguments: WrongBackend.Fault.allCases)
    func `a fault is found`(_ fault: WrongBackend.Fault) async throws {
        let check = try #require(conformance(fault).checks.first { $0.name == fault.rawValue })
        let failure = await #expect(throws: ConformanceFailure.self) { try await conformance(fault).run(check) }
        #expect(failure?.check == check.name)
        #expect(failure?.subject.isEmpty == false && failure?.expected != failure?.actual)
    }

    @Test func `a run gives every failure`() async throws {
        let failed = await conformance(.endsTextsAtNUL).run().map(\.check)
        #expect(failed.contains(WrongBackend.Fault.endsTextsAtNUL.rawValue))
        #expect(!failed.contains(WrongBackend.Fault.losesOrder.rawValue))
    }

    @Test func `checks have names of their own`() {
        let names = ConformanceCheck.all.map(\.name)
        #expect(Set(names).count == names.count)
    }

    @Test func `what a backend can't do is not checked, but that it says so is`() {
        let nothing = Set(BackendConformance(capabilities: []) { _ in InMemoryBackend() }.checks.map(\.name))
        let all = Set(BackendConformance(capabilities: .all) { _ in InMemoryBackend() }.checks.map(\.name))
        #expect(nothing.union(all) == Set(ConformanceCheck.all.map(\.name)))
        #expect(nothing.subtracting(all).contains("An origin is refused where none is kept"))
        #expect(all.subtracting(nothing).contains("A save records where its messages came from"))
    }
}

/// A backend that does one thing wrong.
final class WrongBackend: MemoryBackend {
    /// What it does wrong, by the name of a check that must find it.
    enum Fault: String, CaseIterable, Sendable {
        case losesOrder = "A load gives the newest messages, the oldest of them first"
        case ignoresBefore = "Pages backwards end before a sequence"
        case ignoresExpecting = "A save that expects another last sequence is a conflict that changes nothing"
        case savesInParts = "A save is whole or not at all"
        case losesMicroseconds = "Timestamps keep their microseconds"
        case makesIntegersDoubles = "Integers and doubles stay apart"
        case endsTextsAtNUL = "Contents are any text"
        case normalizesIDs = "Session ids are any text, and told apart by their bytes"
        case forgetsRoles = "Any role is kept"
        case makesSessionsOfNothing = "A save of nothing changes nothing"
        case clearsNothing = "A cleared session is gone, and only that one"
        case clearsInDryRuns = "Old sessions are cleared by their last save"
        case searchesEverywhere = "A search stays in its session"
        case failsOnPunctuation = "Any text is a query"
        case ignoresIDs = "A message whose id is known is not appended again"
        case ignoresLimits = "Numbers that make no sense are refused"
        case losesMetadata = "Metadata of messages come back as they were"
        case removesSilently = "Removing is refused where it can't be done"
        case ignoresSettings = "A time to live is refused where nothing expires"
        case worksOnceClosed = "A closed backend refuses every call"
        case listsOnePage = "Sessions are listed by id, page by page"
    }

    static let capabilities: BackendCapabilities = [.clientIDs, .closing]

    private let fault: Fault
    private let memory = InMemoryBackend(maxMessagesPerSession: 10_000)

    init(_ fault: Fault) {
        self.fault = fault
    }

    func save(_ messages: [Message], to session: String, expecting: UInt64?) async throws -> SaveReceipt {
        var messages = messages
        var expecting = expecting
        switch fault {
        case .ignoresExpecting: expecting = nil
        case .savesInParts where messages.count > 1:
            for message in messages { try await memory.save([message], to: session) }
            messages = []
        case .losesMicroseconds: change(&messages) { $0.timestamp.microseconds -= $0.timestamp.microseconds % 1000 }
        case .makesIntegersDoubles: change(&messages) { $0.metadata = $0.metadata.mapValues(Self.double) }
        case .endsTextsAtNUL: change(&messages) { $0.content = String($0.content.prefix { $0 != "\0" }) }
        case .forgetsRoles: change(&messages) { if $0.role.code == 0 { $0.role = .user } }
        case .makesSessionsOfNothing where messages.isEmpty:
            messages = [Message(role: .user, content: "")]
        case .ignoresIDs: change(&messages) { $0.id = nil }
        case .losesMetadata: change(&messages) { $0.metadata = [:] }
        default: break
        }
        return try await memory.save(messages, to: id(session), expecting: expecting)
    }

    func load(_ session: String, limit: Int?, before: UInt64?) async throws -> [Message] {
        let limit = fault == .ignoresLimits ? limit.map { max(0, $0) } : limit
        let before = fault == .ignoresBefore ? nil : before
        let loaded = try await memory.load(id(session), limit: limit, before: before)
        return fault == .losesOrder ? loaded.reversed() : loaded
    }

    func clear(_ session: String) async throws {
        if fault != .clearsNothing { try await memory.clear(id(session)) }
    }

    func sessions(by order: SessionOrder, after: String?, limit: Int) async throws -> SessionPage {
        var page = try await memory.sessions(by: order, after: after, limit: limit)
        if fault == .listsOnePage { page.next = nil }
        return page
    }

    func clearSessions(olderThan time: Timestamp, dryRun: Bool) async throws -> [SessionInfo] {
        try await memory.clearSessions(olderThan: time, dryRun: dryRun && fault != .clearsInDryRuns)
    }

    func removeLast(_ count: Int, from session: String) async throws -> [Message] {
        if fault == .removesSilently { return [] }
        throw MemoryError(.unsupported, "Nothing can be removed")
    }

    func searchHits(_ query: String, in session: String?, options: SearchOptions) async throws -> [SearchHit] {
        if fault == .failsOnPunctuation, query.contains("\"") { throw MemoryError(.invalidArgument, "Syntax error") }
        return try await memory.searchHits(query, in: fault == .searchesEverywhere ? nil : session, options: options)
    }

    func close() async throws {
        if fault != .worksOnceClosed { try await memory.close() }
    }

    private func id(_ session: String) -> String {
        fault == .normalizesIDs && session.unicodeScalars.elementsEqual("e\u{301}".unicodeScalars) ? "é" : session
    }

    private func change(_ messages: inout [Message], _ body: (inout Message) -> Void) {
        for index in messages.indices { body(&messages[index]) }
    }

    private static func double(_ value: JSONValue) -> JSONValue {
        switch value {
        case .integer(let number): .double(Double(number))
        case .array(let values): .array(values.map(double))
        default: value
        }
    }
}
