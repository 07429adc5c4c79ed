import AgentMemory
import Testing

@testable import ForeignStores

/// The reader of MessagePack: every form of the specification, and bytes that want to make it fail.
@Suite struct MessagePackTests {
    private func json(_ bytes: [UInt8]) throws -> JSONValue {
        var reader = MessagePackReader(bytes[...])
        let value = try reader.json()
        #expect(reader.isAtEnd)
        return value
    }

    private func reason(_ bytes: [UInt8]) -> String? {
        do {
            _ = try json(bytes)
            return nil
        } catch {
            return (error as? MemoryError)?.message
        }
    }

    @Test func `numbers of every form`() throws {
        #expect(try json([0x7F]) == 127)
        #expect(try json([0xE0]) == -32)
        #expect(try json([0xCC, 0xFF]) == 255)
        #expect(try json([0xCD, 1, 0]) == 256)
        #expect(try json([0xCE, 0xFF, 0xFF, 0xFF, 0xFF]) == 4_294_967_295)
        #expect(try json([0xCF] + [UInt8](repeating: 0xFF, count: 8)) == .double(Double(UInt64.max)))
        #expect(try json([0xD0, 0x80]) == -128)
        #expect(try json([0xD1, 0x80, 0]) == -32768)
        #expect(try json([0xD2, 0x80, 0, 0, 0]) == -2_147_483_648)
        #expect(try json([0xD3, 0x80, 0, 0, 0, 0, 0, 0, 0]) == .integer(.min))
        #expect(try json([0xCA, 0x3F, 0xC0, 0, 0]) == 1.5)
        #expect(try json([0xCB, 0x3F, 0xF8, 0, 0, 0, 0, 0, 0]) == 1.5)
        #expect(try json([0xC0]) == .null)
        #expect(try json([0x93, 0xC2, 0xC3, 0x00]) == [false, true, 0])
    }

    @Test func `texts, arrays and maps with lengths of every size`() throws {
        #expect(try json([0xA1, 0x78]) == "x")
        #expect(try json([0xD9, 1, 0x78]) == "x")
        #expect(try json([0xDA, 0, 1, 0x78]) == "x")
        #expect(try json([0xDB, 0, 0, 0, 1, 0x78]) == "x")
        #expect(try json([0xDC, 0, 1, 0xC0]) == [.null])
        #expect(try json([0xDD, 0, 0, 0, 1, 0xC0]) == [.null])
        #expect(try json([0x81, 0xA1, 0x78, 1]) == ["x": 1])
        #expect(try json([0xDE, 0, 1, 0xA1, 0x78, 1]) == ["x": 1])
        #expect(try json([0xDF, 0, 0, 0, 1, 0xA1, 0x78, 1]) == ["x": 1])
    }

    @Test func `extensions and bytes have lengths of every size, and are nothing that JSON has`() throws {
        let forms: [([UInt8], MessagePackReader.Head)] = [
            ([0xD4, 5, 1], .extension(5, 2..<3)), ([0xD5, 5, 1, 1], .extension(5, 2..<4)),
            ([0xD8, 0xFF] + [UInt8](repeating: 0, count: 16), .extension(-1, 2..<18)),
            ([0xC7, 1, 5, 9], .extension(5, 3..<4)), ([0xC8, 0, 1, 5, 9], .extension(5, 4..<5)),
            ([0xC9, 0, 0, 0, 1, 5, 9], .extension(5, 6..<7)), ([0xC4, 1, 9], .bytes(2..<3)),
            ([0xC5, 0, 1, 9], .bytes(3..<4)), ([0xC6, 0, 0, 0, 1, 9], .bytes(5..<6)),
        ]
        for (bytes, head) in forms {
            var reader = MessagePackReader(bytes[...])
            #expect(try reader.head() == head)
            #expect(reader.isAtEnd)
            #expect(reason(bytes) != nil)
        }
    }

    @Test func `nothing is read behind the end`() {
        let whole: [UInt8] = [0x82, 0xA1, 0x61, 0x92, 1, 0xCB, 0, 0, 0, 0, 0, 0, 0, 0, 0xA1, 0x62, 0xD9, 2, 0x78, 0x79]
        #expect(reason(whole) == nil)
        for count in 0..<whole.count { #expect(reason(Array(whole[..<count]))?.contains("cut off") == true) }
    }

    @Test func `lengths that are not there take no memory`() {
        for bytes: [UInt8] in [
            [0xDD, 0xFF, 0xFF, 0xFF, 0xFF], [0xDF, 0xFF, 0xFF, 0xFF, 0xFF], [0xDB, 0xFF, 0xFF, 0xFF, 0xFF],
            [0xC9, 0xFF, 0xFF, 0xFF, 0xFF, 5], [0xDF, 0x80, 0, 0, 0], [0xC6, 0xFF, 0xFF, 0xFF, 0xFF],
        ] {
            #expect(reason(bytes)?.contains("cut off") == true)
            var reader = MessagePackReader(bytes[...])
            #expect(throws: MemoryError.self) { try reader.skip() }
        }
    }

    @Test func `depth takes no stack`() throws {
        let deep = [UInt8](repeating: 0x91, count: 1_000_000) + [0xC0]
        #expect(reason(deep)?.contains("too deep") == true)
        var reader = MessagePackReader(deep[...])
        try reader.skip()
        #expect(reader.isAtEnd)
    }

    @Test func `so many values and no more`() {
        let many: [UInt8] = [0xDD, 0, 0x50, 0, 0] + [UInt8](repeating: 0xC0, count: 0x500000)
        #expect(reason(many)?.contains("too many") == true)
    }

    @Test func `what JSON doesn't have is refused`() {
        #expect(reason([0xC1])?.contains("means nothing") == true)
        #expect(reason([0xCA, 0x7F, 0xC0, 0, 0]) != nil)
        #expect(reason([0xCB, 0x7F, 0xF0, 0, 0, 0, 0, 0, 0]) != nil)
        #expect(reason([0xA1, 0xFF])?.contains("UTF-8") == true)
        #expect(reason([0x81, 0x01, 0x01])?.contains("key") == true)
    }

    @Test func `a slice is read by its own bounds`() throws {
        let bytes: [UInt8] = [0xC0, 0xA2, 0x78, 0x79, 0xC0]
        var reader = MessagePackReader(bytes[1..<4])
        #expect(try reader.json() == "xy")
        #expect(reader.isAtEnd)
        var cut = MessagePackReader(bytes[1..<3])
        #expect(throws: MemoryError.self) { try cut.json() }
    }

    @Test func `whatever the bytes are, it ends`() {
        var state: UInt64 = 7
        for _ in 0..<20_000 {
            var bytes: [UInt8] = []
            for _ in 0..<24 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                bytes.append(UInt8(truncatingIfNeeded: state >> 56))
            }
            var reader = MessagePackReader(bytes[...])
            _ = try? reader.json()
            var skipping = MessagePackReader(bytes[...])
            _ = try? skipping.skip()
            _ = try? GraphState.messages(of: bytes[...])
            _ = try? GraphState.fields(of: bytes[...])
            _ = try? GraphState.written(bytes[...])
        }
    }
}
