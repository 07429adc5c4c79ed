internal import AgentMemory
internal import LogFiles
internal import LogFormat

/// Opening read-only, while another process may write.
extension Engine {
    /// Opens at the newest consistent point in time and pins it: the writer removes nothing that it refers to, for as
    /// long as the engine keeps its lock on the manifest.
    ///
    /// - Parameter isWriter: This process holds the writer's lock itself, and isn't writing.
    static func openReader(
        _ files: any FileSystem, _ options: ResolvedOptions, _ clock: any WallClock, _ maximumFiles: Int,
        isWriter: Bool = false
    ) throws(MemoryError) -> Engine {
        let identity = try ManifestReader.identity(in: files)
        var last: MemoryError?
        for attempt in 0..<attempts {
            if attempt > 0 { ProcessIdentity.sleep_ms(attempt < 10 ? 2 : 20) }
            do throws(MemoryError) {
                guard let pinned = try pin(files, identity) else { continue }
                let isLive = isWriter ? false : try hasWriter(files)
                let found = try Findings.read(
                    files, identity, options, maximumFiles, isLive: isLive, pinned: pinned)
                // A frame that the writer was just writing looks like damage: look again before saying so.
                if isLive, found.isDamaged, attempt + 1 < attempts { continue }
                return found.engine(files, options, identity, clock, anchor: nil, lock: nil)
            } catch {
                // The writer may have moved on between two of our looks; what stays wrong is wrong.
                last = error
                if error.code != .damaged { throw error }
                // Nobody moves anything; the second look is for a writer that has just gone.
                let isAlone = isWriter ? true : try !hasWriter(files)
                if attempt >= (isAlone ? 1 : 5) { throw error }
            }
        }
        let number = try ManifestReader.current(store: identity.id, in: files)
        do throws(FileError) {
            _ = try files.open(StorePaths.manifest(number), .read)
        } catch {
            throw error.isNotFound
                ? .damaged("The manifest is missing", file: StorePaths.manifest(number), offset: nil)
                : MemoryError(error, "Opening the manifest")
        }
        throw last ?? MemoryError(.locked, "The manifest kept changing while it was read", retry: .later)
    }

    private static let attempts = 50

    /// Locks the manifest in force, shared, and makes sure that it still is in force: then it stays readable.
    private static func pin(
        _ files: any FileSystem, _ identity: StoreIdentity
    ) throws(MemoryError) -> (number: UInt64, file: any File)? {
        let number = try ManifestReader.current(store: identity.id, in: files)
        do throws(FileError) {
            let file = try files.open(StorePaths.manifest(number), .read)
            guard try file.tryLock(.shared) else { return nil }
            guard let again = try? ManifestReader.current(store: identity.id, in: files), again == number else {
                return nil
            }
            return (number, file)
        } catch  where error.isNotFound {
            return nil
        } catch {
            throw MemoryError(error, "Locking the manifest")
        }
    }

    /// Whether some process has the store open for writing.
    static func hasWriter(_ files: any FileSystem) throws(MemoryError) -> Bool {
        do throws(FileError) {
            let file = try files.open(StorePaths.lock, .read)
            guard try file.tryLock(.shared) else { return true }
            try file.unlock()
            return false
        } catch  where error.isNotFound {
            return false
        } catch {
            throw MemoryError(error, "Looking for a writer")
        }
    }
}
