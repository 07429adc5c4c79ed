import LogFormat
import Testing

@testable import Amberlog

/// An operation on all sessions waits for a journal that it fits, so it must never ask for one that can't be.
@Suite struct ManySessionsTests {
    @Test(arguments: [1_000_000, 3_000_000, 100_000_000])
    func `clearing more sessions than fit a batch`(_ sessions: Int) {
        let bytes = Operation.end(.all, .cleared).journalBytes(sessions: sessions)
        // As many as a batch takes, and no more than half of a journal.
        #expect(bytes >= UInt64(min(sessions, Limits.batchEntriesMax) * BatchEntry.byteCount))
        #expect(bytes < UInt64(Limits.journalBytesMax / 2))
    }
}
