import FuzzTargets
import Testing

/// What fuzzing has found, each by its kept input.
@Suite struct FoundTests {
    private func replay(_ name: String, _ input: String) throws {
        let target = try #require(FuzzTarget.all.first { $0.name == name })
        let kept = try #require(try Corpus(of: target).inputs.first { $0.name == input })
        try target.run(kept.bytes)
    }

    @Test func `a frame of the highest number has no successor`() throws {
        try replay("frame", "the-highest-number")
        try replay("manifest", "the-highest-edit")
        try replay("journal", "the-highest-batch")
    }

    @Test func `no batch comes before a batch of number 0`() throws {
        try replay("journal", "batch-zero")
    }

    /// That is what free places in the table of sessions have.
    @Test func `a session has the number 0`() throws {
        try replay("manifest", "session-zero")
        try replay("journal", "session-zero")
    }

    @Test func `a session begins with the highest number`() throws {
        try replay("journal", "the-highest-session")
    }

    @Test func `more messages are missing than can be counted`() throws {
        try replay("journal", "a-sequence-far-away")
    }

    @Test func `live messages add up to more than a number`() throws {
        try replay("manifest", "counts-that-overflow")
    }

    @Test func `lengths of messages add up to more than a number`() throws {
        try replay("run", "lengths-that-overflow")
    }

    /// Reading forwards asked for the rest of the frame for ever.
    @Test func `a frame reaches beyond the segment`() throws {
        try replay("segment", "a-frame-beyond-the-end")
    }

    /// What followed the compressed data was read or not, depending on how much of it was read at once.
    @Test func `something else stands between two members`() throws {
        try replay("inflate", "a-member-behind-something")
    }

    /// It was taken for one only where all of it came at once.
    @Test func `a byte order mark comes in pieces`() throws {
        try replay("splitting", "lines-with-marks")
    }
}
