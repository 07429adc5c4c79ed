import AgentMemory
import AmberlogTestKit
import LogFiles
import LogFormat

@testable import Amberlog

/// An index run: what is read of it, merged and searched.
///
/// Pages are mostly zeros, so the input has what isn't: stretches of a page (1), an offset in it (2), a length (2) and
/// so many bytes.
extension FuzzTarget {
    static let run = FuzzTarget("run", rounds: 10, seeds: seedRuns) { input in
        let pages = pages(of: input)
        guard !pages.isEmpty else { return }
        _ = RunReading.read(RunReading.file(of: pages), pages: pages.count, seed: 1)
    }

    private static let pagesMax = 16

    private static func pages(of input: UnsafeRawBufferPointer) -> [[UInt8]] {
        var pages: [[UInt8]] = []
        var reader = ByteReader(input)
        while let page = try? Int(reader.uint8()), page < pagesMax, let offset = try? Int(reader.uint16()),
            let length = try? Int(reader.uint16())
        {
            while pages.count <= page { pages.append([UInt8](repeating: 0, count: RunLayout.pageBytes)) }
            guard offset < RunLayout.pageBytes,
                let part = try? reader.slice(min(length, RunLayout.pageBytes - offset, reader.remaining))
            else { continue }
            pages[page].replaceSubrange(offset..<offset + part.count, with: part)
        }
        return pages
    }

    /// Stretches without long runs of zeros. The summary comes first: without it, nobody looks at the rest.
    private static func input(of pages: [[UInt8]]) -> [UInt8] {
        encoded { writer in
            for (number, page) in pages.enumerated().reversed() {
                var start = 0
                while let first = page[start...].firstIndex(where: { $0 != 0 }) {
                    var end = first
                    while let next = page[end...].firstIndex(where: { $0 != 0 }), next < end + 12 { end = next + 1 }
                    writer.append(UInt8(number))
                    writer.append(UInt16(first))
                    writer.append(UInt16(end - first))
                    page[first..<end].withUnsafeBytes { writer.append($0) }
                    start = end
                }
            }
        }
    }

    @Sendable private static func seedRuns() throws -> [String: [UInt8]] {
        func seed(_ documents: Int, sessions: Int = 3, rare: Int = 1, lengthSum: UInt64? = nil) throws -> [UInt8] {
            var generator = SeededGenerator(seed: UInt64(documents))
            let contents = RunContents(&generator, count: documents, sessions: sessions, rare: rare)
            let files = RunFiles()
            let (path, count) = try files.write([try contents.build()])
            let bytes = files.disk.files[path] ?? []
            var pages = (0..<count).map { page in
                let start = Int(RunFile.offset(ofPage: page)) + FrameHeader.byteCount
                return Array(bytes[start..<start + RunLayout.pageBytes])
            }
            if let lengthSum { try setLengthSums(lengthSum, in: &pages) }
            return input(of: pages)
        }
        return [
            "empty": [], "one-message": try seed(1), "short-lists": try seed(12), "a-long-list": try seed(140, rare: 0),
            "lengths-that-overflow": try seed(140, rare: 0, lengthSum: .max - 1),
            "several-blocks": try seed(300, sessions: 2, rare: 0),
        ]
    }

    /// Of each stretch in the directory.
    private static func setLengthSums(_ sum: UInt64, in pages: inout [[UInt8]]) throws {
        let summary = try pages[pages.count - 1].withUnsafeBytes { try RunSummary(decoding: $0) }
        for entry in 0..<UInt64(summary.directoryEntries) {
            let address = summary.directory + entry * UInt64(DirectoryEntry.byteCount) + 24
            pages[RunLayout.page(of: address)].withUnsafeMutableBytes { page in
                page.storeBytes(of: sum.littleEndian, toByteOffset: RunLayout.offset(in: address), as: UInt64.self)
            }
        }
    }
}
