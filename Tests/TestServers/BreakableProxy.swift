import Foundation
import Synchronization

/// Stands between a backend and its server, and breaks the connection in the middle of what goes over it.
///
/// ```swift
/// let proxy = try BreakableProxy(to: server.port)
/// proxy.break(after: 50_000, .cutting)
/// ```
public final class BreakableProxy: Sendable {
    /// What happens to what would go over it next.
    public enum Fault: Sendable {
        /// All connections end, and new ones at once.
        case cutting
        /// Connections stay, new ones are accepted, and nothing goes over any of them.
        case hanging
    }

    private struct State {
        var bytesLeft = Int.max
        var fault = Fault.cutting
        var wasHit = false
    }

    /// The port that it listens on, on 127.0.0.1.
    public let port: Int
    private let listener: Int32
    private let target: Int
    private let state = Mutex(State())

    /// Begins to listen. Ends with the process.
    public init(to target: Int) throws {
        self.target = target
        (listener, port) = try LoopbackSocket.listening()
        Thread { [self] in
            while true {
                let client = accept(listener, nil, nil)
                if client < 0 { return }
                Thread { [self] in relay(client) }.start()
            }
        }.start()
    }

    /// After so many more bytes, in both directions together, it breaks.
    public func `break`(after bytes: Int, _ fault: Fault) {
        state.withLock { $0 = State(bytesLeft: bytes, fault: fault) }
    }

    /// Whether it has come so far.
    public var isBroken: Bool { state.withLock { $0.wasHit } }

    /// Connections that are made from now on are whole.
    public func mend() {
        state.withLock { $0 = State() }
    }

    /// - Returns: What becomes of these bytes, `nil` if they pass.
    private func take(_ bytes: Int) -> Fault? {
        state.withLock { state in
            if state.bytesLeft == .max { return nil }
            state.bytesLeft = max(0, state.bytesLeft - bytes)
            guard state.bytesLeft == 0 else { return nil }
            state.wasHit = true
            return state.fault
        }
    }

    private func relay(_ client: Int32) {
        defer { close(client) }
        guard let server = LoopbackSocket.connected(to: target) else { return }
        defer { close(server) }
        while true {
            var polled = [client, server].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
            // Looks up again and again: another connection may have been what broke it.
            let ready = poll(&polled, 2, 20)
            if ready < 0 { return }
            switch take(0) {
            case .cutting: return
            case .hanging:
                // Only the end of the client ends it.
                if polled[0].revents & Int16(POLLHUP | POLLERR) != 0 { return }
                usleep(20_000)
                continue
            case nil: break
            }
            if polled[0].revents != 0, !forward(client, server) { return }
            if polled[1].revents != 0, !forward(server, client) { return }
        }
    }

    private func forward(_ source: Int32, _ destination: Int32) -> Bool {
        var buffer = [UInt8](repeating: 0, count: 8192)
        let count = recv(source, &buffer, buffer.count, 0)
        guard count > 0 else { return false }
        // What breaks it doesn't arrive.
        if take(count) != nil { return true }
        return send(destination, buffer, count, Int32(MSG_NOSIGNAL)) == count
    }
}
