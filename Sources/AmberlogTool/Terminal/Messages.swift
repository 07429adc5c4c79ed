#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// What the tool has to say beside its output, on standard error.
enum Messages {
    /// Prints one message, `amberlog: ` before it.
    static func print(_ text: String) {
        write("amberlog: " + Visible.line(text) + "\n")
    }

    /// Prints text as it is.
    static func write(_ text: String) {
        var text = text
        text.withUTF8 { bytes in
            var done = 0
            while done < bytes.count {
                let count = Terminal.write(
                    STDERR_FILENO, bytes.baseAddress.unsafelyUnwrapped + done, bytes.count - done)
                if count < 0 {
                    if errno == EINTR { continue }
                    // Nobody to tell it to.
                    return
                }
                done += count
            }
        }
    }
}
