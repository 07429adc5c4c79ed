import AgentMemory
import Synchronization

/// A backend whose server goes away after some saves.
final class FragileBackend: MemoryWrapper {
    let base: any MemoryBackend
    private let left: Mutex<Int>
    private let takesEffect: Bool

    /// - Parameter takesEffect: Whether the save that fails was carried out all the same.
    init(base: any MemoryBackend, failsAfter saves: Int, takesEffect: Bool) {
        self.base = base
        left = Mutex(saves)
        self.takesEffect = takesEffect
    }

    func save(
        _ messages: [Message], to session: String, expecting: UInt64?, origin: JSONValue?
    ) async throws -> SaveReceipt {
        let isGone = left.withLock { left in
            left -= 1
            return left < 0
        }
        if !isGone { return try await base.save(messages, to: session, expecting: expecting, origin: origin) }
        let isFirst = left.withLock { $0 == -1 }
        if takesEffect, isFirst {
            _ = try await base.save(messages, to: session, expecting: expecting, origin: origin)
        }
        throw MemoryError(.unavailable, "The server is gone", retry: .later)
    }
}
