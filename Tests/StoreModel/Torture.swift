import AgentMemory
import AmberlogTestKit

/// What a process does to a store until it is killed: the same for the same seed, so that whoever kills it knows.
package struct Torture: Sendable {
    package enum Action: Sendable {
        case step(Step)
        /// Into a directory beside the store.
        case backUp
        /// The newest backup, into another directory.
        case restore
        case reindex
        case search(String)
    }

    private var steps: StepGenerator
    private var generator: SeededGenerator

    package init(seed: UInt64) {
        steps = StepGenerator(seed: seed)
        steps.contentBytesMax = 1200
        generator = SeededGenerator(seed: ~seed)
    }

    /// The options that the process opens the store with, but for its durability and its clock.
    package static let maximumMessages = 40
    package static let timeToLive: Duration = .seconds(600)

    /// The next action, and how much later it is.
    package mutating func next(now_µs: Int64) -> (Action, later: Duration) {
        let later: Duration = generator.chance(5) ? .seconds(generator.below(200)) : .milliseconds(10)
        switch generator.below(100) {
        case 0..<2: return (.backUp, later)
        case 2: return (.restore, later)
        case 3: return (.reindex, later)
        case 4..<8: return (.search(["amber", "message", "nowhere"][generator.below(3)]), later)
        default: return (.step(steps.next(now_µs: now_µs)), later)
        }
    }

    package static func backup(_ number: Int, of directory: String) -> String { "\(directory).backup-\(number)" }
    package static func restored(_ number: Int, of directory: String) -> String { "\(directory).restored-\(number)" }
}
