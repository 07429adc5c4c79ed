import AgentMemory
import Amberlog
import AmberlogTestKit
import StoreModel
import Testing

/// Damage to a batch that a checkpoint has made superfluous takes no batch behind it along.
@Suite(.ownThreads) struct DamageBeforeLastBatchTests {
    @Test(arguments: 1...3)
    func `a byte of a batch that stands in segments`(_ later: Int) async throws {
        let fixture = StoreFixture()
        let store = try await fixture.open()
        try await store.save(numbered(1...2), to: "a")
        try await store.checkpoint()
        for number in 1...later { try await store.save(numbered(number...number), to: "b") }
        let crashed = fixture.afterCrash(.syncedOnly)
        let (path, journal) = try #require(
            crashed.disk.files.first { $0.key.hasPrefix("journal/") && $0.value.dropFirst(4096).contains { $0 != 0 } })
        for offset in 4096..<8192 where journal[offset] != 0 {
            let disk = SimulatedDisk(files: crashed.disk.files)
            disk.corrupt(path, at: offset, xor: 0x40)
            let recovered = try await fixture.on(disk).open()
            #expect(try await recovered.load("a") == numbered(1...2), "byte \(offset)")
            let isTold = !recovered.statistics.damages.isEmpty
            #expect(try await recovered.load("b") == numbered(1...later) || isTold, "byte \(offset)")
        }
    }
}
