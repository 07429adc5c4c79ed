import AgentMemory

/// Counts what is said while it is saved.
actor AnalyticsMemory: MemoryWrapper {
    struct Analytics: Equatable {
        var messageCount = 0
        var totalTokens = 0
        var topics: Set<String> = []
    }

    let base: any MemoryBackend
    private(set) var analytics: [String: Analytics] = [:]

    init(base: any MemoryBackend) {
        self.base = base
    }

    @discardableResult
    func save(
        _ messages: [Message], to session: String, expecting: UInt64?, origin: JSONValue?
    ) async throws -> SaveReceipt {
        let receipt = try await base.save(messages, to: session, expecting: expecting, origin: origin)
        // Only what was appended counts: a save that is repeated adds nothing.
        let added =
            receipt.duplicates.isEmpty
            ? messages
            : try await base.load(session, from: receipt.sequences.lowerBound, limit: receipt.sequences.count)
        for message in added {
            analytics[session, default: Analytics()].messageCount += 1
            if let tokens = message.metadata["tokens"]?.integerValue {
                analytics[session]?.totalTokens += Int(tokens)
            }
            if let topic = message.metadata["topic"]?.stringValue { analytics[session]?.topics.insert(topic) }
        }
        return receipt
    }
}
