#if PostgreSQL
    internal import AgentMemory

    /// The values of a statement, in PostgreSQL's binary format.
    ///
    /// All of them lie in one buffer, and the statement names their types: `$1::bigint`.
    struct Parameters: Sendable {
        /// The types of the elements of an array, as PostgreSQL numbers them.
        enum ElementType: Int32 {
            case bigint = 20
            case text = 25
            case json = 114
            case tsvector = 3614
        }

        private(set) var bytes: [UInt8] = []
        /// Where each value lies; `nil` for NULL.
        private(set) var ranges: [Range<Int>?] = []

        init() {}

        /// Those of statements about so many messages of a session.
        init(_ session: String, _ count: Int, now: Timestamp) {
            text(session)
            integer(Int64(count))
            integer(now.microseconds)
        }

        private mutating func value(_ write: (inout [UInt8]) -> Void) {
            let start = bytes.count
            write(&bytes)
            ranges.append(start..<bytes.count)
        }

        mutating func null() { ranges.append(nil) }

        mutating func integer(_ number: Int64?) {
            guard let number else { return null() }
            value { $0.append(bigEndian: number) }
        }

        mutating func boolean(_ flag: Bool) { value { $0.append(flag ? 1 : 0) } }

        /// A text of the user's: see ``StoredText``.
        mutating func text(_ text: String) { value { StoredText.append(text, to: &$0) } }

        /// A text that PostgreSQL has a meaning for, such as JSON or the name of a table.
        mutating func literal(_ text: String?) {
            guard let text else { return null() }
            value { $0.append(contentsOf: text.utf8) }
        }

        mutating func raw(_ raw: [UInt8]?) {
            guard let raw else { return null() }
            value { $0.append(contentsOf: raw) }
        }

        /// An array of which `write` appends each element's bytes, and returns false for one that is NULL.
        mutating func array<Elements: Collection>(
            of type: ElementType, _ elements: Elements, _ write: (Elements.Element, inout [UInt8]) -> Bool
        ) {
            value { bytes in
                bytes.append(bigEndian: Int32(elements.isEmpty ? 0 : 1))
                bytes.append(bigEndian: Int32(1))  // There may be NULLs.
                bytes.append(bigEndian: type.rawValue)
                if elements.isEmpty { return }
                bytes.append(bigEndian: Int32(clamping: elements.count))
                bytes.append(bigEndian: Int32(1))
                for element in elements { bytes.appendField { write(element, &$0) } }
            }
        }

        mutating func integers(_ numbers: [Int64]) {
            array(of: .bigint, numbers) { number, bytes in
                bytes.append(bigEndian: number)
                return true
            }
        }

        /// Texts of the user's.
        mutating func texts(_ texts: [String]) {
            array(of: .text, texts) { text, bytes in
                StoredText.append(text, to: &bytes)
                return true
            }
        }
    }

    extension [UInt8] {
        mutating func append(bigEndian number: some FixedWidthInteger) {
            Swift.withUnsafeBytes(of: number.bigEndian) { append(contentsOf: $0) }
        }

        /// Writes over what was appended at a place.
        mutating func set(bigEndian number: some FixedWidthInteger, at place: Int) {
            Swift.withUnsafeBytes(of: number.bigEndian) { bytes in
                for (offset, byte) in bytes.enumerated() { self[place + offset] = byte }
            }
        }

        /// Appends the length of a value and the value itself, or -1 where `write` returns false: so PostgreSQL has the
        /// elements of arrays and the columns of `COPY`.
        mutating func appendField(_ write: (inout [UInt8]) -> Bool) {
            let start = count
            append(bigEndian: Int32(-1))
            guard write(&self) else { return }
            // Limited far below 2 GiB: see `MemoryLimits`.
            let length = Int32(clamping: count - start - 4)
            set(bigEndian: length, at: start)
        }
    }
#endif
