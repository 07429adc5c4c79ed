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
            listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
            var address = Self.loopback(0)
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let descriptor = listener
            let result = withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                    bind(descriptor, address, length) == 0 && listen(descriptor, 16) == 0
                        ? getsockname(descriptor, address, &length) : -1
                }
            }
            guard result == 0 else { throw ServerError("No proxy: errno \(errno)") }
            port = Int(UInt16(bigEndian: address.sin_port))
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

        private static func loopback(_ port: Int) -> sockaddr_in {
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = UInt16(truncatingIfNeeded: port).bigEndian
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            return address
        }

        private func relay(_ client: Int32) {
            defer { close(client) }
            let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
            defer { close(server) }
            var address = Self.loopback(target)
            let isConnected = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(server, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
                }
            }
            guard isConnected else { return }
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
