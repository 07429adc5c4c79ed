#if SQLite
    internal import AgentMemory
    internal import Foundation

    /// Reads of a few messages on the thread that wants them.
    ///
    /// A page of messages takes SQLite some 20 µs; to hand it to another thread and back takes longer than that, and
    /// GRDB's pool needs four such changes. In write-ahead mode a reader waits for nobody, and its file is on a local
    /// disk, as the mode demands: what can take time is a page that the system hasn't got in memory, or a large message.
    /// So reads are bounded in messages and bytes, and after one that took long the next ones are done elsewhere, as
    /// Swift's threads are few.
    ///
    /// `@unchecked Sendable`: everything is touched under the lock of the condition; a database, by whoever took it.
    final class DirectReads: @unchecked Sendable {
        /// With more messages, who is cancelled would have to wait.
        private static let messagesMax = 256
        private static let bytesMax = 256 << 10
        /// Many times what is usual, and less than a disk that has to move takes.
        private static let longRead = Duration.milliseconds(1)

        private let condition = NSCondition()
        private let path: String
        private var idle: [ReadingDatabase] = []
        private var reading = 0
        private var isClosed = false
        private var tries = SkippedTries()

        /// - Parameter path: A file in write-ahead mode.
        init(path: String) {
            self.path = path
        }

        /// Reads some messages, in a state of its own; `nil` when that is better done on another thread.
        func page(_ read: PageRead, _ texts: PageRead.Texts) throws -> [Message]? {
            guard read.limit >= 0, read.limit <= Self.messagesMax, let database = take() else { return nil }
            let start = ContinuousClock.now
            defer { giveBack(database, isQuick: ContinuousClock.now - start < Self.longRead) }
            return try database.page(read, texts, bytesMax: Self.bytesMax)
        }

        /// As many as there are threads that ask at the same time.
        private func take() -> ReadingDatabase? {
            condition.lock()
            defer { condition.unlock() }
            // Where no more files can be opened, the pool has some that are.
            guard !isClosed, tries.shouldTry(), let database = idle.popLast() ?? (try? ReadingDatabase(path: path))
            else { return nil }
            reading += 1
            return database
        }

        private func giveBack(_ database: ReadingDatabase, isQuick: Bool) {
            condition.lock()
            idle.append(database)
            reading -= 1
            tries.tried(successfully: isQuick)
            if isClosed { condition.broadcast() }
            condition.unlock()
        }

        /// Waits for what is running, then closes the files.
        func close() {
            condition.lock()
            isClosed = true
            while reading > 0 { condition.wait() }
            idle = []
            condition.unlock()
        }
    }
#endif
