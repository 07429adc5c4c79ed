import Glibc

/// The messages of the store that is searched, session after session, and which words are in which of them.
///
/// A message's number is its place in the store: `session * messages + sequence - 1`. Words are runs of ASCII letters
/// and digits, lower-cased; the generator writes nothing else. No message occurs twice, so that a rare word is in the
/// messages that it was drawn for and in no copies of them.
///
/// `@unchecked Sendable`: written by `init`, only read afterwards.
final class SearchCorpus: @unchecked Sendable {
    let sessions: Int
    let messages: Int
    let pool: MessagePool
    let words: WordTable
    /// Words of each message, repetitions counted.
    let lengths: [UInt32]
    /// In how many messages a word is.
    let documentFrequencies: [UInt32]
    /// The different words of message `m`, and how often it has them, are at `starts[m] ..< starts[m + 1]`.
    private let starts: [Int]
    private let terms: [UInt32]
    private let frequencies: [UInt16]

    init(sessions: Int, messages: Int, seed: UInt64) {
        self.sessions = sessions
        self.messages = messages
        let pool = MessagePool(count: sessions * messages, seed: seed)
        self.pool = pool
        var words = WordTable()
        var lengths: [UInt32] = []
        var documentFrequencies: [UInt32] = []
        var starts = [0]
        var terms: [UInt32] = []
        var frequencies: [UInt16] = []
        // Where the message at hand has a word, if not before its own start.
        var places: [Int] = []
        var lowered = [UInt8](repeating: 0, count: MessagePool.maximumContent)
        lengths.reserveCapacity(pool.entries.count)
        starts.reserveCapacity(pool.entries.count + 1)
        for message in pool.entries.indices {
            let start = terms.count
            var length: UInt32 = 0
            Self.forEachWord(of: pool.content(message), &lowered) { word in
                let number = Int(words.number(of: word))
                length += 1
                if number == places.count {
                    places.append(-1)
                    documentFrequencies.append(0)
                }
                if places[number] >= start {
                    frequencies[places[number]] += 1
                } else {
                    places[number] = terms.count
                    documentFrequencies[number] += 1
                    terms.append(UInt32(number))
                    frequencies.append(1)
                }
            }
            lengths.append(length)
            starts.append(terms.count)
        }
        self.words = words
        self.lengths = lengths
        self.documentFrequencies = documentFrequencies
        self.starts = starts
        self.terms = terms
        self.frequencies = frequencies
    }

    var count: Int { pool.entries.count }

    var contentBytes: Int { pool.entries.reduce(0) { $0 + $1.contentLength } }

    func session(of message: Int) -> Int { message / messages }
    func sequence(of message: Int) -> Int { message % messages + 1 }

    /// The different words of a message.
    func words(of message: Int) -> ArraySlice<UInt32> {
        terms[starts[message]..<starts[message + 1]]
    }

    /// The messages that have each of the words, ascending, and how often.
    func postings(of wanted: Set<UInt32>) -> [UInt32: Postings] {
        var places = [Int](repeating: -1, count: words.count)
        var lists: [Postings] = []
        let wanted = wanted.sorted()
        for (place, word) in wanted.enumerated() {
            places[Int(word)] = place
            lists.append(Postings(capacity: Int(documentFrequencies[Int(word)])))
        }
        for message in 0..<count {
            for index in starts[message]..<starts[message + 1] {
                let place = places[Int(terms[index])]
                if place >= 0 { lists[place].append(UInt32(message), frequencies[index]) }
            }
        }
        return Dictionary(uniqueKeysWithValues: zip(wanted, lists))
    }

    /// All messages in the order in which they are said when all sessions go on at once: in every turn each gets two,
    /// in another order.
    func orderOfArrival(seed: UInt64) -> [Int] {
        var random = Random(seed: seed)
        var order = Array(0..<sessions)
        return stride(from: 0, to: messages, by: 2).flatMap { turn in
            order.shuffle(using: &random)
            return order.flatMap { session in
                (turn..<min(messages, turn + 2)).map { session * messages + $0 }
            }
        }
    }

    /// Messages in a file, for engines in other processes: `session u32 | sequence u32 | length u32 | content` each.
    func write(_ order: some Sequence<Int>, to path: String) throws {
        guard let file = fopen(path, "w") else { throw SystemError("open \(path)") }
        defer { fclose(file) }
        for message in order {
            let content = pool.content(message)
            let head = [session(of: message), sequence(of: message), content.count].map { UInt32($0).littleEndian }
            if fwrite(head, 4, 3, file) != 3 || fwrite(content.baseAddress, 1, content.count, file) != content.count {
                throw SystemError("write \(path)")
            }
        }
        if fflush(file) != 0 { throw SystemError("write \(path)") }
    }

    @inline(__always)
    private static func forEachWord(
        of content: UnsafeRawBufferPointer, _ lowered: inout [UInt8], _ body: (UnsafeRawBufferPointer) -> Void
    ) {
        lowered.withUnsafeMutableBytes { lowered in
            var start = 0
            for index in 0...content.count {
                let byte = index < content.count ? content[index] : 0
                let isUpper = byte &- 65 < 26
                if isUpper || byte &- 97 < 26 || byte &- 48 < 10 {
                    lowered[index] = isUpper ? byte + 32 : byte
                } else {
                    if index > start { body(UnsafeRawBufferPointer(rebasing: lowered[start..<index])) }
                    start = index + 1
                }
            }
        }
    }
}

/// The messages that have a word, ascending, and how often.
struct Postings: Sendable {
    private(set) var messages: [UInt32] = []
    private(set) var frequencies: [UInt16] = []

    init(capacity: Int = 0) {
        messages.reserveCapacity(capacity)
        frequencies.reserveCapacity(capacity)
    }

    mutating func append(_ message: UInt32, _ frequency: UInt16) {
        messages.append(message)
        frequencies.append(frequency)
    }

    /// Where the first message that isn't before this one stands.
    @inline(__always)
    func place(of message: Int, from: Int = 0) -> Int {
        var low = from
        var high = messages.count
        while low < high {
            let middle = (low + high) / 2
            if Int(messages[middle]) < message { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
