/// One thing that backends must do: see ``BackendConformance``.
public struct ConformanceCheck: Sendable, CustomStringConvertible {
    /// What a backend does that passes, as a sentence.
    public let name: String
    /// Only for backends that can do all of this.
    public let requires: BackendCapabilities
    /// Only for backends that can do none of this.
    public let excludes: BackendCapabilities

    let body: @Sendable (ConformanceTrial) async throws -> Void

    init(
        _ name: String, requires: BackendCapabilities = [], excludes: BackendCapabilities = [],
        _ body: @escaping @Sendable (ConformanceTrial) async throws -> Void
    ) {
        self.name = name
        self.requires = requires
        self.excludes = excludes
        self.body = body
    }

    /// The same as ``name``.
    public var description: String { name }

    /// All checks, of whatever a backend can do.
    public static let all: [ConformanceCheck] =
        saving + expecting + loading + messages + limits + metadata + unicode + clearing + sessions + listing
        + beginning + sessionMetadata + streams + clientIDs + removing + origins + expiry + messageLimit + searching
        + searchScope
        + queryLanguage + concurrency + cancellation + closing + persistence
}
