#if SQLite
    internal import AgentMemory

    #if canImport(Glibc)
        internal import Glibc
    #elseif canImport(Musl)
        internal import Musl
    #elseif canImport(Darwin)
        internal import Darwin
    #endif

    /// How a database is opened so that nothing beside it is made or written.
    ///
    /// In write-ahead mode, SQLite makes `-wal` and `-shm` even to read. What it is told instead depends on what is there:
    ///
    /// | `-wal` | `-shm` | |
    /// |---|---|---|
    /// | has something | is there | Somebody may be writing: the index is only read, or made in memory if nobody is. |
    /// | has something | none | Copied, or left by a crash: nobody has it open. The index is made in memory. |
    /// | empty | is there | Somebody may be writing, as above. |
    /// | none, or empty without `-shm` | | The file is all there is, and nobody has it open. |
    ///
    /// Where nobody has it open, nothing keeps somebody from opening it meanwhile: whether that has happened is looked at
    /// in the end.
    struct SQLiteAccess {
        /// What of a file changes when somebody writes to it.
        private struct State: Equatable {
            var size: Int64
            var seconds: Int
            var nanoseconds: Int

            init?(_ path: String) {
                var status = stat()
                guard stat(path, &status) == 0 else { return nil }
                size = Int64(status.st_size)
                #if canImport(Darwin)
                    (seconds, nanoseconds) = (status.st_mtimespec.tv_sec, status.st_mtimespec.tv_nsec)
                #else
                    (seconds, nanoseconds) = (status.st_mtim.tv_sec, status.st_mtim.tv_nsec)
                #endif
            }
        }

        private static let headerBytes = 100

        private let path: String
        /// The name that SQLite gets, with how to open it.
        let uri: String
        /// Without an index that is shared, SQLite takes the log only if it has the file to itself.
        let isExclusive: Bool
        /// What the files were, where nobody is kept from writing to them.
        private let states: [State?]?

        /// - Throws: ``MemoryError/Code/damaged`` for what is no database.
        init(_ path: String) throws(MemoryError) {
            self.path = path
            let isWriteAhead = try Self.isWriteAhead(path)
            let name = "file:" + Self.escaped(path) + "?mode=ro"
            guard isWriteAhead else {
                (uri, isExclusive, states) = (name, false, nil)
                return
            }
            let log = State(path + "-wal")
            let hasIndex = State(path + "-shm") != nil
            if log != nil, hasIndex {
                (uri, isExclusive, states) = (name + "&readonly_shm=1", false, nil)
            } else {
                isExclusive = (log?.size ?? 0) > 0
                uri = name + (isExclusive ? "&vfs=unix-none" : "&immutable=1")
                states = Self.states(path)
            }
        }

        /// - Throws: ``MemoryError/Code/locked`` if somebody has written to files that nobody had open.
        func checkUnchanged() throws(MemoryError) {
            guard let states, states != Self.states(path) else { return }
            throw MemoryError(
                .locked, "Another program has written to the database while it was read: import it again",
                at: .init(file: path), retry: .later)
        }

        /// Somebody who has opened it and not written anything makes an empty log: that changes nothing.
        private static func states(_ path: String) -> [State?] {
            ["", "-wal"].map { State(path + $0) }.map { $0?.size == 0 ? nil : $0 }
        }

        /// What a database's header says of its log.
        private static func isWriteAhead(_ path: String) throws(MemoryError) -> Bool {
            let descriptor = open(path, O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else {
                let number = errno
                throw MemoryError(
                    .inputOutput, "The database can't be opened: \(String(cString: strerror(number)))",
                    at: .init(file: path), systemErrorNumber: number)
            }
            defer { close(descriptor) }
            var header = [UInt8](repeating: 0, count: headerBytes)
            let count = header.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, 0) }
            guard count == headerBytes, header.starts(with: Array("SQLite format 3\0".utf8)) else {
                throw MemoryError(.damaged, "This is no SQLite database, or a compressed one", at: .init(file: path))
            }
            return header[19] == 2
        }

        /// A path as a URI has it.
        private static func escaped(_ path: String) -> String {
            let digits = Array("0123456789ABCDEF".utf8)
            var escaped: [UInt8] = []
            for byte in path.utf8 {
                switch byte {
                case 0x2D...0x39, 0x41...0x5A, 0x5F, 0x61...0x7A: escaped.append(byte)
                default: escaped += [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
                }
            }
            // Two slashes at the beginning would be a host's name.
            return (path.hasPrefix("//") ? "//" : "") + String(decoding: escaped, as: UTF8.self)
        }
    }
#endif
