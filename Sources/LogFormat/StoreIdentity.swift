/// The contents of the file STORE: which store it is, and what a program must know to use it.
///
/// Three words of feature bits, as ext4 has them: a program that meets a bit it doesn't know may not open the store
/// at all (`incompatible`), may only read it (`readOnlyCompatible`), or may ignore it (`compatible`).
public struct StoreIdentity: Sendable, Hashable {
    public var id: Identity
    public var created_µs: Int64
    public var incompatible: UInt64
    public var readOnlyCompatible: UInt64
    public var compatible: UInt64

    /// The bits that this version knows, of the incompatible and of the read-only-compatible features.
    public static let knownIncompatible: UInt64 = 0
    public static let knownReadOnlyCompatible: UInt64 = 0

    public init(
        id: Identity, created_µs: Int64, incompatible: UInt64 = 0, readOnlyCompatible: UInt64 = 0,
        compatible: UInt64 = 0
    ) {
        self.id = id
        self.created_µs = created_µs
        self.incompatible = incompatible
        self.readOnlyCompatible = readOnlyCompatible
        self.compatible = compatible
    }

    public func encode(into writer: inout ByteWriter) {
        let start = writer.beginFrame(.store, sequence: 0)
        writer.append(FileHeader.magic)
        writer.append(FileHeader.version)
        writer.append(UInt16(0))
        writer.append(UInt32(0))
        writer.append(id)
        writer.append(created_µs)
        writer.append(incompatible)
        writer.append(readOnlyCompatible)
        writer.append(compatible)
        writer.endFrame(start, seed: 0)
    }

    public static func decode(_ bytes: UnsafeRawBufferPointer) throws(FormatError) -> StoreIdentity {
        guard let frame = FrameHeader(checking: bytes, at: 0, seed: 0) else { throw FormatError(.checksum, at: 0) }
        guard frame.kind == FrameKind.store.rawValue else { throw FormatError(.unknownKind, at: 8) }
        let body = UnsafeRawBufferPointer(rebasing: bytes[..<(FrameHeader.byteCount + frame.checked)])
        var reader = ByteReader(body, from: FrameHeader.byteCount)
        guard try reader.uint64() == FileHeader.magic else { throw FormatError(.identity, at: 24) }
        guard try reader.uint16() == FileHeader.version else { throw FormatError(.unsupported, at: 32) }
        _ = try reader.slice(6)
        return StoreIdentity(
            id: try reader.identity(), created_µs: try reader.int64(), incompatible: try reader.uint64(),
            readOnlyCompatible: try reader.uint64(), compatible: try reader.uint64())
    }
}

/// The contents of the file CURRENT: which manifest is in force.
public struct CurrentManifest: Sendable, Hashable {
    public var number: UInt64

    public init(number: UInt64) {
        self.number = number
    }

    public func encode(into writer: inout ByteWriter, store: Identity) {
        let start = writer.beginFrame(.current, sequence: number)
        writer.endFrame(start, seed: store.checksumSeed)
    }

    public static func decode(
        _ bytes: UnsafeRawBufferPointer, store: Identity
    ) throws(FormatError) -> CurrentManifest {
        guard let frame = FrameHeader(checking: bytes, at: 0, seed: store.checksumSeed),
            frame.kind == FrameKind.current.rawValue
        else { throw FormatError(.checksum, at: 0) }
        guard frame.sequence <= Limits.numberMax else { throw FormatError(.bounds, at: 16) }
        return CurrentManifest(number: frame.sequence)
    }
}

/// One slot of the file ANCHOR: how far the journal and the manifest are known to reach.
///
/// Two slots of one block each are written in turn, so that one is whole whatever happens. A log that ends before
/// what the anchor says has lost acknowledged data: that is damage, not a torn tail.
public struct Anchor: Sendable, Hashable {
    /// Counts the writes; the slot with the greater one is in force.
    public var version: UInt64
    /// The newest journal batch known to be durable.
    public var durableThrough: UInt64
    public var manifestNumber: UInt64
    /// The manifest's length in bytes that is known to be durable.
    public var manifestLength: UInt64

    public init(version: UInt64, durableThrough: UInt64, manifestNumber: UInt64, manifestLength: UInt64) {
        self.version = version
        self.durableThrough = durableThrough
        self.manifestNumber = manifestNumber
        self.manifestLength = manifestLength
    }

    /// Where in the file this version is written.
    public var offset: UInt64 { (version & 1) * UInt64(Limits.blockBytes) }

    public func encode(into writer: inout ByteWriter, store: Identity) {
        let start = writer.beginFrame(.anchor, sequence: version)
        writer.append(durableThrough)
        writer.append(manifestNumber)
        writer.append(manifestLength)
        writer.endFrame(start, seed: store.checksumSeed, alignedTo: Limits.blockBytes)
    }

    /// The newer of the two slots that is whole, or `nil` when neither is.
    public static func decode(_ bytes: UnsafeRawBufferPointer, store: Identity) -> Anchor? {
        (0..<2).compactMap { decode(bytes, slot: $0, store: store) }.max { $0.version < $1.version }
    }

    /// What a slot holds, or `nil` when it isn't whole.
    public static func decode(_ bytes: UnsafeRawBufferPointer, slot: Int, store: Identity) -> Anchor? {
        let offset = slot * Limits.blockBytes
        guard let frame = FrameHeader(checking: bytes, at: offset, seed: store.checksumSeed),
            frame.kind == FrameKind.anchor.rawValue, frame.checked >= 24, frame.sequence <= Limits.numberMax
        else { return nil }
        var reader = ByteReader(bytes, from: offset + FrameHeader.byteCount)
        guard let durable = try? reader.number(), let number = try? reader.number(), let length = try? reader.number()
        else { return nil }
        return Anchor(version: frame.sequence, durableThrough: durable, manifestNumber: number, manifestLength: length)
    }
}
