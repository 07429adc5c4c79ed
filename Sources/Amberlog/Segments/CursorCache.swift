internal import LogFormat
internal import Synchronization

/// Where recent pages of long sessions ended, so that paging through one costs O(page), not O(session).
///
/// A small ring: a lookup scans it. Whoever pages through more sessions at once than it holds pays with a walk.
final class CursorCache: Sendable {
    private struct Entry {
        var number: UInt64
        var generation: UInt64
        var isForward: Bool
        var cursor: SegmentReader.Cursor
    }

    private struct Ring {
        var entries: [Entry] = []
        var next = 0
    }

    private static let capacity = 64
    private let ring = Mutex(Ring())

    /// The best place to begin. Going forward: the last one at or below the sequence; going back: the first one at or
    /// above it.
    func find(
        _ number: UInt64, generation: UInt64, sequence: UInt64, _ direction: Engine.Direction
    ) -> SegmentReader.Cursor? {
        ring.withLock { ring in
            var best: SegmentReader.Cursor?
            for entry in ring.entries where entry.number == number && entry.generation == generation {
                switch direction {
                case .oldestFirst:
                    if entry.cursor.sequence <= sequence, best == nil || best!.sequence < entry.cursor.sequence {
                        best = entry.cursor
                    }
                case .newestFirst:
                    if entry.cursor.sequence >= sequence, best == nil || best!.sequence > entry.cursor.sequence {
                        best = entry.cursor
                    }
                }
            }
            return best
        }
    }

    func remember(
        _ cursor: SegmentReader.Cursor, _ number: UInt64, generation: UInt64, _ direction: Engine.Direction
    ) {
        ring.withLock { ring in
            let entry = Entry(
                number: number, generation: generation, isForward: direction == .oldestFirst, cursor: cursor)
            // A reader moves its own entry along: the one just behind it.
            if let index = ring.entries.firstIndex(where: {
                $0.number == number && $0.generation == generation && $0.isForward == entry.isForward
            }) {
                ring.entries[index] = entry
            } else if ring.entries.count < Self.capacity {
                ring.entries.append(entry)
            } else {
                ring.entries[ring.next] = entry
                ring.next = (ring.next + 1) % Self.capacity
            }
        }
    }
}
