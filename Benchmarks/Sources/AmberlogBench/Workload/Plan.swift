/// Which messages go to which session, in which order, worked out before anything is timed.
///
/// A save is a batch of `size` messages. The peers are given the sequence numbers, which an engine of its own kind
/// has to hand out itself.
struct Plan: Sendable {
    struct Save: Sendable {
        var session: UInt32
        /// The sequence of the first message, from 1.
        var sequence: UInt32
        /// The pool's messages `batch * size ..< (batch + 1) * size`.
        var batch: UInt32
    }

    let pool: MessagePool
    let size: Int
    var saves: [Save]

    var count: Int { saves.count }

    @inline(__always)
    func messages(of save: Save) -> Range<Int> {
        let start = Int(save.batch) * size
        return start..<(start + size)
    }

    var byteCount: Int {
        saves.reduce(0) { $0 + pool.bytes(of: messages(of: $1)).count }
    }

    /// `count` saves, each to any of the sessions.
    static func scattered(_ pool: MessagePool, count: Int, size: Int, sessions: Int, seed: UInt64) -> Plan {
        var random = Random(seed: seed)
        let batches = pool.entries.count / size
        var next = [UInt32](repeating: 1, count: sessions)
        var batch = random.below(batches)
        let saves = (0..<count).map { _ in
            let session = random.below(sessions)
            let sequence = next[session]
            next[session] += UInt32(size)
            batch = (batch + 1) % batches
            return Save(session: UInt32(session), sequence: sequence, batch: UInt32(batch))
        }
        return Plan(pool: pool, size: size, saves: saves)
    }

    /// A store of `sessions` times `messages`, all conversations going on at once: in every turn of the clock each
    /// session gets one save, in another order.
    static func conversations(
        _ pool: MessagePool, sessions: Int, messages: Int, size: Int = 2, seed: UInt64
    ) -> Plan {
        var random = Random(seed: seed)
        let batches = pool.entries.count / size
        // A session walks through the pool from a place of its own, so that no content repeats within it.
        let starts = (0..<sessions).map { _ in random.below(batches) }
        var order = Array(0..<sessions)
        var saves: [Save] = []
        saves.reserveCapacity(sessions * messages / size)
        for turn in 0..<(messages / size) {
            order.shuffle(using: &random)
            for session in order {
                saves.append(
                    Save(
                        session: UInt32(session), sequence: UInt32(turn * size + 1),
                        batch: UInt32((starts[session] + turn) % batches)))
            }
        }
        return Plan(pool: pool, size: size, saves: saves)
    }

    /// Ten sessions, spread evenly over a store, that get 50 messages more: those whose loads are compared between
    /// stores of short sessions. They are the same messages in a store of any size.
    static func probes(of sessions: Int) -> [UInt32] {
        (0..<10).map { UInt32($0 * sessions / 10) }
    }

    mutating func appendProbes(of sessions: Int, after messages: Int) {
        let batches = pool.entries.count / size
        for (number, session) in Self.probes(of: sessions).enumerated() {
            for turn in 0..<(50 / size) {
                saves.append(
                    Save(
                        session: session, sequence: UInt32(messages + turn * size + 1),
                        batch: UInt32((number * 31 + turn) % batches)))
            }
        }
    }

    /// Popular sessions more often than others, the popular ones scattered over the store.
    static func popularSessions(count: Int, of sessions: Int, seed: UInt64) -> [UInt32] {
        var random = Random(seed: seed)
        let ranks = ZipfMandelbrot(count: sessions, shift: 0, exponent: 1)
        // The same sessions are the popular ones in every round.
        var scatter = Random(seed: 42)
        let order = (0..<sessions).shuffled(using: &scatter)
        return (0..<count).map { _ in UInt32(order[ranks.sample(&random)]) }
    }
}
