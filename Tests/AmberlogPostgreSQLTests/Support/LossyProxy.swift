#if PostgreSQL
    import Foundation
    import Synchronization
    import TestServers

    /// Stands between a backend and its server, and loses what the server answers when it is told to.
    final class LossyProxy: Sendable {
        enum Mode: Sendable {
            case passing
            /// The next request reaches the server and is done; its answer and the connection are lost.
            case losing(afterwards: [Mode])
            /// New connections end at once.
            case refusing
        }

        let port: Int
        private let listener: Int32
        private let target: Int
        private let mode = Mutex(Mode.passing)

        init(to target: Int) throws {
            self.target = target
            (listener, port) = try LoopbackSocket.listening()
        }

        /// Begins to listen. Ends with the process.
        func start() {
            Thread { [self] in
                while true {
                    let client = accept(listener, nil, nil)
                    if client < 0 { return }
                    if case .refusing = mode.withLock({ $0 }) {
                        close(client)
                    } else {
                        Thread { [self] in relay(client) }.start()
                    }
                }
            }.start()
        }

        func set(_ new: Mode) { mode.withLock { $0 = new } }

        private func relay(_ client: Int32) {
            defer { close(client) }
            guard let server = LoopbackSocket.connected(to: target) else { return }
            defer { close(server) }
            while true {
                var polled = [client, server].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
                guard poll(&polled, 2, -1) > 0 else { return }
                if polled[0].revents != 0 {
                    guard forward(client, server) else { return }
                    let afterwards = mode.withLock { mode -> Mode? in
                        guard case .losing(let afterwards) = mode else { return nil }
                        return afterwards.first ?? .passing
                    }
                    if let afterwards {
                        // The answer is sent when everything has been done.
                        var buffer = [UInt8](repeating: 0, count: 65_536)
                        _ = recv(server, &buffer, buffer.count, 0)
                        set(afterwards)
                        return
                    }
                }
                if polled[1].revents != 0, !forward(server, client) { return }
            }
        }

        private func forward(_ source: Int32, _ destination: Int32) -> Bool {
            var buffer = [UInt8](repeating: 0, count: 65_536)
            let count = recv(source, &buffer, buffer.count, 0)
            guard count > 0 else { return false }
            return send(destination, buffer, count, Int32(MSG_NOSIGNAL)) == count
        }
    }
#endif
