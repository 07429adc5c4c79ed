import Foundation
import Synchronization

/// Ports of 127.0.0.1.
public enum FreePort {
    /// Ports that were given away. A server that has one may not listen yet, and whoever got it as well would take that
    /// server for his own.
    private static let given = Mutex<Set<Int>>([])

    /// A port that nothing listens on and that nobody in this process was given. Another process may take it before the
    /// server does, so who starts one tries again.
    ///
    /// - Parameter highest: No port is greater.
    public static func find(atMost highest: Int = 65_535) throws(ServerError) -> Int {
        for _ in 0..<10_000 {
            let port = try unused()
            if port <= highest, given.withLock({ $0.insert(port).inserted }) { return port }
        }
        throw ServerError("No free port up to \(highest)")
    }

    private static func unused() throws(ServerError) -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw ServerError("No socket: errno \(errno)") }
        defer { close(descriptor) }
        var address = loopback(0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, length) == 0 ? getsockname(descriptor, address, &length) : -1
            }
        }
        guard result == 0 else { throw ServerError("No free port: errno \(errno)") }
        return Int(UInt16(bigEndian: address.sin_port))
    }

    /// A connection to a port, or `nil` when nobody listens. Reads and writes on it give up after `seconds`.
    static func connect(_ port: Int, seconds: Int) -> Int32? {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        var limit = timeval(tv_sec: seconds, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(descriptor, SOL_SOCKET, option, &limit, socklen_t(MemoryLayout<timeval>.size))
        }
        var address = loopback(port)
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                Foundation.connect(descriptor, address, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        if result == 0 { return descriptor }
        close(descriptor)
        return nil
    }

    private static func loopback(_ port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(truncatingIfNeeded: port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }
}
