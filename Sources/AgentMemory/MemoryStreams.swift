extension MemoryBackend {
    /// The messages of a session, the oldest first, read page by page.
    ///
    /// ```swift
    /// for try await message in memory.messages(in: "user_123") {
    ///     print(message.role, message.content)
    /// }
    /// ```
    ///
    /// Holds one page of messages at a time, however long the session is. Messages that are appended while the
    /// iteration runs are part of it. Each page is one ``load(_:from:limit:)``.
    ///
    /// - Parameters:
    ///   - sequence: Where to begin: 1 for the first message, the last seen sequence + 1 to go on.
    ///   - pageSize: At least 1.
    public func messages(in session: String, from sequence: UInt64 = 1, pageSize: Int = 256) -> MessageStream {
        MessageStream(backend: self, session: session, start: sequence, pageSize: max(1, pageSize))
    }

    /// All sessions, read page by page.
    ///
    /// ```swift
    /// for try await session in memory.allSessions(by: .updated) {
    ///     print(session.id, session.messageCount)
    /// }
    /// ```
    ///
    /// Holds one page at a time. By id, every session that exists all the while comes exactly once; by update or by
    /// size, one that changes its place meanwhile can come twice or not at all.
    ///
    /// - Parameter pageSize: At least 1.
    public func allSessions(by order: SessionOrder = .id, pageSize: Int = 256) -> SessionStream {
        SessionStream(backend: self, order: order, pageSize: max(1, pageSize))
    }
}

/// See ``MemoryBackend/messages(in:from:pageSize:)``.
public struct MessageStream: AsyncSequence, Sendable {
    /// What the iteration gives.
    public typealias Element = Message
    /// Whatever the backend throws.
    public typealias Failure = any Error

    let backend: any MemoryBackend
    let session: String
    let start: UInt64
    let pageSize: Int

    /// Begins an iteration of its own, from the start.
    public func makeAsyncIterator() -> Iterator {
        Iterator(stream: self, nextSequence: start)
    }

    /// Reads page by page.
    public struct Iterator: AsyncIteratorProtocol {
        let stream: MessageStream
        /// `nil` when there can't be more.
        var nextSequence: UInt64?
        var page: ArraySlice<Message> = []

        init(stream: MessageStream, nextSequence: UInt64) {
            self.stream = stream
            self.nextSequence = nextSequence
        }

        /// The next element, after loading a page when the last one is used up. Throws what the backend throws.
        public mutating func next() async throws -> Message? {
            if let message = page.popFirst() { return message }
            guard let from = nextSequence else { return nil }
            page = try await stream.backend.load(stream.session, from: from, limit: stream.pageSize)[...]
            guard let last = page.last else {
                nextSequence = nil
                return nil
            }
            let lastSequence = try last.knownSequence()
            // A page that doesn't lead on would be read for ever.
            nextSequence = lastSequence >= from && lastSequence < .max ? lastSequence + 1 : nil
            return page.popFirst()
        }
    }
}

/// See ``MemoryBackend/allSessions(by:pageSize:)``.
public struct SessionStream: AsyncSequence, Sendable {
    /// What the iteration gives.
    public typealias Element = SessionInfo
    /// Whatever the backend throws.
    public typealias Failure = any Error

    let backend: any MemoryBackend
    let order: SessionOrder
    let pageSize: Int

    /// Begins an iteration of its own, from the start.
    public func makeAsyncIterator() -> Iterator {
        Iterator(stream: self)
    }

    /// Reads page by page.
    public struct Iterator: AsyncIteratorProtocol {
        let stream: SessionStream
        var after: String?
        var isLast = false
        var page: ArraySlice<SessionInfo> = []

        init(stream: SessionStream) {
            self.stream = stream
        }

        /// The next element, after loading a page when the last one is used up. Throws what the backend throws.
        public mutating func next() async throws -> SessionInfo? {
            while true {
                if let session = page.popFirst() { return session }
                guard !isLast else { return nil }
                let read = try await stream.backend.sessions(by: stream.order, after: after, limit: stream.pageSize)
                page = read.sessions[...]
                isLast = read.next == nil || read.next.map(ExactString.init) == after.map(ExactString.init)
                after = read.next
            }
        }
    }
}
