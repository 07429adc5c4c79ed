import CPostgreSQLClient
import Glibc

/// PostgreSQL by libpq, blocking, with the statements of `PostgreSQLBackend`, prepared, in binary format.
///
/// `@unchecked Sendable`: one caller at a time.
final class PostgreSQLClient: TurnClient, @unchecked Sendable {
    /// IMPORTANT: to be kept as Sources/AmberlogPostgreSQL has them (Saving, Loading).
    private enum SQL {
        static func save(_ table: String) -> String {
            """
            SELECT r_state, r_first, r_last, r_known FROM \(table)_save"($1::text, $2::bigint, $3::bigint,
                $4::bigint, $5::boolean, $6::bigint, $7::bigint, $8::bigint, $9::json, $10::text[],
                $11::text[], $12::bigint[], $13::json[], $14::text[], $15::bigint[], $16::tsvector[])
            """
        }

        static func newest(_ table: String) -> String {
            """
            SELECT messages.sequence, messages.role, messages.content, messages.timestamp, messages.metadata_text,
                messages.id FROM \(table)_messages" AS messages
                WHERE session = (SELECT number FROM \(table)_sessions"
                    WHERE session_id = $1::text AND (expires_at IS NULL OR expires_at > $2::bigint))
                AND sequence <= $3::bigint ORDER BY sequence DESC LIMIT $4::bigint
            """
        }

        /// What the connections of the adapter begin with.
        static let settings = """
            SET search_path TO pg_catalog, pg_temp; SET default_transaction_isolation TO 'read committed';
            SET statement_timeout TO 60000
            """
    }

    /// The types of the elements of an array, as PostgreSQL numbers them.
    private enum ElementType: Int32 {
        case bigint = 20
        case text = 25
        case json = 114
        case tsvector = 3614
    }

    private static let rememberedIDs: Int64 = 1000

    private let owner: PostgreSQLConnection
    private var connection: OpaquePointer { owner.connection }
    private var bytes: [UInt8] = []
    /// Where each value is, -1 for NULL.
    private var starts: [Int] = []
    private var lengths: [Int32] = []
    private let formats = [Int32](repeating: 1, count: 16)
    private var text: [UInt8] = []
    private var words: [PlainWords.Word] = []

    /// - Parameter table: What the adapter was given when it made the tables.
    init(_ url: String, schema: String, table: String) throws {
        owner = try PostgreSQLConnection(url)
        try owner.execute(SQL.settings)
        let names = "\"\(schema)\".\"\(table)"
        for (name, sql) in [("save", SQL.save(names)), ("newest", SQL.newest(names))] {
            let result = PQprepare(connection, name, sql, 0, nil)
            defer { PQclear(result) }
            guard PQresultStatus(result) == PGRES_COMMAND_OK else { throw failure(name) }
        }
    }

    private func failure(_ operation: String) -> EngineError { owner.failure(operation) }

    // MARK: Values

    @inline(__always)
    private func value(_ write: () -> Void) {
        let start = bytes.count
        write()
        starts.append(start)
        lengths.append(Int32(bytes.count - start))
    }

    private func null() {
        starts.append(-1)
        lengths.append(0)
    }

    private func integer(_ number: Int64) { value { bytes.append(big: number) } }

    @inline(__always)
    private func array(_ type: ElementType, _ indices: Range<Int>, _ write: (Int) -> Void) {
        value {
            for number in [1, 1, type.rawValue, Int32(indices.count), 1] { bytes.append(big: number) }
            for index in indices {
                let start = bytes.count
                bytes.append(big: Int32(0))
                write(index)
                bytes.set(big: Int32(bytes.count - start - 4), at: start)
            }
        }
    }

    private func begin() {
        bytes.removeAll(keepingCapacity: true)
        starts.removeAll(keepingCapacity: true)
        lengths.removeAll(keepingCapacity: true)
    }

    private func run(_ name: String) throws -> OpaquePointer {
        let result = bytes.withUnsafeBytes { bytes in
            withUnsafeTemporaryAllocation(of: UnsafePointer<CChar>?.self, capacity: starts.count) { values in
                for (place, start) in starts.enumerated() {
                    values[place] =
                        start < 0 ? nil : (bytes.baseAddress! + start).assumingMemoryBound(to: CChar.self)
                }
                return PQexecPrepared(connection, name, Int32(starts.count), values.baseAddress, lengths, formats, 1)
            }
        }
        guard let result, PQresultStatus(result) == PGRES_TUPLES_OK else {
            PQclear(result)
            throw failure(name)
        }
        return result
    }

    // MARK: Saving

    func save(_ pool: MessagePool, _ messages: Range<Int>, to session: String) throws -> UInt64 {
        begin()
        value { bytes.append(contentsOf: session.utf8) }
        null()
        integer(SQLiteClient.now())
        integer(Int64.random(in: 1...Int64.max))
        value { bytes.append(0) }
        null()
        null()
        integer(Self.rememberedIDs)
        null()
        array(.text, messages) { bytes.append(contentsOf: Self.role(pool.entries[$0].role)) }
        array(.text, messages) { bytes.append(contentsOf: pool.content($0)) }
        array(.bigint, messages) { bytes.append(big: pool.entries[$0].time) }
        array(.json, messages) { bytes.append(contentsOf: pool.metadata($0)) }
        null()
        array(.bigint, messages) { index in
            let entry = pool.entries[index]
            let count = Self.role(entry.role).count + entry.contentLength + entry.metadataLength
            bytes.append(big: Int64(count))
        }
        array(.tsvector, messages) { PlainWords.appendVector(pool.content($0), to: &bytes, &text, &words) }
        let result = try run("save")
        defer { PQclear(result) }
        guard PQntuples(result) == 1, Self.number(result, 0, 0) == 0 else { throw failure("save") }
        return UInt64(Self.number(result, 0, 2))
    }

    @inline(__always)
    private static func role(_ role: UInt8) -> UnsafeBufferPointer<UInt8> {
        let name: StaticString = role == 1 ? "user" : "assistant"
        return UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
    }

    // MARK: Loading

    func load(_ session: String, limit: Int) throws -> ClientPage {
        begin()
        value { bytes.append(contentsOf: session.utf8) }
        integer(SQLiteClient.now())
        integer(.max)
        integer(Int64(limit))
        let result = try run("newest")
        defer { PQclear(result) }
        let count = PQntuples(result)
        var page = ClientPage(capacity: Int(count))
        for row in stride(from: count - 1, through: 0, by: -1) {
            page.append(
                sequence: UInt64(Self.number(result, row, 0)), time: Self.number(result, row, 3),
                role: Self.bytes(result, row, 1), content: Self.bytes(result, row, 2),
                metadata: Self.bytes(result, row, 4))
        }
        return page
    }

    @inline(__always)
    private static func bytes(_ result: OpaquePointer, _ row: Int32, _ column: Int32) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(
            start: PQgetvalue(result, row, column), count: Int(PQgetlength(result, row, column)))
    }

    @inline(__always)
    private static func number(_ result: OpaquePointer, _ row: Int32, _ column: Int32) -> Int64 {
        let bytes = bytes(result, row, column)
        return bytes.count == 8 ? Int64(bigEndian: bytes.loadUnaligned(as: Int64.self)) : -1
    }

    func close() { owner.close() }
}
