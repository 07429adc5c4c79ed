internal import AgentMemory
internal import LogFiles

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// Whoever read the output has gone away, as `head` does. Ends the command quietly.
struct OutputClosed: Error {}

/// Writes to a descriptor through a fixed buffer.
final class Output {
    private let descriptor: Int32
    /// What a failed write is called.
    private let name: String
    private var buffer: [UInt8] = []
    private static let flushBytes = 64 << 10

    init(descriptor: Int32 = STDOUT_FILENO, name: String = "standard output") {
        self.descriptor = descriptor
        self.name = name
        buffer.reserveCapacity(Self.flushBytes + (16 << 10))
    }

    func write(_ text: String) throws {
        buffer.append(contentsOf: text.utf8)
        if buffer.count >= Self.flushBytes { try flush() }
    }

    /// Writes text and a newline.
    func line(_ text: String) throws {
        buffer.append(contentsOf: text.utf8)
        try endLine()
    }

    /// Writes a value as one line of JSON.
    func line(_ json: JSONValue) throws {
        json.append(to: &buffer)
        try endLine()
    }

    /// Lets `body` append bytes, and ends the line.
    func line(_ body: (inout [UInt8]) -> Void) throws {
        body(&buffer)
        try endLine()
    }

    /// Lets `body` append bytes.
    func append(_ body: (inout [UInt8]) -> Void) throws {
        body(&buffer)
        if buffer.count >= Self.flushBytes { try flush() }
    }

    private func endLine() throws {
        buffer.append(0x0A)
        if buffer.count >= Self.flushBytes { try flush() }
    }

    /// Writes out what is buffered. Call it at the end: nothing does by itself.
    func flush() throws {
        defer { buffer.removeAll(keepingCapacity: true) }
        var done = 0
        while done < buffer.count {
            let count = buffer.withUnsafeBytes { bytes in
                Terminal.write(descriptor, bytes.baseAddress.unsafelyUnwrapped + done, bytes.count - done)
            }
            if count < 0 {
                let number = errno
                if number == EINTR { continue }
                if number == EPIPE { throw OutputClosed() }
                let error = FileError(.write, name, number: number)
                throw MemoryError(
                    error.isNoSpace ? .noSpace : .inputOutput, "Writing the output: \(error.reason)",
                    at: .init(file: name), systemErrorNumber: number)
            }
            done += count
        }
    }
}
