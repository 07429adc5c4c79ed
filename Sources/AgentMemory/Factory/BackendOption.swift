/// A setting of a kind of backend, as ``createMemory(_:_:registry:)`` takes it.
public struct BackendOption: Sendable, Hashable {
    /// What a value can be.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// Any text.
        case text
        /// `true` or `false`; in a URL `1`, `0`, `yes`, `no`, `on`, `off` as well.
        case flag
        /// A whole number, at least 0.
        case count
        /// A time: a number of seconds, or a text such as `90s`, `30m`, `12h`, `7d`. `none` or null for no limit.
        case duration
    }

    /// As documentation names it: `max_messages`. Case and `_` and `-` don't matter to those who give it.
    public var name: String
    /// Other names for the same.
    public var aliases: [String]
    /// What its values are.
    public var kind: Kind
    /// What it does, for a list of the options that exist.
    public var summary: String

    /// An option, as a provider declares it.
    public init(_ name: String, _ kind: Kind, aliases: [String] = [], _ summary: String) {
        self.name = name
        self.kind = kind
        self.aliases = aliases
        self.summary = summary
    }

    func answers(to name: String) -> Bool {
        let wanted = Self.folded(name)
        return Self.folded(self.name) == wanted || aliases.contains { Self.folded($0) == wanted }
    }

    /// `maxMessages`, `max_messages` and `max-messages` are one.
    private static func folded(_ name: String) -> String {
        String(name.lowercased().filter { $0 != "_" && $0 != "-" })
    }
}
