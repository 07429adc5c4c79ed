#if PostgreSQL
    internal import AgentMemory
    private import CLibPQ

    /// What a statement has given, in binary format. Checked as it is read: another program may have written it.
    final class ResultRows {
        private let result: OpaquePointer
        let count: Int

        /// Takes a result over.
        init(_ result: OpaquePointer) {
            self.result = result
            count = Int(PQntuples(result))
        }

        deinit { PQclear(result) }

        /// How many rows a statement has changed.
        var changedCount: Int {
            guard let text = PQcmdTuples(result) else { return 0 }
            return Int(String(cString: text)) ?? 0
        }

        /// The bytes of a value, which live as long as the rows do; `nil` for NULL.
        func bytes(_ row: Int, _ column: Int) -> UnsafeRawBufferPointer? {
            guard PQgetisnull(result, Int32(clamping: row), Int32(clamping: column)) == 0,
                let value = PQgetvalue(result, Int32(clamping: row), Int32(clamping: column))
            else { return nil }
            return UnsafeRawBufferPointer(
                start: value, count: Int(PQgetlength(result, Int32(clamping: row), Int32(clamping: column))))
        }

        func optionalInteger(_ row: Int, _ column: Int, _ what: String) throws -> Int64? {
            guard let bytes = bytes(row, column) else { return nil }
            switch bytes.count {
            case 8: return Int64(bigEndian: bytes.loadUnaligned(as: Int64.self))
            case 4: return Int64(Int32(bigEndian: bytes.loadUnaligned(as: Int32.self)))
            default: throw MemoryError.damaged(what)
            }
        }

        func integer(_ row: Int, _ column: Int, _ what: String) throws -> Int64 {
            guard let number = try optionalInteger(row, column, what) else { throw MemoryError.damaged(what) }
            return number
        }

        /// A number that must not be negative.
        func natural<Number: FixedWidthInteger>(_ row: Int, _ column: Int, _ what: String) throws -> Number {
            guard let number = Number(exactly: try integer(row, column, what)), number >= 0 else {
                throw MemoryError.damaged(what)
            }
            return number
        }

        func float(_ row: Int, _ column: Int, _ what: String) throws -> Double {
            guard let bytes = bytes(row, column), bytes.count == 4 else { throw MemoryError.damaged(what) }
            return Double(Float(bitPattern: UInt32(bigEndian: bytes.loadUnaligned(as: UInt32.self))))
        }

        func optionalText(_ row: Int, _ column: Int, _ what: String) throws -> String? {
            guard let bytes = bytes(row, column) else { return nil }
            guard let text = StoredText.text(of: bytes) else { throw MemoryError.damaged(what) }
            return text
        }

        func text(_ row: Int, _ column: Int, _ what: String) throws -> String {
            guard let text = try optionalText(row, column, what) else { throw MemoryError.damaged(what) }
            return text
        }

        func optionalJSON(_ row: Int, _ column: Int, _ what: String) throws -> JSONValue? {
            guard let bytes = bytes(row, column) else { return nil }
            guard let value = try? JSONValue(parsing: bytes) else { throw MemoryError.damaged(what) }
            return value
        }

        /// An array of numbers, in which NULLs may be; `nil` for none.
        func optionalIntegers(_ row: Int, _ column: Int, _ what: String) throws -> [Int64?]? {
            guard let bytes = bytes(row, column) else { return nil }
            var at = 0
            func next<Number: FixedWidthInteger>(_ type: Number.Type) throws -> Number {
                guard bytes.count - at >= MemoryLayout<Number>.size else { throw MemoryError.damaged(what) }
                defer { at += MemoryLayout<Number>.size }
                return Number(bigEndian: bytes.loadUnaligned(fromByteOffset: at, as: Number.self))
            }
            let dimensions = try next(Int32.self)
            _ = try (next(Int32.self), next(Int32.self))
            if dimensions == 0 { return [] }
            let count = try next(Int32.self)
            _ = try next(Int32.self)
            var numbers: [Int64?] = []
            for _ in 0..<max(0, count) {
                switch try next(Int32.self) {
                case -1: numbers.append(nil)
                case 8: numbers.append(try next(Int64.self))
                default: throw MemoryError.damaged(what)
                }
            }
            return numbers
        }
    }
#endif
