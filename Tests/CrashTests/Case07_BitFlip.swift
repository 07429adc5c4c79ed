import AmberlogTestKit
import StoreModel
import Testing

/// Any bit of any file changes at rest.
@Suite(.ownThreads) struct Case07_BitFlip {
    @Test(arguments: [true, false])
    func `at every byte, with three masks`(_ isClosed: Bool) async throws {
        var judge = try await DamageJudge(try await DamagedStores.make(isClosed: isClosed))
        var kinds: Set<Substring> = []
        for (path, bytes) in judge.fixture.disk.files.sorted(by: { $0.key < $1.key }) where path != "LOCK" {
            for offset in Exhaustive.offsets(of: bytes, in: path) {
                for mask: UInt8 in offset.isMultiple(of: 3) || Exhaustive.isWanted ? [0x01, 0x80, 0xFF] : [0x10] {
                    let isFound = try await judge.judge("\(path), byte \(offset), mask \(mask)") {
                        $0.corrupt(path, at: offset, xor: mask)
                    }
                    if isFound { kinds.insert(path.prefix { $0 != "/" && $0 != "-" }) }
                }
            }
        }
        // One slot of the anchor stands in for the other, and after closing no journal holds anything.
        let expected: Set<Substring> = ["STORE", "CURRENT", "MANIFEST", "sessions", "index"]
        #expect(kinds == (isClosed ? expected : expected.union(["journal"])))
        print("Case 7: \(judge.states) states, \(judge.found) found by verifying, \(judge.harmless) harmless")
        #expect(judge.states > 1000 && judge.found > judge.states / 4)
    }
}
