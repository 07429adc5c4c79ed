import AgentMemory
import LogFormat

@testable import Amberlog

extension FuzzTarget {
    /// Entries with their payloads.
    private typealias Entries = [(entry: BatchEntry, payload: [UInt8])]

    @Sendable static func seedBatches() throws -> [String: [UInt8]] {
        let begin: Entries = [
            (
                BatchEntry(.begin, session: 4),
                encoded { writer in
                    writer.append(Int64(1_767_225_600_000_000))
                    writer.append(Int64(0))
                    "dave".utf8.forEach { writer.append($0) }
                }
            )
        ]
        func append(_ name: String, to session: UInt64, at value: UInt64) throws -> Entries {
            let messages = FuzzMessages.all[name] ?? []
            let entry = BatchEntry(.append, session: session, value: value, messageCount: UInt32(messages.count))
            return [(entry, try FuzzMessages.records(of: messages))]
        }
        let end: Entries = [(BatchEntry(.end, session: 1, flags: BatchEntry.Ending.erased.rawValue), [])]
        let forget: Entries = [
            (BatchEntry(.firstLive, session: 2, value: 5), []),
            (BatchEntry(.removed, session: 2, value: 7), encoded { $0.append(UInt64(9)) }),
        ]
        let notes: Entries = [
            (BatchEntry(.metadata, session: 3), Array(#"{"k":1}"#.utf8)),
            (BatchEntry(.origin, session: 3), Array("{}".utf8)),
        ]
        let first = batch(1, try begin + append("plain", to: 4, at: 1))
        let second = batch(2, try append("id", to: 2, at: 9) + append("metadata", to: 1, at: 1), durable: 1)
        let third = batch(3, forget + notes, durable: 2)
        return [
            "empty-batch": batch(1, []), "begin": first, "append": second, "notes": third,
            "append-everything": batch(1, try append("everything", to: 3, at: 1)), "end": batch(7, end),
            "three": first + second + third,
            "after-an-end": batch(1, end) + batch(2, try append("plain", to: 1, at: 1)),
            "a-gap-in-sequences": batch(1, try append("plain", to: 1, at: 5)),
            "the-highest-batch": batch(.max, end), "batch-zero": batch(0, []).dropLast(8) + batch(0, end),
            "a-sequence-far-away": batch(1, try append("plain", to: 1, at: 1 << 63)),
            "the-highest-session": batch(1, [(BatchEntry(.begin, session: .max), begin[0].payload)]),
            "session-zero": batch(1, [(BatchEntry(.begin, session: 0), begin[0].payload)]),
            "a-missing-batch": first + third, "a-torn-batch": first + second.dropLast(20),
            "a-damaged-batch": first + second.dropLast(24) + [UInt8](repeating: 0xA5, count: 24) + third,
        ]
    }

    private static func batch(_ number: UInt64, _ entries: Entries, durable: UInt64 = 0) -> [UInt8] {
        encoded { writer in
            let start = BatchHeader.begin(
                into: &writer, number: number, durableThrough: durable, time_µs: 1_767_225_600_000_000,
                count: entries.count)
            var offset = 0
            for (entry, payload) in entries {
                var entry = entry
                entry.payloadOffset = UInt32(offset)
                entry.payloadLength = UInt32(payload.count)
                entry.payloadChecksum = payload.withUnsafeBytes { Checksum.crc32c($0, seed: 0) }
                entry.encode(into: &writer)
                offset += payload.count
            }
            let payloads = entries.flatMap(\.payload)
            let padding = payloads.count.roundedUpToWord - payloads.count
            writer.endFrame(start, seed: FuzzIdentity.file.checksumSeed, extra: payloads.count + padding)
            payloads.withUnsafeBytes { writer.append($0) }
            writer.pad(to: writer.count + padding)
        }
    }
}
