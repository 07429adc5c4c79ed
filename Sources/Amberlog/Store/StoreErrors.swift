internal import AgentMemory
internal import LogFiles
internal import LogFormat

extension MemoryError {
    /// An error of a system call, as the contract tells it.
    init(_ error: FileError, _ doing: String, session: String? = nil, offset: UInt64? = nil) {
        let place = Place(session: session, file: error.path, offset: offset)
        let text = "\(doing): \(error.reason)"
        let code: Code
        let retry: Retry
        if error.operation == .synchronize {
            // After a failed synchronization nobody knows what is on the medium, whatever the error number says.
            (code, retry) = (.poisoned, .afterReopening)
        } else if error.isNoSpace {
            (code, retry) = (.noSpace, .later)
        } else if error.isReadOnly {
            (code, retry) = (.readOnly, .never)
        } else if error.isTooManyFiles {
            (code, retry) = (.inputOutput, .later)
        } else {
            (code, retry) = (.inputOutput, .never)
        }
        self.init(code, text, at: place, retry: retry, systemErrorNumber: error.number)
    }

    /// Damaged bytes in a file of the store.
    static func damaged(_ what: String, file: String, offset: UInt64?, session: String? = nil) -> MemoryError {
        MemoryError(.damaged, what, at: Place(session: session, file: file, offset: offset))
    }

    init(_ error: FormatError, file: String, base: UInt64 = 0, session: String? = nil) {
        let place = Place(session: session, file: file, offset: base + UInt64(max(0, error.offset)))
        if error.problem == .unsupported {
            self.init(.unsupportedFormat, "The file was written by a newer version", at: place)
        } else {
            self.init(.damaged, "Damaged: \(error)", at: place)
        }
    }

    /// A file that should be there isn't.
    var isFileMissing: Bool { systemErrorNumber == 2 }  // ENOENT on every system

    static let closedStore = MemoryError(.closed, "The store is closed")
    static let readOnlyStore = MemoryError(.readOnly, "The store was opened read-only")
}

/// Runs a file operation and tells its failure as the contract does.
func withFileErrors<Result>(
    _ doing: @autoclosure () -> String, session: String? = nil, _ body: () throws(FileError) -> Result
) throws(MemoryError) -> Result {
    do throws(FileError) {
        return try body()
    } catch {
        throw MemoryError(error, doing(), session: session)
    }
}

extension FileSystem {
    /// The names in a directory, sorted; none where it isn't there.
    func names(in directory: String) throws(MemoryError) -> [String] {
        do throws(FileError) {
            return try list(directory).sorted()
        } catch  where error.isNotFound {
            return []
        } catch {
            throw MemoryError(error, "Listing files")
        }
    }
}
