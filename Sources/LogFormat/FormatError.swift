/// Bytes that are not what the format says: what is wrong, and how far into the bytes.
public struct FormatError: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Problem: String, Sendable, Hashable {
        /// The bytes end too early.
        case truncated
        /// A checksum doesn't match.
        case checksum
        /// A length, a count or an offset outside its bounds.
        case bounds
        /// A frame or a field of an unknown kind, which a reader may not skip.
        case unknownKind
        /// A file that is not the one its name or its manifest says.
        case identity
        /// Compressed bytes that don't decompress to their length.
        case compression
        /// A number that breaks a sequence.
        case discontinuity
        /// A format version or a feature that this version doesn't know.
        case unsupported
        /// Text that is not UTF-8.
        case text
    }

    public var problem: Problem
    /// Where, in bytes from the beginning of what was being decoded.
    public var offset: Int

    public init(_ problem: Problem, at offset: Int) {
        self.problem = problem
        self.offset = offset
    }

    public var description: String {
        let what =
            switch problem {
            case .truncated: "the bytes end too early"
            case .checksum: "checksum mismatch"
            case .bounds: "a length or count out of bounds"
            case .unknownKind: "an unknown kind"
            case .identity: "not the file it should be"
            case .compression: "compressed bytes that don't decompress"
            case .discontinuity: "a number out of sequence"
            case .unsupported: "a version or feature that this program doesn't know"
            case .text: "text that is not UTF-8"
            }
        return "\(what) at byte \(offset)"
    }
}
