#if PostgreSQL
    internal import AgentMemory
    private import Foundation

    /// Texts as PostgreSQL's `text` can hold them, which has no NUL.
    ///
    /// A NUL is stored as U+0001 U+0001, and U+0001 as U+0001 U+0002; everything else as it is. That loses nothing, keeps
    /// the order of bytes (so that an index lists ids in their order), and hardly any text has either of the two.
    enum StoredText {
        private static let mark: UInt8 = 1
        private static let null: UInt8 = 1
        private static let itself: UInt8 = 2

        /// Appends a text as it is stored.
        static func append(_ text: String, to bytes: inout [UInt8]) {
            var text = text
            text.withUTF8 { utf8 in
                guard utf8.contains(where: { $0 <= mark }) else {
                    bytes.append(contentsOf: utf8)
                    return
                }
                for byte in utf8 {
                    bytes.append(byte == 0 ? mark : byte)
                    if byte <= mark { bytes.append(byte == 0 ? null : itself) }
                }
            }
        }

        /// The text that was stored; `nil` for what ``append(_:to:)`` never makes.
        static func text(of bytes: UnsafeRawBufferPointer) -> String? {
            guard let base = bytes.baseAddress, memchr(base, Int32(mark), bytes.count) != nil else {
                return String(wellFormed: bytes)
            }
            var plain: [UInt8] = []
            plain.reserveCapacity(bytes.count)
            var at = 0
            while at < bytes.count {
                if bytes[at] == mark {
                    at += 1
                    guard at < bytes.count, bytes[at] == null || bytes[at] == itself else { return nil }
                    plain.append(bytes[at] == null ? 0 : mark)
                } else {
                    plain.append(bytes[at])
                }
                at += 1
            }
            return plain.withUnsafeBytes { String(wellFormed: $0) }
        }
    }
#endif
