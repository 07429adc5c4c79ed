// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
    name: "amberlog-benchmarks",
    platforms: [.macOS(.v26)],
    products: [.executable(name: "amberlog-bench", targets: ["AmberlogBench"])],
    dependencies: [
        .package(name: "amberlog", path: "..", traits: ["SQLite", "Redis", "PostgreSQL"]),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
    ],
    targets: [
        .systemLibrary(name: "CSQLite3", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(name: "CRocksDB", pkgConfig: "rocksdb", providers: [.apt(["librocksdb-dev"])]),
        .systemLibrary(name: "CLMDB", pkgConfig: "lmdb", providers: [.apt(["liblmdb-dev"])]),
        .systemLibrary(name: "CRedisClient", pkgConfig: "hiredis", providers: [.apt(["libhiredis-dev"])]),
        .systemLibrary(name: "CLZ4Client", pkgConfig: "liblz4", providers: [.apt(["liblz4-dev"])]),
        .systemLibrary(name: "CPostgreSQLClient", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .executableTarget(
            name: "AmberlogBench",
            dependencies: [
                "CSQLite3", "CRocksDB", "CLMDB", "CRedisClient", "CPostgreSQLClient", "CLZ4Client",
                .product(name: "AgentMemory", package: "amberlog"),
                .product(name: "Amberlog", package: "amberlog"),
                .product(name: "AmberlogSQLite", package: "amberlog"),
                .product(name: "AmberlogRedis", package: "amberlog"),
                .product(name: "AmberlogPostgreSQL", package: "amberlog"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6]
)
