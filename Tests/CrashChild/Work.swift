import AgentMemory
import Amberlog
import AmberlogTestKit
import Foundation
import StoreModel

extension CrashChild {
    /// Says `try N` before an action and `done N` after it.
    static func work(_ directory: String, durability: String, seed: UInt64, time_µs: Int64) async throws {
        let clock = ManualClock(at_µs: time_µs)
        var options = busyOptions(durability)
        options.maximumMessages = Torture.maximumMessages
        options.timeToLive = Torture.timeToLive
        options.clock = clock
        let store = try await AmberlogStore.open(directory, options: options)
        var torture = Torture(seed: seed)
        var backup: Int?
        for number in 1... {
            let (action, later) = torture.next(now_µs: clock.now_µs())
            clock.advance(by: later)
            say("try \(number)")
            do {
                switch action {
                case .step(let step): _ = try await store.perform(step)
                case .backUp:
                    _ = try await store.backUp(to: Torture.backup(number, of: directory))
                    backup = number
                    say("backup \(number)")
                case .restore:
                    guard let from = backup else { break }
                    _ = try await AmberlogStore.restore(
                        from: Torture.backup(from, of: directory), to: Torture.restored(from, of: directory))
                    backup = nil
                    say("restored \(from)")
                case .reindex: try await store.reindex()
                case .search(let query): _ = try await store.searchResults(query)
                }
            } catch {
                say("failed at \(action): \(error)")
            }
            say("done \(number)")
        }
    }
}
