package import AgentMemory
import AmberlogTestKit

/// What one worker of a soak does: the same for the same seed.
package struct SoakScript: Sendable {
    package static let workers = 8
    package static let maximumMessages = 300
    package enum Action: Sendable {
        case step(Step)
        /// A number of messages, the newest ones.
        case load(String, Int)
        case search(String)
        /// Saves to a session that is left alone from then on, until it has expired.
        case abandon(String)
    }

    private var steps: StepGenerator
    private var generator: SeededGenerator
    private var abandoned = 0
    private let worker: Int

    package init(seed: UInt64, worker: Int) {
        self.worker = worker
        steps = StepGenerator(seed: seed &+ UInt64(worker), sessions: (0..<6).map { "\(worker)/\($0)" })
        steps.contentBytesMax = 800
        steps.clearsAll = false
        steps.touchesAll = false
        // What is remembered of ids is not in the store that a worker begins with.
        steps.hasIDs = false
        generator = SeededGenerator(seed: ~seed &+ UInt64(worker))
    }

    package mutating func next() -> Action {
        switch generator.below(100) {
        case 0..<30: return .load(steps.session(), 1 + generator.below(60))
        case 30..<36: return .search(steps.session())
        case 36:
            abandoned += 1
            // By the time that a name is used again, the session has expired.
            return .abandon("\(worker)/left \(abandoned % 100)")
        default: return .step(steps.next())
        }
    }

    package mutating func messages(_ count: Int) -> [Message] { steps.messages(count) }
}
