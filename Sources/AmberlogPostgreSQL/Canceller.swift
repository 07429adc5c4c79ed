#if PostgreSQL
    private import CLibPQ
    internal import Foundation

    /// Asks the server to break off what a connection waits for.
    ///
    /// `@unchecked Sendable`: libpq lets any thread use it, at any time, and it is never changed.
    final class Canceller: @unchecked Sendable {
        private let handle: OpaquePointer

        init?(_ connection: OpaquePointer) {
            guard let handle = PQgetCancel(connection) else { return nil }
            self.handle = handle
        }

        deinit { PQfreeCancel(handle) }

        /// Returns at once. libpq waits until the server has taken it, and one that hangs never does: on a thread of its
        /// own, that ends when the server goes on or its host says that it is gone. A connection asks once.
        func cancel() {
            Thread.detachNewThread { [self] in
                var message = [CChar](repeating: 0, count: 256)
                PQcancel(handle, &message, Int32(message.count))
            }
        }
    }
#endif
