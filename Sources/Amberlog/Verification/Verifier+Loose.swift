internal import AgentMemory
internal import LogFiles
internal import LogFormat

/// Checking files one by one, where no manifest says what they should be.
extension Verifier {
    func checkWithoutManifest() throws(MemoryError) {
        for name in try files.names(in: StorePaths.journals) where StorePaths.journalNumber(name) != nil {
            try checkJournal("\(StorePaths.journals)/\(name)")
        }
        for directory in try files.names(in: StorePaths.sessions) {
            for name in try files.names(in: "\(StorePaths.sessions)/\(directory)")
            where StorePaths.segmentNumbers(name) != nil {
                try checkSegment("\(StorePaths.sessions)/\(directory)/\(name)")
            }
        }
        for name in try files.names(in: StorePaths.index) where StorePaths.indexRunNumber(name) != nil {
            try checkRun("\(StorePaths.index)/\(name)")
        }
    }

    private func head(_ path: String) throws(MemoryError) -> (file: any File, size: UInt64, header: FileHeader?) {
        try withFileErrors("Reading \(path)") { () throws(FileError) in
            let file = try files.open(path, .read)
            let head = try file.bytes(from: 0, count: 8192)
            return (file, try file.size(), head.withUnsafeBytes { try? FileHeader.decode($0).header })
        }
    }

    private func checkJournal(_ path: String) throws(MemoryError) {
        let (file, size, header) = try head(path)
        count(file: size)
        guard let header, header.kind == .journal else {
            // A retired journal has no header of its own any more.
            add(VerificationFinding(.note, .journal, file: path, offset: 0, "It has no header"))
            return
        }
        let bytes = try withFileErrors("Reading a journal") { () throws(FileError) in
            try file.bytes(from: 0, count: Int(min(size, UInt64(Limits.journalBytesMax))))
        }
        let contents = bytes.withUnsafeBytes {
            JournalReader.read($0, seed: header.file.checksumSeed, firstBatch: 0, durableThrough: 0)
        }
        for damage in contents.damages {
            add(
                VerificationFinding(
                    .damage, .journal, file: path, offset: damage.offset,
                    "Batches \(damage.batch) to \(damage.through) are damaged"))
        }
    }

    private func checkSegment(_ path: String) throws(MemoryError) {
        let (file, size, header) = try head(path)
        guard let header, header.kind == .segment else {
            count(file: size)
            add(VerificationFinding(.damage, .segment, file: path, offset: 0, "The header doesn't match its checksum"))
            return
        }
        let check = try withFileErrors("Reading a segment") { () throws(FileError) in
            try SegmentCheck(file, seed: header.file.checksumSeed, length: size)
        }
        count(file: size)
        report.sessions += 1
        report.messages += check.commit?.liveCount ?? 0
        // What stands behind the last commit frame doesn't exist.
        for damage in check.damages where damage.range.lowerBound < check.commitEnd {
            add(
                VerificationFinding(
                    .damage, .segment, file: path, offset: damage.range.lowerBound, session: header.session?.id,
                    "\(damage.what), \(damage.range.count) bytes"))
        }
        if check.commit == nil {
            add(
                VerificationFinding(
                    .damage, .segment, file: path, session: header.session?.id, "It has no commit frame"))
        }
    }

    private func checkRun(_ path: String) throws(MemoryError) {
        let (file, size, header) = try head(path)
        guard let header, header.kind == .indexRun else {
            count(file: size)
            add(VerificationFinding(.damage, .index, file: path, offset: 0, "The header doesn't match its checksum"))
            return
        }
        let pages = Int((size - min(size, UInt64(RunFile.headerBytes))) / UInt64(RunFile.frameBytes))
        let (damages, _) = try withFileErrors("Reading an index run") { () throws(FileError) in
            try RunCheck.damages(file, seed: header.file.checksumSeed, pages: pages)
        }
        count(file: size)
        for damage in damages {
            add(VerificationFinding(.damage, .index, file: path, offset: damage.offset, damage.what))
        }
    }
}
