// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    // Async functions stay on their caller's executor: a load from an actor costs no thread switch.
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

let package = Package(
    name: "amberlog",
    platforms: [.macOS(.v26)],
    products: [
        .library(name: "AgentMemory", targets: ["AgentMemory"]),
        .library(name: "Amberlog", targets: ["Amberlog"]),
        .library(name: "AmberlogTestKit", targets: ["AmberlogTestKit"]),
        .library(name: "AmberlogSQLite", targets: ["AmberlogSQLite"]),
        .executable(name: "amberlog", targets: ["AmberlogTool"]),
    ],
    traits: [
        // What needs a database driver: without its trait, such a product is empty, and its driver is not even fetched.
        .trait(name: "SQLite", description: "The product AmberlogSQLite, on GRDB and the system's SQLite."),
        .default(enabledTraits: []),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    ],
    targets: [
        .target(name: "AgentMemory", swiftSettings: strict),
        .target(name: "CChecksum"),
        .target(name: "CSearch"),
        .target(name: "CSystem"),
        .systemLibrary(name: "CLZ4", pkgConfig: "liblz4", providers: [.apt(["liblz4-dev"]), .brew(["lz4"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
        .target(name: "LogFiles", dependencies: ["CSystem"], swiftSettings: strict),
        .target(name: "LogFormat", dependencies: ["CChecksum", "CLZ4"], swiftSettings: strict),
        .target(
            name: "Amberlog", dependencies: ["AgentMemory", "LogFiles", "LogFormat", "CSearch"],
            swiftSettings: strict),
        .target(
            name: "AmberlogTestKit", dependencies: ["AgentMemory", "LogFiles", "Amberlog"], swiftSettings: strict),
        .target(
            name: "AmberlogSQLite",
            dependencies: [
                "AgentMemory",
                .product(name: "GRDB", package: "GRDB.swift", condition: .when(traits: ["SQLite"])),
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "AmberlogTool",
            dependencies: [
                "AgentMemory", "Amberlog", "LogFiles", "LogFormat", "CZlib",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "AgentMemoryTests", dependencies: ["AgentMemory", "AmberlogTestKit"], swiftSettings: strict),
        .testTarget(
            name: "LogFormatTests", dependencies: ["LogFormat", "CChecksum"], swiftSettings: strict),
        .testTarget(
            name: "LogFilesTests", dependencies: ["LogFiles", "AmberlogTestKit"], swiftSettings: strict),
        .executableTarget(
            name: "CrashChild", dependencies: ["Amberlog", "AgentMemory"], path: "Tests/CrashChild",
            swiftSettings: strict),
        .target(
            name: "StoreModel", dependencies: ["Amberlog", "AgentMemory", "AmberlogTestKit", "LogFiles"],
            path: "Tests/StoreModel", swiftSettings: strict),
        .testTarget(
            name: "AmberlogTests",
            dependencies: [
                "Amberlog", "AgentMemory", "AmberlogTestKit", "CSearch", "LogFiles", "LogFormat", "StoreModel",
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
            name: "AmberlogToolTests",
            dependencies: ["AmberlogTool", "Amberlog", "AgentMemory", "AmberlogTestKit", "LogFiles", "CZlib"],
            swiftSettings: strict),
        .testTarget(
            name: "CrashTests",
            dependencies: [
                "Amberlog", "AgentMemory", "AmberlogTestKit", "CrashChild", "LogFiles", "LogFormat", "StoreModel",
            ],
            swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6]
)
