/// An engine, or one way to set it up, by the name it has in the tables.
///
/// The one called `raw` is an operation's limit: the same bytes and the system calls that move them, nothing else.
struct EngineKind: Sendable {
    /// Who made it: what `--engines` takes.
    enum Family: String, CaseIterable, Sendable {
        case raw
        case amberlog
        case lmdb
        case rocksdb
        case sqlite
        case tantivy
    }

    let name: String
    /// Kinds of one name here differ in how they read; one store serves them all.
    var storeName: String
    let family: Family
    let open: @Sendable (_ path: String, _ mode: OpenMode) async throws -> any Engine

    init(
        name: String, storeName: String? = nil, family: Family,
        open: @escaping @Sendable (_ path: String, _ mode: OpenMode) async throws -> any Engine
    ) {
        self.name = name
        self.storeName = storeName ?? name
        self.family = family
        self.open = open
    }

    static let raw = EngineKind(name: "raw", family: .raw) { try RawLog($0, $1, space: .zeroFilled) }
    static let rawExtending = EngineKind(name: "raw-extending", family: .raw) { try RawLog($0, $1, space: .extending) }
    static let rawAppending = EngineKind(name: "raw", family: .raw) { try RawLog($0, $1, space: .extending) }
    static let rawOverwriting = EngineKind(name: "raw-overwrite", family: .raw) {
        try RawLog($0, $1, space: .zeroFilled)
    }
    static let rawFiles = EngineKind(name: "raw", family: .raw) { try RawFiles($0, $1) }

    static let lmdb = EngineKind(name: "lmdb", family: .lmdb) { try LMDBEngine($0, $1, writeMap: false) }
    static let lmdbWriteMap = EngineKind(name: "lmdb-writemap", family: .lmdb) {
        try LMDBEngine($0, $1, writeMap: true)
    }
    static let rocksdb = EngineKind(name: "rocksdb", family: .rocksdb) { try RocksDBEngine($0, $1) }

    static let sqlite = EngineKind(name: "sqlite", family: .sqlite) {
        try SQLiteEngine($0, $1, layout: .indexed, bufferedAs: "OFF")
    }
    static let sqlitePacked = EngineKind(name: "sqlite-packed", family: .sqlite) {
        try SQLiteEngine($0, $1, layout: .packed, bufferedAs: "OFF")
    }
    static let sqliteWithoutRowid = EngineKind(name: "sqlite-without-rowid", family: .sqlite) {
        try SQLiteEngine($0, $1, layout: .withoutRowid, bufferedAs: "OFF")
    }
    static let sqliteFTS5 = EngineKind(name: "sqlite-fts5", family: .sqlite) {
        try SQLiteEngine($0, $1, layout: .indexed, bufferedAs: "OFF", isSearchable: true)
    }
    static let sqliteNormal = EngineKind(name: "sqlite-normal", family: .sqlite) {
        try SQLiteEngine($0, $1, layout: .indexed, bufferedAs: "NORMAL")
    }

    /// Those that leave a store behind which another process can open.
    static let stored: [EngineKind] = [
        .amberlog, .amberlogSealed, .lmdb, .rocksdb, .sqlite, .sqlitePacked, .sqliteWithoutRowid,
    ]
}
