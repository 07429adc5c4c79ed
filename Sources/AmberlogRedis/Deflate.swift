#if Redis
    internal import AgentMemory
    internal import CZlib
    internal import Synchronization

    /// Compression of single values, with streams that are used again: to set one up costs more than to compress a
    /// message.
    final class Deflate: Sendable {
        /// Less than this is not worth the try.
        static let bytesMin = 512
        /// Nothing that was stored is larger: whatever says so is no message.
        private static let bytesMax = 256 << 20
        private static let streamsMax = 8

        private let deflaters = Mutex<[Stream]>([])
        private let inflaters = Mutex<[Stream]>([])

        /// Appends the compressed bytes if they are at least an eighth less, and returns whether it did.
        func append(compressed bytes: UnsafeRawBufferPointer, to target: inout [UInt8]) -> Bool {
            let limit = bytes.count - bytes.count / 8
            guard bytes.count >= Self.bytesMin, let stream = take(deflaters) ?? Stream(deflates: true) else {
                return false
            }
            defer { giveBack(stream, to: deflaters) }
            let start = target.count
            target.append(contentsOf: repeatElement(0, count: limit))
            let written = target.withUnsafeMutableBytes { buffer in
                stream.run(bytes, into: UnsafeMutableRawBufferPointer(rebasing: buffer[start...]))
            }
            target.removeLast(limit - (written ?? 0))
            return written != nil
        }

        /// The bytes of which there were `count`; `nil` when they are damaged.
        func inflated(_ bytes: UnsafeRawBufferPointer, count: Int) -> [UInt8]? {
            guard count >= 0, count <= Self.bytesMax, let stream = take(inflaters) ?? Stream(deflates: false) else {
                return nil
            }
            defer { giveBack(stream, to: inflaters) }
            // A ratio that deflate can't reach: the number is wrong, and no reason to take so much memory.
            guard count <= 64 + bytes.count * 1100 else { return nil }
            var isWhole = false
            let result = [UInt8](unsafeUninitializedCapacity: count) { buffer, written in
                let done = stream.run(bytes, into: UnsafeMutableRawBufferPointer(buffer))
                isWhole = done == count
                written = done ?? 0
            }
            return isWhole ? result : nil
        }

        private func take(_ streams: borrowing Mutex<[Stream]>) -> Stream? { streams.withLock { $0.popLast() } }

        private func giveBack(_ stream: Stream, to streams: borrowing Mutex<[Stream]>) {
            streams.withLock { if $0.count < Self.streamsMax { $0.append(stream) } }
        }

        /// A zlib stream. Whoever takes it from the pool has it alone: `@unchecked Sendable` for the pool.
        private final class Stream: @unchecked Sendable {
            /// A window of 16 KiB. Messages are short, and a small table is soon cleared.
            private static let windowBits: Int32 = 14
            private static let memoryLevel: Int32 = 6

            private let stream: UnsafeMutablePointer<z_stream>
            private let deflates: Bool

            init?(deflates: Bool) {
                stream = .allocate(capacity: 1)
                stream.initialize(to: z_stream())
                self.deflates = deflates
                let size = Int32(MemoryLayout<z_stream>.size)
                let status =
                    deflates
                    ? deflateInit2_(
                        stream, 3, Z_DEFLATED, Self.windowBits, Self.memoryLevel, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size
                    )
                    : inflateInit2_(stream, 15, ZLIB_VERSION, size)
                guard status == Z_OK else {
                    stream.deallocate()
                    return nil
                }
            }

            deinit {
                if deflates { deflateEnd(stream) } else { inflateEnd(stream) }
                stream.deallocate()
            }

            /// Runs over all of the input and returns how many bytes came out; `nil` when they don't fit, or when the
            /// input is damaged.
            func run(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) -> Int? {
                guard input.count <= UInt32.max, output.count <= UInt32.max else { return nil }
                guard (deflates ? deflateReset(stream) : inflateReset(stream)) == Z_OK else { return nil }
                stream.pointee.next_in = UnsafeMutablePointer(
                    mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self))
                stream.pointee.avail_in = UInt32(input.count)
                stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
                stream.pointee.avail_out = UInt32(output.count)
                let status = deflates ? deflate(stream, Z_FINISH) : inflate(stream, Z_FINISH)
                guard status == Z_STREAM_END, stream.pointee.avail_in == 0 else { return nil }
                return output.count - Int(stream.pointee.avail_out)
            }
        }
    }
#endif
