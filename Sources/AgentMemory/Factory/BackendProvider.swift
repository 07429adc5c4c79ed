/// A kind of backend that can be made by name and by URL.
///
/// ```swift
/// extension RedisBackend {
///     public static let provider = BackendProvider(
///         names: ["redis"], schemes: ["redis", "rediss"], location: BackendOption("url", .text, "The server."),
///         options: [BackendOption("prefix", .text, "What the keys begin with.")]
///     ) { settings in
///         try await RedisBackend(
///             url: settings.location ?? "redis://localhost:6379", prefix: try settings.text("prefix") ?? "agents:")
///     }
/// }
/// ```
public struct BackendProvider: Sendable {
    /// What it is called; the first is its name, the others are accepted as well.
    public var names: [String]
    /// The schemes of its URLs.
    public var schemes: [String]
    /// What a URL says beside its options, and the option for the same where the backend is made by name; `nil` for a
    /// backend that is nowhere.
    public var location: BackendOption?
    /// What else it can be made with.
    public var options: [BackendOption]
    /// Whether the location is a path, which a URL gives after `scheme:`, and not the URL as it stands.
    public var isPath: Bool
    /// What the backend always does: ``MemoryConfig`` asks for nothing that it can't have.
    public var traits: Traits
    /// Makes one.
    public var make: @Sendable (BackendSettings) async throws -> any MemoryBackend

    /// What a kind of backend does without being asked.
    public struct Traits: OptionSet, Sendable, Hashable {
        /// A bit for each trait.
        public let rawValue: UInt8

        /// The traits of a set of bits.
        public init(rawValue: UInt8) {
            self.rawValue = rawValue
        }

        /// It compresses what it keeps.
        public static let compresses = Traits(rawValue: 1)
    }

    /// - Parameters:
    ///   - names: At least one.
    ///   - schemes: Without the colon.
    public init(
        names: [String], schemes: [String], location: BackendOption? = nil, isPath: Bool = false,
        options: [BackendOption] = [], traits: Traits = [],
        make: @escaping @Sendable (BackendSettings) async throws -> any MemoryBackend
    ) {
        self.names = names
        self.schemes = schemes
        self.location = location
        self.isPath = isPath
        self.options = options
        self.traits = traits
        self.make = make
    }

    /// Its name.
    public var name: String { names.first ?? "" }

    func option(named name: String) -> BackendOption? { options.first { $0.answers(to: name) } }

    /// The options that it has, for an error.
    var optionList: String {
        let names = (location.map { [$0] } ?? []) + options
        return names.isEmpty ? "it has no options" : "it has " + names.map(\.name).joined(separator: ", ")
    }
}
