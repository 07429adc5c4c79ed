internal import AgentMemory
package import LogFiles

extension AmberlogStore {
    /// Looks at every file of a store and says what is wrong. Changes no byte.
    ///
    /// ```swift
    /// let report = try await AmberlogStore.verify("agent-memory")
    /// for finding in report.damages { print(finding) }
    /// ```
    ///
    /// The store may be in use: what is verified is one point in time, which the writer leaves alone meanwhile. Damage
    /// doesn't end it: it goes on and reports all that it finds, at most one finding for each damaged stretch.
    ///
    /// Takes about the time of reading the files; with ``VerificationDepth/deep`` that of indexing all messages once
    /// more. Memory: the manifest and the journals; ``VerificationDepth/deep`` some 200 MB more.
    ///
    /// - Parameter progress: Told how many bytes have been checked.
    /// - Throws: `MemoryError`: `notAStore`, `unsupportedFormat`, `inputOutput` where a file can't be read at all.
    public static func verify(
        _ path: String, depth: VerificationDepth = .standard, progress: (@Sendable (_ bytes: UInt64) -> Void)? = nil
    ) async throws -> VerificationReport {
        let files = try Self.files(at: path)
        return try await IOThreads.runOnce(isInline: false) { () throws(MemoryError) in
            try Verifier.verify(files, depth: depth, progress: progress)
        }
    }

    /// Verifies a store on a file system of one's own.
    package static func verify(
        _ files: any FileSystem, depth: VerificationDepth, clock: any WallClock = SystemClock()
    ) throws -> VerificationReport {
        try Verifier.verify(files, depth: depth, clock: clock)
    }

    fileprivate static func files(at path: String) throws -> PosixFileSystem {
        do throws(FileError) {
            return try PosixFileSystem(root: path, create: false)
        } catch  where error.isNotFound {
            throw MemoryError(
                .notAStore, "No such directory", at: .init(backend: path), systemErrorNumber: error.number)
        } catch {
            throw MemoryError(error, "Opening the directory")
        }
    }
}

extension AmberlogStore {
    /// Makes a damaged store whole again, with all that its bytes still say.
    ///
    /// ```swift
    /// let report = try await AmberlogStore.repair("agent-memory")
    /// for loss in report.losses { print("gone:", loss) }
    /// ```
    ///
    /// What is whole stays, messages keep their sequences, and what is gone becomes a recorded gap. Files that were
    /// damaged are copied to `quarantine/` first, with a report. A lost manifest is made again from segments and
    /// journals, a lost index from the messages. A store that is whole isn't touched; a crash in the middle leaves
    /// something to repair.
    ///
    /// - Throws: `MemoryError`: `locked` while another process has the store open for writing, `notAStore`,
    ///   `unsupportedFormat`, `noSpace`, `damaged` where no file says which store this is.
    public static func repair(_ path: String) async throws -> RepairReport {
        let files = try Self.files(at: path)
        return try await IOThreads.runOnce(isInline: false) { () throws(MemoryError) in
            try Repairer.repair(files, clock: SystemClock())
        }
    }

    /// Repairs a store on a file system of one's own.
    package static func repair(_ files: any FileSystem, clock: any WallClock) throws -> RepairReport {
        try Repairer.repair(files, clock: clock)
    }
}
