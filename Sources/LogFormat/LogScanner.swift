/// Walks the frames of a journal or a manifest: frames with consecutive numbers, each right behind the last or at the
/// next block, all with the seed of their file.
public struct LogScanner {
    public let bytes: UnsafeRawBufferPointer
    public let seed: UInt32
    public let kind: FrameKind
    /// Where the next frame is looked for.
    public private(set) var offset: Int
    /// The number that the next frame must have.
    public private(set) var nextNumber: UInt64

    public init(_ bytes: UnsafeRawBufferPointer, seed: UInt32, kind: FrameKind, from offset: Int, number: UInt64) {
        self.bytes = bytes
        self.seed = seed
        self.kind = kind
        self.offset = offset
        nextNumber = number
    }

    /// The next frame and where it begins, behind any that may be skipped, or `nil` when no valid frame of the next number stands there.
    public mutating func next() -> (frame: FrameHeader, offset: Int)? {
        passUnknown()
        let aligned = Int(UInt64(offset).roundedUpToBlock)
        if let frame = frame(at: offset) {
            return advance(frame, at: offset)
        }
        if aligned != offset, let frame = frame(at: aligned) {
            return advance(frame, at: aligned)
        }
        return nil
    }

    /// Goes on behind frames of kinds that nobody here knows and that may be skipped. Each has a number like any other.
    public mutating func passUnknown() {
        while true {
            let aligned = Int(UInt64(offset).roundedUpToBlock)
            guard let place = [offset, aligned].first(where: { isUnknown(at: $0) }),
                let frame = FrameHeader(checking: bytes, at: place, seed: seed)
            else { return }
            _ = advance(frame, at: place)
        }
    }

    private func isUnknown(at position: Int) -> Bool {
        guard let frame = FrameHeader(peeking: bytes, at: position) else { return false }
        return frame.isSkippable && frame.sequence == nextNumber && nextNumber <= Limits.numberMax
            && frame.length <= bytes.count - position
    }

    /// Goes on behind damage: the next frame found by ``laterFrame()`` is read as if nothing were missing.
    public mutating func skip(to position: Int, number: UInt64) {
        offset = position
        nextNumber = number
    }

    private mutating func advance(_ frame: FrameHeader, at position: Int) -> (frame: FrameHeader, offset: Int) {
        offset = position + frame.length
        nextNumber = frame.sequence + 1
        return (frame, position)
    }

    private func frame(at position: Int) -> FrameHeader? {
        guard let frame = FrameHeader(peeking: bytes, at: position), frame.kind == kind.rawValue,
            frame.sequence == nextNumber, nextNumber <= Limits.numberMax, frame.length <= bytes.count - position
        else { return nil }
        return FrameHeader(checking: bytes, at: position, seed: seed)
    }

    /// The first valid frame of a later number behind ``offset``: what tells damage from a torn tail.
    ///
    /// Looks at every multiple of 8; the cheap checks of kind and number come before the checksum. Message contents
    /// that look like frames don't pass, because they can't know the file's seed. Nor do they cost: once as many bytes
    /// have been summed in vain as there are, the sums of all prefixes are made, and every further candidate takes the
    /// logarithm of its length. Without that, a message of 16 MiB of headers that claim 8 MiB each kept an opening busy
    /// for minutes.
    public func laterFrame() -> (frame: FrameHeader, offset: Int)? {
        var position = offset.roundedUpToWord
        var summed = 0
        var prefixes: [UInt32] = []
        while let candidate = Checksum.find(kind, in: bytes, from: position) {
            position = candidate
            if let frame = FrameHeader(peeking: bytes, at: position), frame.kind == kind.rawValue,
                frame.sequence >= nextNumber, frame.sequence <= Limits.numberMax,
                frame.length <= bytes.count - position
            {
                let part = position + 4..<position + FrameHeader.byteCount + frame.checked
                summed += part.count
                if summed > bytes.count, prefixes.isEmpty { prefixes = Checksum.prefixes(of: bytes) }
                let sum =
                    prefixes.isEmpty
                    ? Checksum.crc32c(UnsafeRawBufferPointer(rebasing: bytes[part]), seed: seed)
                    : Checksum.crc32c(part, of: bytes, prefixes: prefixes, seed: seed)
                if sum == frame.checksum { return (frame, position) }
            }
            position += 8
        }
        return nil
    }
}
