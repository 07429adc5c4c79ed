import Glibc

/// The messages that all engines save, made before anything is timed.
///
/// Lengths are log-normal (median 180 bytes, mean about 400, at most 16 KiB), roles alternate, metadata is a small
/// JSON object. Every message also stands here as an encoded record, one after another, so that the engines that
/// store opaque bytes, and the raw limit, get them for nothing.
///
/// `@unchecked Sendable`: written by `init`, only read afterwards.
final class MessagePool: @unchecked Sendable {
    struct Entry {
        var offset: Int
        var length: Int
        var metadataLength: Int
        var role: UInt8
        var time: Int64

        var metadataOffset: Int { offset + Record.headerSize }
        var contentOffset: Int { metadataOffset + metadataLength }
        var contentLength: Int { length - Record.headerSize - metadataLength }
    }

    static let maximumContent = 16 * 1024

    let records: UnsafeMutableRawPointer
    let entries: [Entry]

    init(count: Int, seed: UInt64 = 1) {
        var random = Random(seed: seed)
        let vocabulary = Vocabulary(count: 30_000, random: &random)
        // The mean of a log-normal is median * exp(sigma^2 / 2).
        let sigma = sqrt(2 * log(400.0 / 180.0))
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count * 480)
        var entries: [Entry] = []
        entries.reserveCapacity(count)
        for index in 0..<count {
            let length = min(Self.maximumContent, max(1, Int(180 * exp(sigma * random.normal()))))
            let isUser = index % 2 == 0
            let metadata =
                isUser
                ? #"{"channel":"web","lang":"en","n":\#(random.below(1000))}"#
                : #"{"model":"atlas-2","tokens":\#(length / 4 + 1)}"#
            let time = Int64(1_760_000_000_000_000) + Int64(index) * 1_734_567
            let start = bytes.count
            Record.appendHeader(
                to: &bytes, role: isUser ? 1 : 2, metadataLength: metadata.utf8.count,
                length: Record.headerSize + metadata.utf8.count + length, time: time)
            bytes.append(contentsOf: metadata.utf8)
            vocabulary.appendProse(length: length, to: &bytes, random: &random)
            entries.append(
                Entry(
                    offset: start, length: bytes.count - start, metadataLength: metadata.utf8.count,
                    role: isUser ? 1 : 2, time: time))
        }
        let records = UnsafeMutableRawPointer.allocate(byteCount: bytes.count, alignment: 8)
        bytes.withUnsafeBytes { records.copyMemory(from: $0.baseAddress!, byteCount: $0.count) }
        self.records = records
        self.entries = entries
    }

    deinit {
        records.deallocate()
    }

    /// The records of a batch as one piece.
    @inline(__always)
    func bytes(of batch: Range<Int>) -> UnsafeRawBufferPointer {
        let start = entries[batch.lowerBound].offset
        let last = entries[batch.upperBound - 1]
        return UnsafeRawBufferPointer(start: records + start, count: last.offset + last.length - start)
    }

    @inline(__always)
    func record(_ index: Int) -> UnsafeRawBufferPointer {
        let entry = entries[index]
        return UnsafeRawBufferPointer(start: records + entry.offset, count: entry.length)
    }

    @inline(__always)
    func content(_ index: Int) -> UnsafeRawBufferPointer {
        let entry = entries[index]
        return UnsafeRawBufferPointer(start: records + entry.contentOffset, count: entry.contentLength)
    }

    @inline(__always)
    func metadata(_ index: Int) -> UnsafeRawBufferPointer {
        let entry = entries[index]
        return UnsafeRawBufferPointer(start: records + entry.metadataOffset, count: entry.metadataLength)
    }

    var meanContent: Double {
        Double(entries.reduce(0) { $0 + $1.contentLength }) / Double(entries.count)
    }

    var medianContent: Double {
        Statistics.median(entries.map { Double($0.contentLength) })
    }
}
