extension Goal {
    /// What a migration must reach of the rate at which its source can be read, or its target be filled.
    static let migrations = [
        Goal(metric: "migration.sqlite", engine: "migration", measure: .atLeast(0.5, times: ["sqlite-read"])),
        Goal(
            metric: "migration.sqlite", engine: "migration", measure: .atLeast(0.5, times: ["sqlite-scan"]),
            isAim: true),
        Goal(metric: "migration.memory", engine: "migration", measure: .atMostAbsolute(150)),
        Goal(metric: "migration.postgresql", engine: "migration", measure: .atLeast(0.6, times: ["copy"])),
        Goal(metric: "migration.redis", engine: "migration", measure: .atLeast(0.6, times: ["rpush"])),
        Goal(
            metric: "migration.redis", engine: "migration-uncompressed",
            measure: .atLeast(0.6, times: ["rpush-uncompressed"])),
    ]
}
