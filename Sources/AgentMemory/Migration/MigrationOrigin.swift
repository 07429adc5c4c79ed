/// What a migration records with every save to a session: how much of the source it holds.
///
/// It stands under `migration` in the session's origin (``MemoryBackend/origin(of:)``), beside whatever the source's
/// session says of its own.
struct MigrationOrigin: Equatable {
    /// The source's sequence of the first message that was copied.
    var first: UInt64
    /// And of the last one.
    var through: UInt64
    var count: Int
    /// Of the messages as they were saved.
    var digest: String
    /// Of the last message alone.
    var last: String
    /// The target's sequence of the last message.
    var target: UInt64

    private static let key = "migration"

    init(first: UInt64, through: UInt64, count: Int, digest: ContentDigest, last: Message, target: UInt64) {
        self.first = first
        self.through = through
        self.count = count
        self.digest = digest.description
        self.last = ContentDigest(CollectionOfOne(last)).description
        self.target = target
    }

    /// - Returns: `nil` when the origin is none of a migration.
    init?(_ origin: JSONValue?) {
        guard case .object(let object) = origin, case .object(let fields) = object[Self.key],
            let first = fields["first"]?.integerValue, let through = fields["through"]?.integerValue,
            let count = fields["count"]?.integerValue, first >= 0, through >= first, count >= 0,
            case .string(let digest) = fields["digest"], case .string(let last) = fields["last"],
            let target = fields["target"]?.integerValue, target >= 0
        else { return nil }
        self.first = UInt64(first)
        self.through = UInt64(through)
        self.count = Int(count)
        self.digest = digest
        self.last = last
        self.target = UInt64(target)
    }

    /// The origin to record.
    ///
    /// - Parameter source: What the source's session has recorded of where it comes from: goes along, so that an import
    ///   into the source can go on in the target.
    func json(beside source: JSONValue?) -> JSONValue {
        var object: [String: JSONValue] = [:]
        if case .object(let others) = source { object = others }
        object[Self.key] = [
            "first": .integer(Int64(clamping: first)), "through": .integer(Int64(clamping: through)),
            "count": .integer(Int64(count)), "digest": .string(digest), "last": .string(last),
            "target": .integer(Int64(clamping: target)),
        ]
        return .object(object)
    }
}
