// swift-tools-version: 6.2
import PackageDescription

// libFuzzer isn't everywhere, so what runs on it is built only where it is asked for: by `make fuzz`.
let isFuzzing = Context.environment["AMBERLOG_FUZZING"] != nil

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    // Async functions stay on their caller's executor: a load from an actor costs no thread switch.
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

let toolDependencies: [Target.Dependency] = [
    "AgentMemory", "Amberlog", "AmberlogAllBackends", "ForeignDatabases", "ForeignStores", "LogFiles", "LogFormat",
    "CSystem", "CZlib",
    .product(name: "ArgumentParser", package: "swift-argument-parser"),
]

let package = Package(
    name: "amberlog",
    platforms: [.macOS(.v26)],
    products: [
        .library(name: "AgentMemory", targets: ["AgentMemory"]),
        .library(name: "Amberlog", targets: ["Amberlog"]),
        .library(name: "AmberlogAllBackends", targets: ["AmberlogAllBackends"]),
        .library(name: "AmberlogTestKit", targets: ["AmberlogTestKit"]),
        .library(name: "AmberlogSQLite", targets: ["AmberlogSQLite"]),
        .library(name: "AmberlogRedis", targets: ["AmberlogRedis"]),
        .library(name: "AmberlogPostgreSQL", targets: ["AmberlogPostgreSQL"]),
        .library(name: "AmberlogEncryption", targets: ["AmberlogEncryption"]),
        .executable(name: "amberlog", targets: ["AmberlogTool"]),
    ],
    traits: [
        // What needs a database driver: without its trait, such a product is empty, and its driver is not even fetched.
        .trait(name: "SQLite", description: "The product AmberlogSQLite, on GRDB and the system's SQLite."),
        .trait(name: "Redis", description: "The product AmberlogRedis, on hiredis."),
        .trait(name: "PostgreSQL", description: "The product AmberlogPostgreSQL, on libpq."),
        .trait(name: "Encryption", description: "The product AmberlogEncryption, on swift-crypto."),
        .default(enabledTraits: []),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.0.0"),
    ],
    targets: [
        .target(name: "AgentMemory", swiftSettings: strict),
        .target(name: "CChecksum"),
        .target(name: "CSearch"),
        .target(name: "CSystem"),
        .systemLibrary(name: "CLZ4", pkgConfig: "liblz4", providers: [.apt(["liblz4-dev"]), .brew(["lz4"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
        .systemLibrary(
            name: "CHiredis", pkgConfig: "hiredis", providers: [.apt(["libhiredis-dev"]), .brew(["hiredis"])]),
        .target(name: "LogFiles", dependencies: ["CSystem"], swiftSettings: strict),
        .target(name: "LogFormat", dependencies: ["CChecksum", "CLZ4"], swiftSettings: strict),
        .target(
            name: "Amberlog", dependencies: ["AgentMemory", "LogFiles", "LogFormat", "CSearch"],
            swiftSettings: strict),
        .target(
            name: "AmberlogAllBackends",
            dependencies: [
                "AgentMemory", "Amberlog", .target(name: "AmberlogSQLite", condition: .when(traits: ["SQLite"])),
                .target(name: "AmberlogRedis", condition: .when(traits: ["Redis"])),
                .target(name: "AmberlogPostgreSQL", condition: .when(traits: ["PostgreSQL"])),
            ],
            swiftSettings: strict),
        .target(
            name: "AmberlogTestKit", dependencies: ["AgentMemory", "LogFiles", "Amberlog"], swiftSettings: strict),
        .target(
            name: "AmberlogSQLite",
            dependencies: [
                "AgentMemory",
                .product(name: "GRDB", package: "GRDB.swift", condition: .when(traits: ["SQLite"])),
                .product(name: "GRDBSQLite", package: "GRDB.swift", condition: .when(traits: ["SQLite"])),
            ],
            swiftSettings: strict),
        .target(
            name: "AmberlogRedis",
            dependencies: [
                "AgentMemory", .target(name: "CHiredis", condition: .when(traits: ["Redis"])),
                .target(name: "CChecksum", condition: .when(traits: ["Redis"])),
                .target(name: "CLZ4", condition: .when(traits: ["Redis"])),
            ],
            swiftSettings: strict),
        .systemLibrary(name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"]), .brew(["libpq"])]),
        .target(
            name: "AmberlogPostgreSQL",
            dependencies: ["AgentMemory", .target(name: "CLibPQ", condition: .when(traits: ["PostgreSQL"]))],
            swiftSettings: strict),
        .target(
            name: "AmberlogEncryption",
            dependencies: [
                "AgentMemory",
                .product(name: "Crypto", package: "swift-crypto", condition: .when(traits: ["Encryption"])),
            ],
            swiftSettings: strict),
        .target(name: "ForeignStores", dependencies: ["AgentMemory"], swiftSettings: strict),
        .target(
            name: "ForeignDatabases",
            dependencies: [
                "AgentMemory", "ForeignStores",
                .target(name: "AmberlogRedis", condition: .when(traits: ["Redis"])),
                .target(name: "AmberlogPostgreSQL", condition: .when(traits: ["PostgreSQL"])),
                .product(name: "GRDBSQLite", package: "GRDB.swift", condition: .when(traits: ["SQLite"])),
                .product(name: "Crypto", package: "swift-crypto", condition: .when(traits: ["Encryption"])),
                .product(name: "CryptoExtras", package: "swift-crypto", condition: .when(traits: ["Encryption"])),
            ],
            swiftSettings: strict),
        .executableTarget(name: "AmberlogTool", dependencies: toolDependencies, swiftSettings: strict),
        .testTarget(
            name: "AgentMemoryTests", dependencies: ["AgentMemory", "AmberlogTestKit"], swiftSettings: strict),
        .testTarget(
            name: "ForeignStoresTests", dependencies: ["ForeignDatabases", "ForeignStores", "AgentMemory"],
            swiftSettings: strict),
        .testTarget(
            name: "AmberlogEncryptionTests",
            dependencies: [
                "AmberlogEncryption", "AgentMemory",
                .product(name: "Crypto", package: "swift-crypto", condition: .when(traits: ["Encryption"])),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "LogFormatTests", dependencies: ["LogFormat", "CChecksum"], swiftSettings: strict),
        .testTarget(
            name: "LogFilesTests", dependencies: ["LogFiles", "AmberlogTestKit"], swiftSettings: strict),
        .executableTarget(
            name: "CrashChild", dependencies: ["Amberlog", "AgentMemory", "AmberlogTestKit", "StoreModel"],
            path: "Tests/CrashChild", swiftSettings: strict),
        .target(
            name: "StoreModel", dependencies: ["Amberlog", "AgentMemory", "AmberlogTestKit", "LogFiles"],
            path: "Tests/StoreModel", swiftSettings: strict),
        .testTarget(
            name: "AmberlogTests",
            dependencies: [
                "Amberlog", "AgentMemory", "AmberlogTestKit", "CSearch", "FuzzTargets", "LogFiles", "LogFormat",
                "StoreModel",
            ],
            swiftSettings: strict),
        // Real servers for the tests of what talks to one.
        .target(name: "TestServers", path: "Tests/TestServers", swiftSettings: strict),
        // Every backend that there is, for suites and tables over all of them.
        .target(
            name: "BackendMatrix",
            dependencies: [
                "AgentMemory", "Amberlog", "AmberlogAllBackends", "AmberlogPostgreSQL", "AmberlogRedis",
                "AmberlogSQLite",
                "AmberlogTestKit", "LogFiles", "TestServers",
            ],
            path: "Tests/BackendMatrix", swiftSettings: strict),
        .executableTarget(
            name: "BackendTables",
            dependencies: ["AgentMemory", "AmberlogTestKit", "BackendMatrix", "ForeignStores", "TestServers"],
            path: "Tests/BackendTables", swiftSettings: strict),
        .testTarget(
            name: "MigrationMatrixTests",
            dependencies: [
                "AgentMemory", "AmberlogPostgreSQL", "AmberlogRedis", "AmberlogSQLite", "AmberlogTestKit",
                "BackendMatrix", "TestServers",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "WrapperMatrixTests",
            dependencies: [
                "AgentMemory", "AmberlogAllBackends", "AmberlogEncryption", "AmberlogTestKit", "BackendMatrix",
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "SQLiteChild", dependencies: ["AmberlogSQLite", "AgentMemory"], path: "Tests/SQLiteChild",
            swiftSettings: strict),
        .testTarget(
            name: "AmberlogSQLiteTests",
            dependencies: [
                "AmberlogSQLite", "AgentMemory", "AmberlogTestKit", "SQLiteChild",
                .product(name: "GRDB", package: "GRDB.swift", condition: .when(traits: ["SQLite"])),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "AmberlogRedisTests",
            dependencies: ["AmberlogRedis", "AgentMemory", "AmberlogTestKit", "TestServers"],
            swiftSettings: strict),
        .testTarget(
            name: "AmberlogPostgreSQLTests",
            dependencies: ["AmberlogPostgreSQL", "AgentMemory", "AmberlogTestKit", "TestServers"], swiftSettings: strict
        ),
        .testTarget(
            name: "AmberlogToolTests",
            dependencies: [
                "AmberlogTool", "Amberlog", "AgentMemory", "AmberlogRedis", "AmberlogTestKit", "LogFiles", "CZlib",
                "StoreModel", "TestServers",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "CrashTests",
            dependencies: [
                "Amberlog", "AgentMemory", "AmberlogTestKit", "CrashChild", "FuzzTargets", "LogFiles", "LogFormat",
                "StoreModel",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "FuzzTests",
            dependencies: ["AmberlogTestKit", "FuzzTargets"],
            swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6]
)

// Programs to copy from. Who depends on this package doesn't build them; the suite ExamplesTests runs them.
let examples = [
    "AnalyticsMemory", "Complete", "Configure", "CreateMemory", "CustomBackend", "InMemory", "MemoryMiddleware",
    "Migrate", "MultiBackendMemory", "PostgreSQL", "Redis", "SQLite", "TimedMemory",
]
package.targets += [
    .target(
        name: "ExampleSupport", dependencies: ["AgentMemory"], path: "Examples/Support", swiftSettings: strict),
    .testTarget(
        name: "ExamplesTests", dependencies: ["AgentMemory", "AmberlogTestKit", "TestServers"], swiftSettings: strict),
]
package.targets += examples.map { name in
    .executableTarget(
        name: name + "Example",
        dependencies: [
            "AgentMemory", "Amberlog", "AmberlogAllBackends", "AmberlogEncryption", "AmberlogPostgreSQL",
            "AmberlogRedis", "AmberlogSQLite", "AmberlogTestKit", "ExampleSupport",
        ],
        path: "Examples/" + name, swiftSettings: strict)
}

// It looks into modules with `@testable`, so it belongs to the tests: a release build leaves it out.
let decoders: [Target.Dependency] = [
    "AgentMemory", "Amberlog", "AmberlogTestKit", "AmberlogTool", "CZlib", "ForeignStores", "LogFiles", "LogFormat",
    "StoreModel",
]
if isFuzzing {
    // An executable can't be linked into another one. Without its `main`, the tool is a library.
    package.products.removeAll { $0.name == "amberlog" }
    package.targets.removeAll { $0.name == "AmberlogTool" }
    package.targets += [
        .target(
            name: "AmberlogTool", dependencies: toolDependencies, exclude: ["Amberlog.swift"], swiftSettings: strict),
        .target(name: "FuzzTargets", dependencies: decoders, path: "Tests/FuzzTargets", swiftSettings: strict),
        .systemLibrary(name: "CLibFuzzer", path: "Tests/CLibFuzzer"),
        .executableTarget(
            name: "Fuzzer", dependencies: ["CLibFuzzer", "FuzzTargets"], path: "Tests/Fuzzer", exclude: ["run"],
            swiftSettings: strict),
    ]
} else {
    package.targets += [
        .testTarget(name: "FuzzTargets", dependencies: decoders, path: "Tests/FuzzTargets", swiftSettings: strict)
    ]
}
