import CRocksDB
import Glibc

/// RocksDB by its C API: four memtables of 64 MB, LZ4, 16 KB blocks, a bloom filter, 1 GB of block cache.
///
/// `@unchecked Sendable`: the library is safe from any thread; each caller has a write batch of its own.
final class RocksDBEngine: BlockingEngine, @unchecked Sendable {
    private let database: OpaquePointer
    private let options: OpaquePointer
    private let writing: OpaquePointer
    private let reading: OpaquePointer
    private let cache: OpaquePointer
    private let batches: [OpaquePointer]
    private var buffer: [UInt8] = Array(repeating: 0, count: 2 << 20)

    init(_ path: String, _ mode: OpenMode) throws {
        try Files.makeDirectory(path)
        options = rocksdb_options_create()
        rocksdb_options_set_create_if_missing(options, 1)
        rocksdb_options_increase_parallelism(options, 2)
        rocksdb_options_set_write_buffer_size(options, 64 << 20)
        rocksdb_options_set_max_write_buffer_number(options, 4)
        rocksdb_options_set_compression(options, Int32(rocksdb_lz4_compression))
        rocksdb_options_set_level_compaction_dynamic_level_bytes(options, 1)
        let table = rocksdb_block_based_options_create()
        rocksdb_block_based_options_set_block_size(table, 16 << 10)
        rocksdb_block_based_options_set_filter_policy(table, rocksdb_filterpolicy_create_bloom_full(10))
        cache = rocksdb_cache_create_lru(1 << 30)
        rocksdb_block_based_options_set_block_cache(table, cache)
        rocksdb_options_set_block_based_table_factory(options, table)
        rocksdb_block_based_options_destroy(table)
        writing = rocksdb_writeoptions_create()
        rocksdb_writeoptions_set_sync(writing, mode.durability == .synced ? 1 : 0)
        reading = rocksdb_readoptions_create()
        batches = (0..<64).map { _ in rocksdb_writebatch_create() }
        var message: UnsafeMutablePointer<CChar>?
        let database = rocksdb_open(options, path, &message)
        try Self.check(&message, "open")
        self.database = database!
    }

    @inline(__always)
    private static func check(_ message: inout UnsafeMutablePointer<CChar>?, _ operation: StaticString) throws {
        if let text = message {
            defer { rocksdb_free(text) }
            throw EngineError("rocksdb: \(operation): \(String(cString: text))")
        }
    }

    /// Big-endian, so that the order of the bytes is the order of the numbers.
    @inline(__always)
    private static func key(_ session: UInt32, _ sequence: UInt32) -> UInt64 {
        (UInt64(session) << 32 | UInt64(sequence)).bigEndian
    }

    @inline(__always)
    private func insert(_ plan: Plan, _ save: Plan.Save, _ batch: OpaquePointer) {
        var sequence = save.sequence
        for index in plan.messages(of: save) {
            let record = plan.pool.record(index)
            withUnsafeBytes(of: Self.key(save.session, sequence)) { key in
                rocksdb_writebatch_put(
                    batch, key.baseAddress!.assumingMemoryBound(to: CChar.self), 8,
                    record.baseAddress!.assumingMemoryBound(to: CChar.self), record.count)
            }
            sequence += 1
        }
    }

    @inline(__always)
    private func write(_ batch: OpaquePointer) throws {
        var message: UnsafeMutablePointer<CChar>?
        rocksdb_write(database, writing, batch, &message)
        rocksdb_writebatch_clear(batch)
        try Self.check(&message, "write")
    }

    func save(_ plan: Plan, _ save: Plan.Save, caller: Int) throws {
        insert(plan, save, batches[caller])
        try write(batches[caller])
    }

    func saveGroup(_ plan: Plan, _ saves: ArraySlice<Plan.Save>) throws {
        for save in saves { insert(plan, save, batches[0]) }
        try write(batches[0])
    }

    func load(_ session: UInt32, limit: Int, _ form: LoadForm) throws -> LoadTotal {
        var page = Page(capacity: form == .decoded ? limit : 0)
        var total = LoadTotal()
        var position = 0
        let iterator = rocksdb_create_iterator(database, reading)
        defer { rocksdb_iter_destroy(iterator) }
        withUnsafeBytes(of: Self.key(session, .max)) { key in
            rocksdb_iter_seek_for_prev(iterator, key.baseAddress!.assumingMemoryBound(to: CChar.self), 8)
        }
        for _ in 0..<limit {
            if rocksdb_iter_valid(iterator) == 0 { break }
            var length = 0
            let key = UnsafeRawPointer(rocksdb_iter_key(iterator, &length)!)
            let number = UInt64(bigEndian: key.loadUnaligned(as: UInt64.self))
            if number >> 32 != UInt64(session) { break }
            let value = UnsafeRawPointer(rocksdb_iter_value(iterator, &length)!)
            switch form {
            case .decoded:
                Record.decode(value, length: length, sequence: number & 0xFFFF_FFFF, into: &page)
            case .undecoded:
                buffer.withUnsafeMutableBytes { _ = memcpy($0.baseAddress! + position, value, length) }
                position += length
                total.messages += 1
            }
            rocksdb_iter_prev(iterator)
        }
        var message: UnsafeMutablePointer<CChar>?
        rocksdb_iter_get_error(iterator, &message)
        try Self.check(&message, "iterate")
        if form == .undecoded {
            total.contentBytes = position
            return total
        }
        page.messages.reverse()
        return page.total
    }

    func clear(_ session: UInt32) throws {
        withUnsafeBytes(of: Self.key(session, 0)) { start in
            withUnsafeBytes(of: Self.key(session + 1, 0)) { end in
                rocksdb_writebatch_delete_range(
                    batches[0], start.baseAddress!.assumingMemoryBound(to: CChar.self), 8,
                    end.baseAddress!.assumingMemoryBound(to: CChar.self), 8)
            }
        }
        try write(batches[0])
    }

    func settleNow() throws {
        var message: UnsafeMutablePointer<CChar>?
        let options = rocksdb_flushoptions_create()
        rocksdb_flushoptions_set_wait(options, 1)
        rocksdb_flush(database, options, &message)
        rocksdb_flushoptions_destroy(options)
        try Self.check(&message, "flush")
        try reclaimSpace()
    }

    func reclaimSpace() throws {
        let options = rocksdb_compactoptions_create()
        // 2: rewrite the last level too.
        rocksdb_compactoptions_set_bottommost_level_compaction(options, 2)
        rocksdb_compact_range_opt(database, options, nil, 0, nil, 0)
        rocksdb_compactoptions_destroy(options)
    }

    func closeNow() throws {
        for batch in batches { rocksdb_writebatch_destroy(batch) }
        rocksdb_close(database)
        rocksdb_writeoptions_destroy(writing)
        rocksdb_readoptions_destroy(reading)
        rocksdb_options_destroy(options)
        rocksdb_cache_destroy(cache)
    }
}
