internal import AgentMemory
internal import ForeignStores
internal import LogFiles

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// A file or standard input, inflated when it is compressed.
///
/// `@unchecked Sendable`: one thread reads; the number of bytes it has taken is guarded.
final class InputFile: @unchecked Sendable {
    /// As the user named it, for messages.
    let name: String
    /// The bytes of the file as they are stored, `nil` for a pipe.
    let size: UInt64?
    private let descriptor: Int32
    private let taken = Monitor<UInt64>(0)
    private var inflater: Inflater?
    /// What was read to look at, and is still to be given out.
    private var ahead: [UInt8] = []
    private var isStarted = false
    /// What was inflated to look at, and how much of it has been given out.
    private var head: (bytes: [UInt8], given: Int) = ([], 0)
    /// What went wrong behind the head, to be told where it is met.
    private var failure: MemoryError?

    /// - Parameter path: `-` is standard input.
    init(_ path: String) throws(MemoryError) {
        if path == "-" {
            name = "standard input"
            descriptor = STDIN_FILENO
        } else {
            name = path
            descriptor = open(path, O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else {
                let number = errno
                throw MemoryError(
                    .inputOutput, FileError(.open, path, number: number).reason, at: .init(file: path),
                    systemErrorNumber: number)
            }
        }
        var status = stat()
        let isKnown = fstat(descriptor, &status) == 0
        if isKnown, status.st_mode & S_IFMT == S_IFDIR {
            if descriptor != STDIN_FILENO { close(descriptor) }
            throw MemoryError(.inputOutput, "This is a directory", at: .init(file: path))
        }
        size = isKnown && status.st_mode & S_IFMT == S_IFREG ? UInt64(max(0, status.st_size)) : nil
    }

    deinit {
        if descriptor != STDIN_FILENO { close(descriptor) }
    }

    /// So many bytes of ``size`` have been read.
    var position: UInt64 { taken.withLock { $0 } }

    /// The beginning of the file, inflated, to recognize it by; ``read(into:)`` gives it again. To be called first.
    func readHead() -> FileHead {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: FileHead.bytesMax + 1, alignment: 16)
        defer { memory.deallocate() }
        var count = 0
        do throws(MemoryError) {
            while count < memory.count {
                let step = try inflated(into: UnsafeMutableRawBufferPointer(rebasing: memory[count...]))
                if step == 0 { break }
                count += step
            }
        } catch {
            failure = error
        }
        head = (Array(memory[..<count]), 0)
        let isWhole = count < memory.count && failure == nil
        return FileHead(path: name, bytes: Array(head.bytes.prefix(FileHead.bytesMax)), isWhole: isWhole)
    }

    /// Fills the buffer with the next bytes, inflated, as far as there are any; 0 at the end.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(MemoryError) -> Int {
        let ahead = min(buffer.count, head.bytes.count - head.given)
        buffer.copyBytes(from: head.bytes[head.given..<head.given + ahead])
        head.given += ahead
        if head.given < head.bytes.count { return ahead }
        head = ([], 0)
        if let failure {
            if ahead > 0 { return ahead }
            throw failure
        }
        return try ahead + inflated(into: UnsafeMutableRawBufferPointer(rebasing: buffer[ahead...]))
    }

    private func inflated(into buffer: UnsafeMutableRawBufferPointer) throws(MemoryError) -> Int {
        if !isStarted {
            isStarted = true
            ahead = try firstBytes()
            if ahead.starts(with: Inflater.magic) { inflater = try Inflater() }
        }
        guard let inflater else { return try stored(into: buffer) }
        do throws(Inflater.Failure) {
            return try inflater.read(into: buffer) { (input) throws(Inflater.Failure) in
                do throws(MemoryError) {
                    return try stored(into: input)
                } catch {
                    throw .source(error)
                }
            }
        } catch {
            switch error {
            case .source(let error): throw error
            case .data(let what): throw MemoryError(.invalidMessage, what, at: .init(file: name))
            }
        }
    }

    /// Two bytes, or fewer where the file ends.
    private func firstBytes() throws(MemoryError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 2)
        var count = 0
        while count < 2 {
            let step = try system(&bytes, from: count)
            if step == 0 { break }
            count += step
        }
        return Array(bytes[..<count])
    }

    private func system(_ bytes: inout [UInt8], from start: Int) throws(MemoryError) -> Int {
        let length = bytes.count - start
        return try bytes.withUnsafeMutableBytes { buffer in
            Result { () throws(MemoryError) in
                try system(UnsafeMutableRawBufferPointer(rebasing: buffer[start..<start + length]))
            }
        }.get()
    }

    private func system(_ buffer: UnsafeMutableRawBufferPointer) throws(MemoryError) -> Int {
        while true {
            let count = systemRead(descriptor, buffer.baseAddress, buffer.count)
            if count >= 0 {
                taken.withLock { $0 += UInt64(count) }
                return count
            }
            let number = errno
            if number != EINTR {
                throw MemoryError(
                    .inputOutput, "Reading: \(FileError(.read, name, number: number).reason)", at: .init(file: name),
                    systemErrorNumber: number)
            }
        }
    }

    private func stored(into buffer: UnsafeMutableRawBufferPointer) throws(MemoryError) -> Int {
        var done = min(ahead.count, buffer.count)
        ahead.withUnsafeBytes { buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[..<done])) }
        ahead.removeFirst(done)
        while done < buffer.count {
            let count = try system(UnsafeMutableRawBufferPointer(rebasing: buffer[done...]))
            if count == 0 { break }
            done += count
        }
        return done
    }
}

private func systemRead(_ descriptor: Int32, _ buffer: UnsafeMutableRawPointer?, _ count: Int) -> Int {
    read(descriptor, buffer, count)
}
