internal import AgentMemory
internal import LogFiles
internal import LogFormat

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// Walks the frames of one file through a window of it, and finds the next one behind damage.
final class FrameWalker {
    enum Step {
        /// A frame that matches its checksum. The bytes are those of the frame, until the next step.
        case frame(FrameHeader, UnsafeRawBufferPointer, offset: UInt64)
        /// Zeros up to the next frame or the end: padding, or room that is not used yet.
        case zeros(offset: UInt64, count: UInt64)
        /// Bytes that are no frame of this file.
        case gap(offset: UInt64, count: UInt64, isLast: Bool)
        case end
    }

    private let descriptor: Int32
    private let path: String
    let size: UInt64
    /// What the checksums of the frames behind the first start from.
    var seed: UInt32 = 0
    /// What the checksum of the first frame starts from: a header brings the seed of the others.
    var firstSeed: UInt32 = 0
    /// The frames that are looked for behind damage.
    var kinds: Set<UInt16> = []
    /// Whether a frame's sequence is its own offset.
    var isSegment = false
    private(set) var offset: UInt64 = 0

    private var window: UnsafeMutableRawBufferPointer
    private var windowStart: UInt64 = 0
    private var windowCount = 0
    private static let windowBytes = 1 << 20

    init(_ path: String) throws(MemoryError) {
        self.path = path
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        window = .allocate(byteCount: Self.windowBytes, alignment: 16)
        var status = stat()
        guard descriptor >= 0, fstat(descriptor, &status) == 0 else {
            throw Self.failure(path, errno)
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw MemoryError(.inputOutput, "This is not a file", at: .init(file: path))
        }
        size = UInt64(max(0, status.st_size))
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
        window.deallocate()
    }

    private static func failure(_ path: String, _ number: Int32) -> MemoryError {
        MemoryError(
            .inputOutput, "Reading: \(FileError(.read, path, number: number).reason)", at: .init(file: path),
            systemErrorNumber: number)
    }

    /// The bytes from a place on, as many as asked for or as the file has. Valid until the next call.
    func bytes(at place: UInt64, count: Int) throws(MemoryError) -> UnsafeRawBufferPointer {
        let wanted = Int(min(UInt64(count), size - min(size, place)))
        if place >= windowStart, place + UInt64(wanted) <= windowStart + UInt64(windowCount) {
            let start = Int(place - windowStart)
            return UnsafeRawBufferPointer(rebasing: window[start..<start + wanted])
        }
        if wanted > window.count {
            window.deallocate()
            window = .allocate(byteCount: wanted, alignment: 16)
        }
        windowStart = place
        windowCount = 0
        while windowCount < window.count {
            let rest = UnsafeMutableRawBufferPointer(rebasing: window[windowCount...])
            let count = pread(descriptor, rest.baseAddress, rest.count, off_t(place) + off_t(windowCount))
            if count < 0, errno == EINTR { continue }
            if count < 0 { throw Self.failure(path, errno) }
            if count == 0 { break }
            windowCount += count
        }
        return UnsafeRawBufferPointer(rebasing: window[..<min(wanted, windowCount)])
    }

    /// The frame at a place, if one of this file stands there.
    private func frame(at place: UInt64) throws(MemoryError) -> FrameHeader? {
        let head = try bytes(at: place, count: FrameHeader.byteCount)
        guard let peeked = FrameHeader(peeking: head, at: 0), UInt64(peeked.length) <= size - place,
            place == 0 || kinds.isEmpty || kinds.contains(peeked.kind),
            !isSegment || place == 0 || peeked.sequence == place
        else { return nil }
        let covered = try bytes(at: place, count: FrameHeader.byteCount + peeked.checked)
        return FrameHeader(checking: covered, at: 0, seed: place == 0 ? firstSeed : seed)
    }

    func next() throws(MemoryError) -> Step {
        guard offset < size else { return .end }
        let start = offset
        if let frame = try frame(at: start) {
            offset += UInt64(frame.length)
            return .frame(frame, try bytes(at: start, count: frame.length), offset: start)
        }
        // Zeros need not be looked at word by word.
        var place = start
        let zeros = try zeroBytes(from: start)
        if zeros == size - start {
            offset = size
            return .zeros(offset: start, count: zeros)
        }
        place += zeros / 8 * 8
        if zeros >= 8, try frame(at: place) != nil {
            offset = place
            return .zeros(offset: start, count: place - start)
        }
        place = max(place, start + 8)
        while place + UInt64(FrameHeader.byteCount) <= size {
            if try frame(at: place) != nil {
                offset = place
                return .gap(offset: start, count: place - start, isLast: false)
            }
            place += 8
        }
        offset = size
        return .gap(offset: start, count: size - start, isLast: true)
    }

    private func zeroBytes(from start: UInt64) throws(MemoryError) -> UInt64 {
        var place = start
        while place < size {
            let part = try bytes(at: place, count: Self.windowBytes)
            if part.isEmpty { break }
            if let index = part.firstIndex(where: { $0 != 0 }) { return place - start + UInt64(index) }
            place += UInt64(part.count)
        }
        return place - start
    }
}
