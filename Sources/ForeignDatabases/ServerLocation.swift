/// Where a server of other libraries is, and how long it is waited for.
package struct ServerLocation: Sendable {
    /// With the password, if there is one.
    package var url: String
    /// How long nothing may come from it; `nil` for what is usual: a minute from Redis, ten from PostgreSQL, which may
    /// have to sort a table first.
    package var answerTimeout: Duration?

    package init(_ url: String, answerTimeout: Duration? = nil) {
        (self.url, self.answerTimeout) = (url, answerTimeout)
    }
}
