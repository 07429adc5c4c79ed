/// Who said a message.
///
/// The four roles of chat models have names; any other string is kept as it is.
///
/// ```swift
/// let role: Role = "developer"
/// print(role.name)  // developer
/// ```
public struct Role: Sendable, Hashable, ExpressibleByStringLiteral, CustomStringConvertible {
    // An enum keeps the four common roles free of any string: a message of a known role allocates nothing for it.
    @usableFromInline
    enum Storage: Sendable, Hashable {
        case user, assistant, system, tool
        case other(String)
    }

    @usableFromInline
    let storage: Storage

    @usableFromInline
    init(storage: Storage) {
        self.storage = storage
    }

    /// `user`: the person.
    public static let user = Role(storage: .user)
    /// `assistant`: the model.
    public static let assistant = Role(storage: .assistant)
    /// `system`: the instructions.
    public static let system = Role(storage: .system)
    /// `tool`: the result of a call.
    public static let tool = Role(storage: .tool)

    /// The role of that name. Names are compared exactly: `User` is not `user`.
    public init(_ name: String) {
        switch name {
        case "user": storage = .user
        case "assistant": storage = .assistant
        case "system": storage = .system
        case "tool": storage = .tool
        default: storage = .other(name)
        }
    }

    /// The role of that name: see ``init(_:)``.
    public init(stringLiteral name: String) {
        self.init(name)
    }

    /// The name as it stands in JSON.
    public var name: String {
        switch storage {
        case .user: "user"
        case .assistant: "assistant"
        case .system: "system"
        case .tool: "tool"
        case .other(let name): name
        }
    }

    /// The same as ``name``.
    public var description: String { name }

    /// A number for each of the named roles, 0 for every other: what a compact encoding stores instead of the name.
    @inlinable
    public var code: UInt8 {
        switch storage {
        case .other: 0
        case .user: 1
        case .assistant: 2
        case .system: 3
        case .tool: 4
        }
    }

    /// The named role of that number, or `nil` for 0 and unknown numbers.
    @inlinable
    public init?(code: UInt8) {
        switch code {
        case 1: self.init(storage: .user)
        case 2: self.init(storage: .assistant)
        case 3: self.init(storage: .system)
        case 4: self.init(storage: .tool)
        default: return nil
        }
    }
}

extension Role: Codable {
    /// Decodes a string: any name is a role.
    public init(from decoder: any Decoder) throws {
        self.init(try decoder.singleValueContainer().decode(String.self))
    }

    /// Encodes ``name`` as a string.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(name)
    }
}
