import Amberlog
import AmberlogTestKit
import StoreModel
import Testing

/// The power goes while a store recovers, and again while it recovers from that.
@Suite(.ownThreads) struct Case19_CrashDuringRecovery {
    @Test(arguments: Mode.all(seeds: 2))
    func `recovery can be interrupted anywhere, twice`(_ mode: Mode) async throws {
        let recording = try await mode.record("case 19", count: 40)
        var explorer = CrashExplorer(recording, name: "case 19, \(mode.testDescription)")
        explorer.isDeep = false
        var generator = SeededGenerator(seed: mode.seed)
        var walker = CrashWalker(recording.disk)
        var tried = 0, done = 0, durable = 0
        while walker.advance() {
            if case .mark(let mark)? = walker.lastOperation {
                switch mark.label {
                case "try": tried = mark.number
                case "done": done = mark.number
                default: durable = mark.number
                }
                continue
            }
            guard generator.chance(20) else { continue }
            let choice = CrashChoice.random(generator.next())
            let floor = recording.isSynced ? done : durable
            let image = walker.image(choice)
            // Explored at once, because opening the image writes to its log.
            guard let state = await explorer.check(image, floor...tried, { "\(choice) after \(walker.position)" })
            else { return }
            await nest(&explorer, image, state, &generator, depth: 2, path: "\(choice) after \(walker.position)")
            if explorer.failures > 0 { return }
        }
        explorer.report()
    }

    /// A tail is cut off without a write to the block that holds the end of what is kept: such a write could take it.
    @Test(arguments: [StoreOptions.Durability.synced, .buffered])
    func `cutting a torn tail endangers nothing before it`(_ durability: StoreOptions.Durability) async throws {
        var recording = Recording { $0.durability = durability }
        let store = try await recording.open()
        try await recording.perform([.save(numbered(1...2), to: "a"), .save(numbered(1...1), to: "b")], on: store)
        try await recording.perform([.clear("a"), .save(numbered(1...9, bytes: 900), to: "c")], on: store)
        let position = try #require(recording.disk.log.lastIndex { $0.writeCount > 8000 }) + 1
        var explorer = CrashExplorer(recording, name: "case 19, torn tail, \(durability)")
        for bytes in [10, 30, 100, 600, 5000] {
            let torn = recording.disk.crashImage(after: position, choosing: .tornLast(bytes: bytes))
            guard await explorer.check(torn, 3...3, { "torn after \(bytes)" }) != nil else { return }
            var walker = CrashWalker(torn)
            while walker.advance() {
                let choices = walker.garbage(count: 12, seed: UInt64(bytes)) + walker.tornTails().prefix(3)
                for choice in choices {
                    guard
                        await explorer.check(
                            walker.image(choice), 3...3,
                            {
                                "torn after \(bytes), then \(choice) after \(walker.position) of the recovery: "
                                    + "\(walker.lastOperation.map { "\($0)" } ?? "")"
                            }) != nil
                    else { return }
                }
            }
        }
        explorer.report()
    }

    /// What was recovered once is durable, so a crash of the recovery can't change it any more.
    private func nest(
        _ explorer: inout CrashExplorer, _ disk: SimulatedDisk, _ state: Int, _ generator: inout SeededGenerator,
        depth: Int, path: String
    ) async {
        var walker = CrashWalker(disk)
        while walker.advance() {
            // In full on the first level, a sample on the second.
            guard depth == 2 || generator.chance(15) else { continue }
            let choices =
                depth == 2
                ? [.syncedOnly, .everything, .random(generator.next()), .garbage(seed: generator.next(), sector: 4096)]
                : [CrashChoice.random(generator.next())]
            for choice in choices {
                let image = walker.image(choice)
                let here = "\(path), then \(choice) after \(walker.position) of the recovery"
                guard await explorer.check(image, state...state, { here }) != nil else { return }
                if depth > 1 {
                    await nest(&explorer, image, state, &generator, depth: depth - 1, path: here)
                    if explorer.failures > 0 { return }
                }
            }
        }
    }
}
