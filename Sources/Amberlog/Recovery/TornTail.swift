internal import AgentMemory
internal import LogFiles
internal import LogFormat

/// What was being written when the power went: kept aside, then cut off.
enum TornTail {
    /// So many tails are kept, each of at most so many bytes: they are for people who want to look, not for recovery.
    private static let kept = 8
    private static let bytesMax = 1 << 20

    /// Copies the tail of a journal aside and overwrites it with zeros, but for the block that it begins in.
    static func cut(
        _ reading: any File, number: UInt64, from offset: UInt64, in files: any FileSystem
    ) throws(MemoryError) {
        try keep(reading, name: "journal-\(number)", from: offset, in: files)
        try withFileErrors("Cutting off a torn tail") { () throws(FileError) in
            let file = try files.open(StorePaths.journal(number), .readWrite)
            let size = try file.size()
            // Zeros rather than a shorter file: the manifest knows the size, and a shorter journal is damage. From the next
            // block on: the one that the tail begins in holds the end of what is kept, and a power loss while it is
            // written could take that. What stays of the tail there is as torn as before.
            let start = offset.roundedUpToBlock
            try file.writeZeros(from: start, count: size - min(size, start))
            try file.synchronize()
        }
    }

    /// Copies what stands behind an offset aside.
    static func keep(
        _ file: any File, name: String, from offset: UInt64, in files: any FileSystem
    ) throws(MemoryError) {
        try withFileErrors("Keeping a torn tail") { () throws(FileError) in
            let size = try file.size()
            var bytes = try file.bytes(from: offset, count: Int(min(size - min(size, offset), UInt64(bytesMax))))
            while bytes.last == 0 { bytes.removeLast() }
            if bytes.isEmpty { return }
            try files.createDirectory(StorePaths.tails)
            for old in try files.list(StorePaths.tails).sorted().dropLast(kept - 1) {
                try files.remove("\(StorePaths.tails)/\(old)")
            }
            let copy = try files.open("\(StorePaths.tails)/\(name)-\(offset)", .createIfMissing)
            try copy.truncate(to: 0)
            try copy.writeFully(bytes, at: 0)
            try copy.synchronize()
            try files.synchronizeDirectory(StorePaths.tails)
            try files.synchronizeDirectory("")
        }
    }
}
