#if PostgreSQL
    /// SQL that a connection prepares once and then knows by its name.
    struct Statement: Sendable {
        /// What it is called on the server; empty for one that is planned each time, for what its values are.
        let name: String
        let sql: String

        init(_ name: String, _ sql: String) {
            (self.name, self.sql) = (name, sql)
        }
    }
#endif
