import LogFormat
import Testing

/// Numbers of variable length.
@Suite struct VarintTests {
    private func read<Value>(_ bytes: [UInt8], _ body: (inout ByteReader) throws -> Value) throws -> Value {
        try bytes.withUnsafeBytes { buffer in
            var reader = ByteReader(buffer)
            return try body(&reader)
        }
    }

    @Test func `edges come back`() throws {
        var values: [UInt64] = [0, 1, .max, .max - 1]
        for shift in 0..<64 { values += [1 << UInt64(shift), (1 << UInt64(shift)) - 1, (1 << UInt64(shift)) &+ 1] }
        for value in values {
            var writer = ByteWriter()
            writer.append(varint: value)
            let signed = Int64(bitPattern: value)
            writer.append(signedVarint: signed)
            let bytes = writer.array()
            let (first, second) = try read(bytes) { (try $0.varint(), try $0.signedVarint()) }
            #expect(first == value && second == signed)
            for count in 0..<bytes.count {
                #expect(throws: FormatError.self) {
                    try read(Array(bytes[..<count])) { _ = try ($0.varint(), $0.signedVarint()) }
                }
            }
        }
    }

    @Test func `too long and too large are refused`() {
        let ten = [UInt8](repeating: 0xFF, count: 9)
        #expect(throws: Never.self) { try read(ten + [0x01]) { try $0.varint() } }
        for bytes in [
            ten + [0x02], ten + [0x7F], ten + [0x80, 0x00], [UInt8](repeating: 0x80, count: 11), ten + [0xFF, 0x01],
        ] {
            #expect(throws: FormatError.self) { try read(bytes) { try $0.varint() } }
        }
    }

    @Test func `texts are checked`() {
        #expect(throws: FormatError.self) { try read([2, 0xC3, 0x28]) { try $0.text(maximum: 10) } }
        #expect(throws: FormatError.self) { try read([3, 65, 66]) { try $0.text(maximum: 10) } }
        #expect(throws: FormatError.self) { try read([3, 65, 66, 67]) { try $0.text(maximum: 2) } }
        #expect(throws: FormatError.self) {
            try read([UInt8](repeating: 0xFF, count: 9) + [1]) { try $0.text(maximum: .max) }
        }
    }
}
