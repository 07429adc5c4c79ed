/// Why an operation of a memory backend failed: what, where, and whether to try again.
///
/// ```swift
/// do {
///     try await memory.save(turn, to: "user_123", expecting: 41)
/// } catch let error as MemoryError where error.code == .conflict {
///     // Someone else saved first: load, decide, and save again.
/// }
/// ```
public struct MemoryError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What kind of failure it is. Stable: programs may switch over it.
    public enum Code: String, Sendable, Hashable, CaseIterable, Codable {
        /// A session id that is empty or longer than 1 KiB.
        case invalidSessionID
        /// A message that can't be read: no JSON, no role, no content, a timestamp in no known form.
        case invalidMessage
        /// A parameter or an option that makes no sense.
        case invalidArgument
        /// A message, a save, metadata or an id over its limit.
        case tooLarge
        /// A save that expected another last sequence.
        case conflict
        /// The store is open for writing elsewhere.
        case locked
        /// The directory holds no store.
        case notAStore
        /// The store was written by a newer version.
        case unsupportedFormat
        /// Acknowledged data is damaged.
        case damaged
        /// No room on the medium.
        case noSpace
        /// The medium, the file or the store is read-only.
        case readOnly
        /// A failed synchronization poisoned the store: it takes no writes until it is opened again.
        case poisoned
        /// The backend has been closed.
        case closed
        /// A reader still pins what an erase must remove.
        case readersActive
        /// The operating system failed in another way.
        case inputOutput
        /// A server that can't be reached, or a connection that was lost.
        case unavailable
        /// The operation took longer than its limit.
        case timedOut
        /// A backend, a scheme or an option that nobody knows.
        case unknownName
        /// What this backend can't do.
        case unsupported
    }

    /// Whether the same call can succeed later.
    public enum Retry: String, Sendable, Hashable, Codable {
        /// Not without changing the call or repairing the store.
        case never
        /// Yes, once the cause is gone (room made, server back, lock released).
        case later
        /// Yes, after the store has been closed and opened again.
        case afterReopening
    }

    /// Where it failed: as much as is known.
    public struct Place: Sendable, Hashable {
        /// The backend, as a URL or a path.
        public var backend: String?
        /// The id of the session.
        public var session: String?
        /// The file, relative to the store or as the user named it.
        public var file: String?
        /// The offset in the file, in bytes.
        public var offset: UInt64?
        /// The line of an input file, from 1.
        public var line: Int?

        /// A place of which as much is told as is known.
        public init(
            backend: String? = nil, session: String? = nil, file: String? = nil, offset: UInt64? = nil, line: Int? = nil
        ) {
            self.backend = backend
            self.session = session
            self.file = file
            self.offset = offset
            self.line = line
        }
    }

    /// What kind of failure it is.
    public var code: Code
    /// What happened, as a sentence without a place.
    public var message: String
    /// Where it failed.
    public var place: Place
    /// Whether the same call can succeed later.
    public var retry: Retry
    /// The operating system's error number, where it came from there.
    public var systemErrorNumber: Int32?

    /// An error with everything but its code and message optional.
    public init(
        _ code: Code, _ message: String, at place: Place = Place(), retry: Retry = .never,
        systemErrorNumber: Int32? = nil
    ) {
        self.code = code
        self.message = message
        self.place = place
        self.retry = retry
        self.systemErrorNumber = systemErrorNumber
    }

    /// The message, the place in brackets, and what ``retry`` advises: one line for a log.
    public var description: String {
        var text = message
        if let file = place.file {
            text += " [\(file)"
            if let line = place.line { text += ", line \(line)" }
            if let offset = place.offset { text += ", offset \(offset)" }
            text += "]"
        } else if let line = place.line {
            text += " [line \(line)]"
        } else if let offset = place.offset {
            text += " [offset \(offset)]"
        }
        if let session = place.session { text += " [session \(session)]" }
        if let backend = place.backend { text += " [\(backend)]" }
        switch retry {
        case .never: break
        case .later: text += "; can be tried again"
        case .afterReopening: text += "; close and open the store, then try again"
        }
        return text
    }
}
