internal import AgentMemory
internal import LogFormat

/// Makes a run of records: tokens of the content, the author's name, the role and the metadata as terms.
struct MessageIndexer: ~Copyable {
    /// A bit of a run's token options: English words were stemmed.
    static let stemsEnglish: UInt32 = 1

    private let tokenizer: Tokenizer
    private let options: UInt32
    private let terms = TermCollector()

    init(stemsEnglish: Bool) {
        tokenizer = Tokenizer(Tokenizer.Options(stemsEnglish: stemsEnglish))
        options = stemsEnglish ? Self.stemsEnglish : 0
    }

    var documents: Int { terms.builder.documents }

    /// Whether it holds as much as one run in memory should: what comes next would cost more memory than it saves
    /// merging.
    var isFull: Bool { terms.builder.words >= Self.wordsMax }

    /// 16 MB here, and twice that while the run is made: about 60,000 messages of 400 bytes.
    private static let wordsMax = 4 << 20

    /// Adds a message. They come in any order.
    func add(_ record: MessageRecord, session: UInt64, sequence: UInt64) {
        terms.builder.beginDocument(session: session, sequence: sequence, time_s: Self.seconds(record.timestamp_µs))
        var length = 0
        tokenizer.forEachToken(in: record.content) { token in
            terms.add(token)
            // An identifier counts by its parts, a run without spaces by its characters.
            if token.kind != .whole, token.kind != .cjkPair { length = token.position + 1 }
        }
        terms.addQueued()
        if record.metadata.count > 0 { addMetadata(record.metadata) }
        terms.addRole(record)
        terms.builder.endDocument(length: length)
    }

    /// The epoch of the backlog that all of the messages are of.
    var epoch: UInt64 {
        get { terms.epoch }
        nonmutating set { terms.epoch = newValue }
    }

    /// Takes the messages out, and begins anew.
    func take() -> GatheredRun {
        GatheredRun(terms.takeBuilder(), tokenOptions: options, epoch: epoch)
    }

    /// Rounded down, also before 1970.
    static func seconds(_ time_µs: Int64) -> Int64 {
        time_µs / 1_000_000 - (time_µs % 1_000_000 < 0 ? 1 : 0)
    }

    private func addMetadata(_ json: UnsafeRawBufferPointer) {
        MetadataScanner.forEachMember(of: json) { name, value in
            if MetadataTerms.namesAuthor(name), case .string(let bytes, hasEscapes: false) = value, bytes.count <= 256 {
                tokenizer.forEachToken(in: bytes) { token in
                    if token.kind != .whole { terms.addAuthor(token) }
                }
            }
            terms.addMetadata(name, value)
        }
    }
}

/// Messages and their terms, to be made into a run by whoever takes it.
///
/// `@unchecked Sendable`: belongs to one thread at a time, which the lock of the list it waits in sees to.
final class GatheredRun: @unchecked Sendable {
    private var builder: RunBuilder?
    private let tokenOptions: UInt32
    let epoch: UInt64

    init(_ builder: consuming RunBuilder, tokenOptions: UInt32, epoch: UInt64) {
        self.builder = consume builder
        self.tokenOptions = tokenOptions
        self.epoch = epoch
    }

    /// The run, in memory. Once.
    func finish() throws(MemoryError) -> RunReader {
        var last = RunBuilder?.none
        swap(&last, &builder)
        return try (last.take() ?? RunBuilder()).finish(tokenOptions: tokenOptions)
    }
}

/// The terms of a run that is being made.
private final class TermCollector {
    // Touched for every word: nobody else has this object, so there is nothing to check.
    @exclusivity(unchecked) var builder = RunBuilder()
    var epoch: UInt64 = 0
    /// Every folded word and what it became: stemming happens once for each.
    @exclusivity(unchecked) private var words = WordTerms()
    /// The terms of the roles that have a code.
    private var roles = [UInt32?](repeating: nil, count: 256)
    /// Words of the message that wait for the memory that tells their terms.
    private let queue = UnsafeMutablePointer<QueuedWord>.allocate(capacity: queueMax)
    private let queuedBytes = UnsafeMutablePointer<UInt8>.allocate(capacity: queueMax * Tokenizer.termBytesMax)
    @exclusivity(unchecked) private var queued = 0
    private static let queueMax = 64

    private struct QueuedWord: BitwiseCopyable {
        var hash: UInt64
        var count: UInt8
        var isStemmable: Bool
    }

    /// A key that is being built.
    private let key = UnsafeMutablePointer<UInt8>.allocate(capacity: 2 * RunLayout.keyBytesMax)

    deinit {
        key.deallocate()
        queue.deallocate()
        queuedBytes.deallocate()
    }

    func takeBuilder() -> RunBuilder {
        var fresh = RunBuilder()
        swap(&fresh, &builder)
        words = WordTerms()
        for code in roles.indices { roles[code] = nil }
        return fresh
    }

    /// Adds a word of the content, when the queue is full or ``addQueued()`` is called.
    @inline(__always)
    func add(_ token: Token) {
        words.prefetch(token.hash)
        let place = queuedBytes + queued &* Tokenizer.termBytesMax
        if let base = token.term.baseAddress {
            UnsafeMutableRawPointer(place).copyMemory(from: base, byteCount: token.term.count)
        }
        queue[queued] = QueuedWord(
            hash: token.hash, count: UInt8(truncatingIfNeeded: token.term.count), isStemmable: token.isStemmable)
        queued &+= 1
        if queued == Self.queueMax { addQueued() }
    }

    func addQueued() {
        for index in 0..<queued {
            let word = queue[index]
            let bytes = UnsafeRawBufferPointer(
                start: queuedBytes + index &* Tokenizer.termBytesMax, count: Int(word.count))
            builder.add(
                words.term(of: bytes, hash: word.hash) { makeTerm(.content, bytes, stems: word.isStemmable) })
        }
        queued = 0
    }

    func addAuthor(_ token: Token) {
        builder.add(makeTerm(.author, token.term, stems: token.isStemmable))
    }

    func addRole(_ record: MessageRecord) {
        if record.role != 0, let known = roles[Int(record.role)] { return builder.add(known) }
        let count = RoleTerm.key(code: record.role, name: record.roleName, into: key)
        let term = builder.term(UnsafeRawBufferPointer(start: key, count: count))
        roles[Int(record.role)] = record.role == 0 ? nil : term
        builder.add(term)
    }

    func addMetadata(_ name: UnsafeRawBufferPointer, _ value: MetadataScanner.Value) {
        guard let count = MetadataTerms.key(name, value, into: key) else { return }
        builder.add(builder.term(UnsafeRawBufferPointer(start: key, count: count)))
    }

    private func makeTerm(_ field: TermField, _ word: UnsafeRawBufferPointer, stems: Bool) -> UInt32 {
        let count = ContentTerm.key(field, word, stems: stems, into: key)
        return builder.term(UnsafeRawBufferPointer(start: key, count: count))
    }
}

/// Words as terms.
enum ContentTerm {
    /// Writes the term of a word and returns its length.
    static func key(
        _ field: TermField, _ word: UnsafeRawBufferPointer, stems: Bool, into key: UnsafeMutablePointer<UInt8>
    ) -> Int {
        key[0] = field.rawValue
        var count = min(word.count, Tokenizer.termBytesMax)
        for index in 0..<count { key[index + 1] = word[index] }
        if stems { EnglishStemmer.stem(UnsafeMutableBufferPointer(start: key + 1, count: count), count: &count) }
        return count + 1
    }
}

/// Roles as terms.
enum RoleTerm {
    /// Writes the term of a role and returns its length.
    static func key(code: UInt8, name: UnsafeRawBufferPointer, into key: UnsafeMutablePointer<UInt8>) -> Int {
        key[0] = TermField.role.rawValue
        if code != 0 {
            key[1] = 0
            key[2] = code
            return 3
        }
        let count = min(name.count, Tokenizer.termBytesMax)
        for index in 0..<count { key[index + 1] = name[index] }
        return count + 1
    }
}

/// Metadata as terms: what `meta.key:value` looks up.
enum MetadataTerms {
    private static let nameBytesMax = 64
    private static let valueBytesMax = 64

    /// Keys of which the value names who speaks.
    static func namesAuthor(_ name: UnsafeRawBufferPointer) -> Bool {
        matches(name, "speaker") || matches(name, "name") || matches(name, "author")
    }

    private static func matches(_ name: UnsafeRawBufferPointer, _ text: StaticString) -> Bool {
        guard name.count == text.utf8CodeUnitCount else { return false }
        for index in 0..<name.count where name[index] != text.utf8Start[index] { return false }
        return true
    }

    /// Writes the term of a member. Plain values are told apart by their first 64 bytes, letters of ASCII without their
    /// case; all others under a key share one term, which says that the message has to be looked at.
    ///
    /// - Returns: Its length; `nil` for what has no term: empty and very long keys.
    static func key(
        _ name: UnsafeRawBufferPointer, _ value: MetadataScanner.Value, into key: UnsafeMutablePointer<UInt8>
    ) -> Int? {
        var bytes: UnsafeRawBufferPointer?
        switch value {
        case .string(let text, hasEscapes: false): bytes = text
        // A number with a fraction or an exponent has several spellings.
        case .literal(let text) where !text.contains(0x2E) && !text.contains(0x65) && !text.contains(0x45):
            bytes = text
        default: break
        }
        // `true`, `false` have an e, and one spelling.
        if bytes == nil, case .literal(let text) = value, let first = text.first, first == 0x74 || first == 0x66 {
            bytes = text
        }
        guard name.count > 0, name.count <= nameBytesMax else { return nil }
        key[0] = TermField.metadata.rawValue
        var count = 1
        for byte in name {
            key[count] = byte
            count += 1
        }
        key[count] = 0
        count += 1
        guard let bytes else {
            key[count] = 1
            return count + 1
        }
        for byte in bytes.prefix(valueBytesMax) {
            key[count] = byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
            count += 1
        }
        return count
    }
}

/// Walks over the members of a JSON object without decoding it. The bytes are JSON that was checked when it was made;
/// from others come members of no use.
enum MetadataScanner {
    enum Value {
        /// Between the quotes, escapes as they stand.
        case string(UnsafeRawBufferPointer, hasEscapes: Bool)
        /// A number, `true`, `false`, `null`.
        case literal(UnsafeRawBufferPointer)
        /// An array or an object.
        case nested
    }

    static func forEachMember(
        of json: UnsafeRawBufferPointer, _ body: (_ name: UnsafeRawBufferPointer, _ value: Value) -> Void
    ) {
        var at = 0
        skipSpace(json, &at)
        guard at < json.count, json[at] == 0x7B else { return }
        at += 1
        while true {
            skipSpace(json, &at)
            guard at < json.count, json[at] == 0x22, let (name, _) = string(json, &at) else { return }
            skipSpace(json, &at)
            guard at < json.count, json[at] == 0x3A else { return }
            at += 1
            skipSpace(json, &at)
            guard let value = value(json, &at) else { return }
            body(name, value)
            skipSpace(json, &at)
            guard at < json.count, json[at] == 0x2C else { return }
            at += 1
        }
    }

    private static func skipSpace(_ json: UnsafeRawBufferPointer, _ at: inout Int) {
        while at < json.count, json[at] == 0x20 || json[at] == 0x0A || json[at] == 0x0D || json[at] == 0x09 { at += 1 }
    }

    private static func string(
        _ json: UnsafeRawBufferPointer, _ at: inout Int
    ) -> (UnsafeRawBufferPointer, hasEscapes: Bool)? {
        let start = at + 1
        var hasEscapes = false
        at = start
        while at < json.count {
            switch json[at] {
            case 0x22:
                at += 1
                return (UnsafeRawBufferPointer(rebasing: json[start..<(at - 1)]), hasEscapes)
            case 0x5C:
                hasEscapes = true
                at += 2
            default: at += 1
            }
        }
        return nil
    }

    private static func value(_ json: UnsafeRawBufferPointer, _ at: inout Int) -> Value? {
        guard at < json.count else { return nil }
        switch json[at] {
        case 0x22: return string(json, &at).map { Value.string($0.0, hasEscapes: $0.hasEscapes) }
        case 0x7B, 0x5B:
            var depth = 0
            while at < json.count {
                switch json[at] {
                case 0x7B, 0x5B: depth += 1
                case 0x7D, 0x5D: depth -= 1
                case 0x22:
                    guard string(json, &at) != nil else { return nil }
                    continue
                default: break
                }
                at += 1
                if depth == 0 { return .nested }
            }
            return nil
        default:
            let start = at
            while at < json.count, json[at] != 0x2C, json[at] != 0x7D, json[at] > 0x20 { at += 1 }
            return at > start ? .literal(UnsafeRawBufferPointer(rebasing: json[start..<at])) : nil
        }
    }
}
