/// How to search. See ``MemoryBackend/searchHits(_:in:options:)``.
public struct SearchOptions: Sendable, Hashable {
    /// At most so many hits.
    public var limit: Int
    /// So many neighbours on either side of each hit.
    public var context: Int
    /// Only messages of this role.
    public var role: Role?
    /// Only messages said at or after this time.
    public var after: Timestamp?
    /// Only messages said before this time.
    public var before: Timestamp?

    /// What else counts besides the words themselves. Backends without an index of their own pass over it.
    public var ranking: SearchRanking

    /// Options with the usual values for whatever isn't given.
    public init(
        limit: Int = 10, context: Int = 0, role: Role? = nil, after: Timestamp? = nil, before: Timestamp? = nil,
        ranking: SearchRanking = .conversation
    ) {
        self.ranking = ranking
        self.limit = limit
        self.context = context
        self.role = role
        self.after = after
        self.before = before
    }
}

/// What a ranked search takes into account besides the words of each message: parts that can be switched off one by
/// one.
///
/// ```swift
/// var options = SearchOptions()
/// options.ranking.remove(.neighbors)  // each message on its own
/// options.ranking = .wordsOnly        // plain BM25
/// ```
public struct SearchRanking: OptionSet, Sendable, Hashable {
    /// A bit for each part.
    public let rawValue: UInt32

    /// The parts of a set of bits; unknown ones mean nothing.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// A message also scores with what was said just before and after it: a question is answered in the next message.
    public static let neighbors = SearchRanking(rawValue: 1)
    /// Who is named in the query counts as the speaker, too: metadata that names the author.
    public static let authors = SearchRanking(rawValue: 2)
    /// The words of a question that carry no meaning give way to those that do.
    public static let questionWords = SearchRanking(rawValue: 4)
    /// Messages of a sitting (between breaks of hours) lift each other. In one session only.
    public static let sittings = SearchRanking(rawValue: 8)
    /// Dates in the query, and questions for a time, are held against when messages were said and the times they name.
    public static let times = SearchRanking(rawValue: 16)

    /// All parts.
    public static let conversation: SearchRanking = [.neighbors, .authors, .questionWords, .sittings, .times]
    /// None: Okapi BM25 over single messages.
    public static let wordsOnly: SearchRanking = []
}

/// A message that a search found.
public struct SearchHit: Sendable, Hashable {
    /// Where the message was found.
    public var session: String
    /// The place of the message in its session.
    public var sequence: UInt64
    /// Higher is better. Comparable within one search only.
    public var score: Double
    /// The message itself, whole.
    public var message: Message
    /// The part of it that shows why it was found.
    public var snippet: Snippet
    /// Neighbours before the message, oldest first, when they were asked for.
    public var before: [Message]
    /// Neighbours after the message, oldest first, when they were asked for.
    public var after: [Message]

    /// A hit, as a backend makes it.
    public init(
        session: String, sequence: UInt64, score: Double, message: Message, snippet: Snippet,
        before: [Message] = [], after: [Message] = []
    ) {
        self.session = session
        self.sequence = sequence
        self.score = score
        self.message = message
        self.snippet = snippet
        self.before = before
        self.after = after
    }
}

/// The part of a message that shows why it was found.
public struct Snippet: Sendable, Hashable {
    /// An excerpt of the content, with `…` at an end that was cut.
    public var text: String
    /// The matches, as ranges of UTF-8 offsets in ``text``, ascending and on character boundaries.
    public var highlights: [Range<Int>]

    /// A snippet, as a backend makes it.
    public init(text: String, highlights: [Range<Int>]) {
        self.text = text
        self.highlights = highlights
    }
}
