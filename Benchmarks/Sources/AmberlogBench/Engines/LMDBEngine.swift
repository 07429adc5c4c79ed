import CLMDB
import Glibc

/// LMDB by its C API: a map of 8 GB, integer keys of session and sequence, records as values.
///
/// `@unchecked Sendable`: one caller at a time.
final class LMDBEngine: BlockingEngine, @unchecked Sendable {
    private let path: String
    private let flags: UInt32
    private var environment: OpaquePointer!
    private var database: MDB_dbi = 0
    private var reader: OpaquePointer?
    private var cursor: OpaquePointer?
    private var buffer: [UInt8] = Array(repeating: 0, count: 2 << 20)

    /// `writeMap`: pages are changed in the map instead of being written.
    init(_ path: String, _ mode: OpenMode, writeMap: Bool) throws {
        self.path = path
        try Files.makeDirectory(path)
        var flags = UInt32(MDB_NOTLS)
        // Without it a cold fault reads megabytes ahead.
        if mode.forReading { flags |= UInt32(MDB_NORDAHEAD) }
        if writeMap { flags |= UInt32(MDB_WRITEMAP) }
        if mode.durability == .buffered { flags |= UInt32(MDB_NOSYNC) }
        if writeMap && mode.durability == .buffered { flags |= UInt32(MDB_MAPASYNC) }
        self.flags = flags
        try open()
    }

    private func open() throws {
        try check(mdb_env_create(&environment), "create")
        try check(mdb_env_set_mapsize(environment, 8 << 30), "map size")
        try check(mdb_env_open(environment, path, flags, 0o644), "open")
        var transaction: OpaquePointer?
        try check(mdb_txn_begin(environment, nil, 0, &transaction), "begin")
        try check(mdb_dbi_open(transaction, nil, UInt32(MDB_INTEGERKEY), &database), "open database")
        try check(mdb_txn_commit(transaction), "commit")
    }

    @inline(__always)
    private func check(_ result: Int32, _ operation: StaticString) throws {
        if result != 0 { throw EngineError("lmdb: \(operation): \(String(cString: mdb_strerror(result)))") }
    }

    @inline(__always)
    private func insert(_ plan: Plan, _ save: Plan.Save, _ transaction: OpaquePointer?) throws {
        var number = UInt64(save.session) << 32 | UInt64(save.sequence)
        for index in plan.messages(of: save) {
            let record = plan.pool.record(index)
            var value = MDB_val(
                mv_size: record.count, mv_data: UnsafeMutableRawPointer(mutating: record.baseAddress))
            try withUnsafeMutableBytes(of: &number) { bytes in
                var key = MDB_val(mv_size: 8, mv_data: bytes.baseAddress)
                try check(mdb_put(transaction, database, &key, &value, 0), "put")
            }
            number += 1
        }
    }

    func save(_ plan: Plan, _ save: Plan.Save, caller: Int) throws {
        var transaction: OpaquePointer?
        try check(mdb_txn_begin(environment, nil, 0, &transaction), "begin")
        try insert(plan, save, transaction)
        try check(mdb_txn_commit(transaction), "commit")
    }

    func saveGroup(_ plan: Plan, _ saves: ArraySlice<Plan.Save>) throws {
        var transaction: OpaquePointer?
        try check(mdb_txn_begin(environment, nil, 0, &transaction), "begin")
        for save in saves { try insert(plan, save, transaction) }
        try check(mdb_txn_commit(transaction), "commit")
    }

    func beginLoads() throws {
        try check(mdb_txn_begin(environment, nil, UInt32(MDB_RDONLY), &reader), "begin")
        try check(mdb_cursor_open(reader, database, &cursor), "cursor")
        mdb_txn_reset(reader)
    }

    func endLoads() {
        mdb_cursor_close(cursor)
        mdb_txn_abort(reader)
    }

    func load(_ session: UInt32, limit: Int, _ form: LoadForm) throws -> LoadTotal {
        // A snapshot for each load.
        try check(mdb_txn_renew(reader), "renew")
        try check(mdb_cursor_renew(reader, cursor), "renew cursor")
        defer { mdb_txn_reset(reader) }
        var page = Page(capacity: form == .decoded ? limit : 0)
        var total = LoadTotal()
        var position = 0
        var key = MDB_val()
        var value = MDB_val()
        var end = UInt64(session + 1) << 32
        var result = withUnsafeMutableBytes(of: &end) { bytes in
            key = MDB_val(mv_size: 8, mv_data: bytes.baseAddress)
            return mdb_cursor_get(cursor, &key, &value, MDB_SET_RANGE)
        }
        result = mdb_cursor_get(cursor, &key, &value, result == 0 ? MDB_PREV : MDB_LAST)
        for _ in 0..<limit {
            if result != 0 { break }
            let number = key.mv_data.loadUnaligned(as: UInt64.self)
            if number >> 32 != UInt64(session) { break }
            switch form {
            case .decoded:
                Record.decode(value.mv_data, length: value.mv_size, sequence: number & 0xFFFF_FFFF, into: &page)
            case .undecoded:
                buffer.withUnsafeMutableBytes { _ = memcpy($0.baseAddress! + position, value.mv_data, value.mv_size) }
                position += value.mv_size
                total.messages += 1
            }
            result = mdb_cursor_get(cursor, &key, &value, MDB_PREV)
        }
        if form == .undecoded {
            total.contentBytes = position
            return total
        }
        page.messages.reverse()
        return page.total
    }

    func clear(_ session: UInt32) throws {
        var transaction: OpaquePointer?
        var cursor: OpaquePointer?
        try check(mdb_txn_begin(environment, nil, 0, &transaction), "begin")
        try check(mdb_cursor_open(transaction, database, &cursor), "cursor")
        var start = UInt64(session) << 32
        var key = MDB_val()
        var value = MDB_val()
        var result = withUnsafeMutableBytes(of: &start) { bytes in
            key = MDB_val(mv_size: 8, mv_data: bytes.baseAddress)
            return mdb_cursor_get(cursor, &key, &value, MDB_SET_RANGE)
        }
        while result == 0, key.mv_data.loadUnaligned(as: UInt64.self) >> 32 == UInt64(session) {
            try check(mdb_cursor_del(cursor, 0), "delete")
            // After a deletion the cursor stands on the next item.
            result = mdb_cursor_get(cursor, &key, &value, MDB_GET_CURRENT)
            if result != 0 { result = mdb_cursor_get(cursor, &key, &value, MDB_NEXT) }
        }
        mdb_cursor_close(cursor)
        try check(mdb_txn_commit(transaction), "commit")
    }

    func settleNow() throws {
        try reclaimSpace()
    }

    /// LMDB never gives pages back: a compacting copy takes the place of the store.
    func reclaimSpace() throws {
        let copy = path + "/copy"
        try Files.makeDirectory(copy)
        try check(mdb_env_copy2(environment, copy, UInt32(MDB_CP_COMPACT)), "copy")
        mdb_env_close(environment)
        if rename(copy + "/data.mdb", path + "/data.mdb") != 0 { throw SystemError("rename") }
        rmdir(copy)
        try open()
        try check(mdb_env_sync(environment, 1), "sync")
    }

    func closeNow() throws {
        mdb_env_close(environment)
    }
}
