internal import AgentMemory
internal import LogFiles
internal import LogFormat

/// Checks the pages of an index run against their checksums.
enum RunCheck {
    /// - Returns: Where pages are damaged, in bytes; and how many bytes were checked.
    static func damages(
        _ file: any File, seed: UInt32, pages: Int
    ) throws(FileError) -> (damages: [(offset: UInt64, what: String)], bytes: UInt64) {
        var damages: [(offset: UInt64, what: String)] = []
        let pagesAtOnce = 64
        let buffer = UnsafeMutableRawBufferPointer.allocate(
            byteCount: pagesAtOnce * RunFile.frameBytes, alignment: 64)
        defer { buffer.deallocate() }
        var page = 0
        while page < pages {
            let wanted = min(pagesAtOnce, pages - page)
            let piece = UnsafeMutableRawBufferPointer(rebasing: buffer[..<(wanted * RunFile.frameBytes)])
            let count = try file.readFully(into: piece, at: RunFile.offset(ofPage: page))
            let bytes = UnsafeRawBufferPointer(rebasing: piece[..<count])
            for index in 0..<wanted {
                let at = index * RunFile.frameBytes
                let number = page + index
                if at + RunFile.frameBytes > count {
                    damages.append((RunFile.offset(ofPage: number), "The file ends before its \(pages) pages"))
                    return (damages, UInt64(RunFile.headerBytes) + UInt64(page) * UInt64(RunFile.frameBytes))
                }
                let frame = FrameHeader(checking: bytes, at: at, seed: seed)
                if frame?.kind != FrameKind.page.rawValue || frame?.sequence != UInt64(number)
                    || frame?.checked != RunLayout.pageBytes
                {
                    damages.append((RunFile.offset(ofPage: number), "A page doesn't match its checksum"))
                }
            }
            page += wanted
        }
        return (damages, UInt64(RunFile.headerBytes) + UInt64(pages) * UInt64(RunFile.frameBytes))
    }
}
