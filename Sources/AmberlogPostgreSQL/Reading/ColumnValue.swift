#if PostgreSQL
    package import AgentMemory

    /// What a column holds, of whatever type another program has made it.
    package enum ColumnValue: Sendable, Hashable {
        case null
        case integer(Int64)
        case double(Double)
        case text(String)
        case time(Timestamp)
        /// Of a type that is none of these, or text that is no UTF-8.
        case bytes([UInt8])

        /// The moment that PostgreSQL counts microseconds from, 2000-01-01, since 1970.
        private static let epoch_us: Int64 = 946_684_800_000_000
        private static let hexadecimal = Array("0123456789abcdef".utf8)

        /// Reads a value in binary format.
        ///
        /// - Parameter type: As PostgreSQL numbers its own types, the same in all versions. What looks like none of the
        ///   type is bytes.
        init(_ bytes: UnsafeRawBufferPointer, type: UInt32) {
            let known: ColumnValue? =
                switch type {
                case 16: Self.number(bytes, UInt8.self).map { .integer(Int64($0)) }
                case 20: Self.number(bytes, Int64.self).map { .integer($0) }
                case 21: Self.number(bytes, Int16.self).map { .integer(Int64($0)) }
                case 23: Self.number(bytes, Int32.self).map { .integer(Int64($0)) }
                case 700: Self.number(bytes, UInt32.self).map { .double(Double(Float(bitPattern: $0))) }
                case 701: Self.number(bytes, UInt64.self).map { .double(Double(bitPattern: $0)) }
                case 1114, 1184: Self.number(bytes, Int64.self).flatMap(Self.time)
                case 2950: Self.uuid(bytes)
                // A jsonb begins with the version of its format.
                case 3802: bytes.first == 1 ? Self.text(UnsafeRawBufferPointer(rebasing: bytes.dropFirst())) : nil
                // name, text, json, bpchar, varchar.
                case 19, 25, 114, 1042, 1043: Self.text(bytes)
                default: nil
                }
            self = known ?? .bytes(Array(bytes))
        }

        private static func number<Number: FixedWidthInteger>(
            _ bytes: UnsafeRawBufferPointer, _ type: Number.Type
        ) -> Number? {
            guard bytes.count == MemoryLayout<Number>.size else { return nil }
            return Number(bigEndian: bytes.loadUnaligned(as: Number.self))
        }

        /// A time without a zone is taken as UTC. `infinity` is no time.
        private static func time(_ sinceEpoch_us: Int64) -> ColumnValue? {
            let (sum, overflow) = sinceEpoch_us.addingReportingOverflow(epoch_us)
            let time = Timestamp(microseconds: sum)
            return overflow || time < .minimum || time > .maximum ? nil : .time(time)
        }

        private static func text(_ bytes: UnsafeRawBufferPointer) -> ColumnValue? {
            String(validating: bytes, as: UTF8.self).map { .text($0) }
        }

        private static func uuid(_ bytes: UnsafeRawBufferPointer) -> ColumnValue? {
            guard bytes.count == 16 else { return nil }
            var text: [UInt8] = []
            for (index, byte) in bytes.enumerated() {
                if [4, 6, 8, 10].contains(index) { text.append(UInt8(ascii: "-")) }
                text += [hexadecimal[Int(byte >> 4)], hexadecimal[Int(byte & 15)]]
            }
            return .text(String(decoding: text, as: UTF8.self))
        }
    }
#endif
