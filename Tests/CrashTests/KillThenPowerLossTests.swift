import AgentMemory
import Amberlog
import AmberlogTestKit
import StoreModel
import Testing

/// A process is killed at any operation, the next one recovers from what the page cache shows, and then the power goes:
/// recovery has built on nothing that the medium may lack.
@Suite(.ownThreads) struct KillThenPowerLossTests {
    @Test(arguments: Mode.all(seeds: 2))
    func `at each operation`(_ mode: Mode) async throws {
        var mode = mode
        // What another process has left pending, syncfs(2) covers, too.
        if mode.volumeSync == .sinceBeginning { mode.volumeSync = .everything }
        let recording = try await mode.record("kill, then power loss", count: 60)
        var explorer = CrashExplorer(recording, name: "kill, then power loss, \(mode.testDescription)")
        explorer.isDeep = false
        var generator = SeededGenerator(seed: mode.seed)
        var walker = CrashWalker(recording.disk)
        var tried = 0, done = 0
        while walker.advance() {
            if case .mark(let mark)? = walker.lastOperation {
                if mark.label == "try" { tried = mark.number }
                if mark.label == "done" { done = mark.number }
                continue
            }
            guard generator.chance(Exhaustive.isWanted ? 100 : 30) else { continue }
            let killed = walker.killed
            let before = killed.operationCount
            // What the process had from the system is there once it has been recovered, in every mode.
            guard let state = await explorer.check(killed, done...tried, { "killed after \(walker.position)" }) else {
                return
            }
            var later = CrashWalker(killed)
            later.advance(to: before)
            while later.advance() {
                let isRecovered = later.position == killed.operationCount
                guard isRecovered || generator.chance(20) else { continue }
                for choice in [CrashChoice.syncedOnly, .random(generator.next()), .directoryToggles(generator.next())] {
                    let floor = isRecovered ? state : recording.isSynced ? done : 0
                    let context = { "killed after \(walker.position), then \(choice) after \(later.position - before)" }
                    guard await explorer.check(later.image(choice), floor...max(floor, tried), context) != nil else {
                        return
                    }
                }
            }
        }
        explorer.report()
    }
}
