import AgentMemory
import Amberlog
import AmberlogTestKit
import StoreModel
import Testing

/// Many callers at once, with the store's own threads: batches hold the saves of several of them, checkpoints and
/// compactions run beside them, and the power goes at any operation.
@Suite(.ownThreads) struct Case01_ConcurrentSaves {
    private static let writers = 8
    private static let savesEach = 14

    @Test(arguments: [StoreOptions.Durability.synced, .buffered])
    func `each caller's acknowledged saves are there, whole and in order`(_ durability: StoreOptions.Durability)
        async throws
    {
        var fixture = StoreFixture()
        fixture.options.durability = durability
        let disk = fixture.disk
        let store = try await fixture.open { $0.scheduling = .threads }
        let seed = TestSeed.next(named: "case 1, concurrent saves")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<Self.writers {
                group.addTask {
                    var generator = SeededGenerator(seed: seed &+ UInt64(writer))
                    var last = 0
                    for _ in 0..<Self.savesEach {
                        let count = 1 + last % 3
                        disk.mark("try \(writer)", last + count)
                        try await store.save(numbered((last + 1)...(last + count), bytes: 700), to: "s\(writer)")
                        last += count
                        disk.mark("done \(writer)", last)
                        if writer == 0, generator.chance(40) { try await store.checkpoint() }
                        if writer == 1, generator.chance(30) { _ = try await store.compact() }
                        if writer == 2, generator.chance(20) { _ = try await store.erase("nobody") }
                    }
                }
            }
            try await group.waitForAll()
        }
        try await store.close()
        var tried = [Int](repeating: 0, count: Self.writers), done = tried
        var walker = CrashWalker(disk)
        var states = 0
        while walker.advance() {
            if case .mark(let mark)? = walker.lastOperation {
                guard let writer = Int(mark.label.suffix(1)) else { continue }
                if mark.label.hasPrefix("try") { tried[writer] = mark.number } else { done[writer] = mark.number }
                continue
            }
            var choices = [CrashChoice.everything] + walker.mixtures(count: 1, seed: seed)
            if durability == .synced { choices.append(.syncedOnly) }
            for choice in choices {
                states += 1
                await Task.yield()
                let keepsAll = durability == .synced || choice == .everything
                let image = fixture.on(walker.image(choice))
                let store = try await image.open()
                let context = "\(choice) after operation \(walker.position)"
                try #require(store.statistics.damages.isEmpty, "\(context): \(store.statistics.damages)")
                for writer in 0..<Self.writers {
                    let messages = try await store.load("s\(writer)")
                    let count = messages.count
                    try #require(messages == (count == 0 ? [] : numbered(1...count, bytes: 700)), "\(context)")
                    try #require(Self.boundaries.contains(count), "\(context): a part of a save")
                    try #require(
                        count <= tried[writer] && (!keepsAll || count >= done[writer]),
                        "\(context): \(count) of \(done[writer])")
                }
            }
        }
        print("case 1, concurrent saves, \(durability): \(states) crash states over \(disk.operationCount) operations")
    }

    /// How many messages there are after so many saves.
    private static let boundaries: Set<Int> = {
        var set: Set<Int> = [0]
        var last = 0
        for _ in 0..<savesEach {
            last += 1 + last % 3
            set.insert(last)
        }
        return set
    }()
}
