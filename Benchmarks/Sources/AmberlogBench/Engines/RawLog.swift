import Glibc

/// The limit for saves: the same bytes to one file, and nothing else.
///
/// Synced: to the next 4-KiB-aligned offset of a zero-filled file, over and over, with an fdatasync each. Buffered:
/// write(2), over and over in a file that exists, or to the end of one that grows.
///
/// `@unchecked Sendable`: one caller at a time.
final class RawLog: BlockingEngine, @unchecked Sendable {
    enum Space: Sendable {
        case zeroFilled
        case extending
    }

    private static let capacity = 64 << 20
    private let descriptor: Int32
    private let synced: Bool
    private let space: Space
    private var offset = 0
    private var vectors = [iovec](repeating: iovec(), count: 1024)

    init(_ path: String, _ mode: OpenMode, space: Space) throws {
        try Files.makeDirectory(path)
        descriptor = Glibc.open(path + "/log", O_RDWR | O_CREAT, 0o644)
        if descriptor < 0 { throw SystemError("open \(path)/log") }
        synced = mode.durability == .synced
        self.space = space
        if space == .zeroFilled {
            let zeroes = [UInt8](repeating: 0, count: 1 << 20)
            for _ in 0..<(Self.capacity >> 20) { _ = Glibc.write(descriptor, zeroes, zeroes.count) }
            fsync(descriptor)
            lseek(descriptor, 0, SEEK_SET)
        }
    }

    @inline(__always)
    func save(_ plan: Plan, _ save: Plan.Save, caller: Int) throws {
        let bytes = plan.pool.bytes(of: plan.messages(of: save))
        if !synced {
            if space == .zeroFilled && offset + bytes.count > Self.capacity {
                lseek(descriptor, 0, SEEK_SET)
                offset = 0
            }
            offset += bytes.count
            if Glibc.write(descriptor, bytes.baseAddress, bytes.count) != bytes.count { throw SystemError("write") }
            return
        }
        makeRoom(bytes.count)
        if pwrite(descriptor, bytes.baseAddress, bytes.count, off_t(offset)) != bytes.count {
            throw SystemError("pwrite")
        }
        try synchronize(bytes.count)
    }

    func saveGroup(_ plan: Plan, _ saves: ArraySlice<Plan.Save>) throws {
        var rest = saves
        while !rest.isEmpty {
            let part = rest.prefix(vectors.count)
            rest = rest.dropFirst(part.count)
            var total = 0
            for (index, save) in part.enumerated() {
                let bytes = plan.pool.bytes(of: plan.messages(of: save))
                vectors[index] = iovec(
                    iov_base: UnsafeMutableRawPointer(mutating: bytes.baseAddress), iov_len: bytes.count)
                total += bytes.count
            }
            makeRoom(total)
            if pwritev(descriptor, vectors, Int32(part.count), off_t(offset)) != total { throw SystemError("pwritev") }
            try synchronize(total)
        }
    }

    @inline(__always)
    private func makeRoom(_ count: Int) {
        if space == .zeroFilled && offset + count > Self.capacity { offset = 0 }
    }

    @inline(__always)
    private func synchronize(_ count: Int) throws {
        offset = space == .zeroFilled ? (offset + count + 4095) & ~4095 : offset + count
        if synced && fdatasync(descriptor) != 0 { throw SystemError("fdatasync") }
    }

    func load(_ session: UInt32, limit: Int, _ form: LoadForm) throws -> LoadTotal { LoadTotal() }
    func clear(_ session: UInt32) throws {}
    func settleNow() throws {}
    func reclaimSpace() throws {}

    func closeNow() throws {
        Glibc.close(descriptor)
    }
}
