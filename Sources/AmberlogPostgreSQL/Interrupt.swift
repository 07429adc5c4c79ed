#if PostgreSQL
    internal import AgentMemory
    internal import Foundation

    /// Wakes a thread that waits for its connection, because the call that it works for was cancelled.
    ///
    /// A pipe, so that the thread can wait for it and for the connection at once.
    final class Interrupt: Sendable {
        private let reader: Int32
        private let writer: Int32

        init() throws(MemoryError) {
            var ends: [Int32] = [-1, -1]
            guard pipe(&ends) == 0 else {
                let number = errno
                throw MemoryError(
                    .inputOutput, "No pipe for a connection", retry: .later, systemErrorNumber: number)
            }
            (reader, writer) = (ends[0], ends[1])
            for end in ends {
                _ = fcntl(end, F_SETFL, O_NONBLOCK)
                _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            }
        }

        deinit {
            close(reader)
            close(writer)
        }

        func signal() {
            var byte: UInt8 = 1
            // A full pipe wakes as well.
            _ = write(writer, &byte, 1)
        }

        func reset() {
            var bytes: (UInt64, UInt64) = (0, 0)
            while read(reader, &bytes, MemoryLayout.size(ofValue: bytes)) > 0 {}
        }

        /// What a wait has ended with.
        enum Wake { case ready, interrupted, timedOut }

        /// Waits until a socket is ready, until ``signal()``, or until a time; a time that has passed only looks.
        ///
        /// - Parameters:
        ///   - socket: -1 for none.
        ///   - listens: Whether ``signal()`` ends the wait.
        func wait(
            for socket: Int32, reading: Bool, writing: Bool, until deadline: ContinuousClock.Instant, listens: Bool
        ) -> Wake {
            let events = (reading ? Int16(POLLIN) : 0) | (writing ? Int16(POLLOUT) : 0)
            var polled = (
                pollfd(fd: socket, events: events, revents: 0),
                pollfd(fd: listens ? reader : -1, events: Int16(POLLIN), revents: 0)
            )
            while true {
                let left = ContinuousClock.now.duration(to: deadline)
                let (seconds, attoseconds) = left.components
                // Rounded up: a wait of less than a millisecond is none.
                let milliseconds =
                    left <= .zero
                    ? 0 : Int32(clamping: min(seconds, 1_000_000) * 1000 + attoseconds / 1_000_000_000_000_000 + 1)
                let count = withUnsafeMutablePointer(to: &polled) { pointer in
                    pointer.withMemoryRebound(to: pollfd.self, capacity: 2) { poll($0, 2, milliseconds) }
                }
                if count == 0, left <= .zero { return .timedOut }
                if count < 0, errno == EINTR || errno == EAGAIN { continue }
                if polled.1.revents != 0 {
                    reset()
                    return .interrupted
                }
                // An error of the socket is found by whoever reads from it.
                if count != 0 { return .ready }
            }
        }
    }
#endif
