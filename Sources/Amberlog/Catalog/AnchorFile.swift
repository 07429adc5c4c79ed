internal import LogFiles
internal import LogFormat

/// Writes the anchor's two slots in turn. Guarded by the engine's `anchor` monitor.
final class AnchorFile {
    private let file: any File
    private let store: Identity
    private var last: Anchor

    init(file: any File, store: Identity, last: Anchor?) {
        self.file = file
        self.store = store
        self.last = last ?? Anchor(version: 0, durableThrough: 0, manifestNumber: 0, manifestLength: 0)
    }

    /// Records how far journal and manifest are durable. Does nothing when that is known already.
    func write(durableThrough: UInt64, manifestNumber: UInt64, manifestLength: UInt64) throws(FileError) {
        let next = Anchor(
            version: last.version + 1, durableThrough: max(durableThrough, last.durableThrough),
            manifestNumber: manifestNumber, manifestLength: manifestLength)
        if last.version > 0, next.durableThrough == last.durableThrough, next.manifestNumber == last.manifestNumber,
            next.manifestLength == last.manifestLength
        {
            return
        }
        var writer = ByteWriter(capacity: Limits.blockBytes)
        next.encode(into: &writer, store: store)
        try file.writeFully(writer.bytes, at: next.offset)
        try file.synchronize()
        last = next
    }
}
