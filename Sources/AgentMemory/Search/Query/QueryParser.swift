/// Reads the query language.
///
/// ```
/// garden tools          either word, ranked; a question works as it is
/// "garden tools"        the phrase
/// +garden -rose         must be there; must not be there
/// gard*                 the beginning of a word
/// role:user             the role: several are alternatives
/// after:2026-01-01      said then or later: see QueryDate for what else is a time
/// before:7d             said earlier
/// meta.lang:en          the metadata: several values of a key are alternatives
/// meta.city:"New York"
/// -role:tool            any filter turned round; -after: is before:, and the other way round
/// ```
///
/// **There is no syntax error.** What is no operator is words:
///
/// - `+` and `-` are operators before a word, a quote or a field, once, after a space or at the beginning, and hold to
///   the next space. `a-b` and `C++` are words, `--force` is the word `force`, and a sign alone is nothing. A negative
///   number needs quotes: `"-5"`.
/// - A quote opens a phrase anywhere but after a letter or a digit (`27"` is a word). One that is never closed separates
///   words, nothing more: a forgotten quote should not turn a question into one long phrase that nobody said.
/// - A `*` ends a prefix. At the beginning of a word, or at both ends as in `**bold**`, it is nothing.
/// - Unknown fields (`foo:bar`), fields without a value, times that are none (`after:lunch`) and `role://x` are words.
///   Names of fields take any case; roles and metadata are compared as they are.
/// - Curly and angle quotes, CJK brackets and wide forms count as their ASCII twins: see ``QueryCharacter``.
/// - What has no letter, digit or symbol in it is nothing.
///
/// Time is linear in the length of the text, whatever stands in it, and what is kept is bounded by ``QueryLimits``.
package struct QueryParser {
    /// What a text means, and whether all of it counts.
    package struct Outcome: Sendable, Hashable {
        /// What is asked for.
        package var query: Query
        /// Whether some of the text was ignored because of ``QueryLimits``.
        package var isTruncated: Bool

        package init(query: Query, isTruncated: Bool = false) {
            self.query = query
            self.isTruncated = isTruncated
        }
    }

    private let scanner: QueryScanner
    private let now: Timestamp
    private var position = 0
    private var query = Query()
    private var words = 0
    private var phrases = 0
    private var filters = 0
    private var isTruncated = false
    /// Whether a `*` was among the marks before ``position``.
    private var leadsWithStar = false
    /// No quote is at or after this position. Keeps the end of a quote that is never closed from being looked for again
    /// and again.
    private var quotesEnd = Int.max

    /// Reads a query. Every text is one.
    ///
    /// Complexity: O(*n*) for *n* bytes.
    package static func parse(_ text: String, now: Timestamp = .now) -> Outcome {
        var text = text
        return text.withUTF8 { bytes in
            guard let scanner = QueryScanner(bytes) else { return Outcome(query: Query()) }
            var parser = QueryParser(scanner: scanner, now: now)
            parser.parse()
            return Outcome(query: parser.query, isTruncated: parser.isTruncated)
        }
    }

    private init(scanner: QueryScanner, now: Timestamp) {
        self.scanner = scanner
        self.now = now
    }

    private mutating func parse() {
        while position < scanner.count {
            if scanner.isAtSpace(position) {
                position += scanner.length(at: position)
            } else {
                parseItem()
            }
        }
    }

    /// What stands between two spaces outside of quotes: an operator, then words, phrases and filters without a space.
    private mutating func parseItem() {
        let occurrence = parseOperator()
        while !scanner.isAtSpace(position) {
            skipMarks()
            if scanner.isAtSpace(position) { return }
            if scanner.folded(at: position) != QueryCharacter.quote {
                parseRun(occurrence)
            } else if let inside = quotedRange() {
                addPhrase(inside, occurrence)
            } else {
                position += scanner.length(at: position)
            }
        }
    }

    // MARK: Marks

    private mutating func parseOperator() -> QueryClause.Occurrence {
        let sign = scanner.folded(at: position)
        guard isSign(sign) else { return .should }
        let next = position + scanner.length(at: position)
        guard !scanner.isAtSpace(next), !isSign(scanner.folded(at: next)) else { return .should }
        position = next
        return sign == QueryCharacter.plus ? .must : .mustNot
    }

    private func isSign(_ scalar: UInt32) -> Bool {
        scalar == QueryCharacter.plus || scalar == QueryCharacter.minus
    }

    /// A word's text never begins with a mark, so that printing it doesn't make an operator.
    private mutating func skipMarks() {
        leadsWithStar = false
        while position < scanner.count {
            let scalar = scanner.folded(at: position)
            guard isSign(scalar) || scalar == QueryCharacter.star else { return }
            if scalar == QueryCharacter.star { leadsWithStar = true }
            position += scanner.length(at: position)
        }
    }

    /// At a quote: what stands between it and the next one, and moves behind that. `nil`, and no move, without a next.
    private mutating func quotedRange() -> Range<Int>? {
        guard let (inside, end) = lookPastQuotes(position) else { return nil }
        position = end
        return inside
    }

    private mutating func lookPastQuotes(_ opening: Int) -> (inside: Range<Int>, end: Int)? {
        let start = opening + scanner.length(at: opening)
        guard start < quotesEnd else { return nil }
        guard let closing = scanner.quote(from: start) else {
            quotesEnd = start
            return nil
        }
        return (start..<closing, closing + scanner.length(at: closing))
    }

    // MARK: Words

    /// The end of a run, which is a space or a quote that doesn't follow a letter or a digit, and its first colon.
    private func endOfRun(_ start: Int) -> (end: Int, colon: Int?) {
        var position = start
        var colon: Int?
        var previous: UInt32 = 0
        while position < scanner.count {
            let scalar = scanner.folded(at: position)
            if QueryCharacter.isSpace(scalar) { break }
            if scalar == QueryCharacter.quote, !QueryCharacter.isContent(previous) { break }
            if scalar == QueryCharacter.colon, colon == nil { colon = position }
            previous = scalar
            position += scanner.length(at: position)
        }
        return (position, colon)
    }

    private mutating func parseRun(_ occurrence: QueryClause.Occurrence) {
        let start = position
        let colon: Int?
        (position, colon) = endOfRun(start)
        let whole = start..<position
        let end = scanner.endWithoutStars(whole)
        let isPrefix = end < position && !leadsWithStar
        // Cut and trimmed before anything else is decided, so that the text alone decides: printing it and reading it
        // again comes to the same end.
        let cut = scanner.cut(start..<end, to: QueryLimits.clauseBytes)
        let text = start..<scanner.endWithoutStars(cut)
        if parseFilter(text, colon: colon, isWhole: text == whole, occurrence) { return }
        guard words < QueryLimits.words else {
            isTruncated = isTruncated || scanner.hasContent(text)
            return
        }
        guard scanner.hasContent(text) else { return }
        if cut.upperBound < end { isTruncated = true }
        words += 1
        query.clauses.append(QueryClause(isPrefix ? .prefix : .word, scanner.text(text), occurrence: occurrence))
    }

    private mutating func addPhrase(_ inside: Range<Int>, _ occurrence: QueryClause.Occurrence) {
        guard phrases < QueryLimits.phrases else {
            isTruncated = isTruncated || scanner.hasContent(inside)
            return
        }
        var text = ""
        var count = 0
        var position = inside.lowerBound
        while let word = nextWord(&position, in: inside) {
            let room = QueryLimits.clauseBytes - (text.isEmpty ? 0 : text.utf8.count + 1)
            // A first word that is too long is a script without spaces, and its beginning says something.
            let cut = count == 0 ? scanner.cut(word, to: room) : word
            if cut != word || count == QueryLimits.phraseWords || cut.count > room { isTruncated = true }
            guard count < QueryLimits.phraseWords, cut.count <= room, scanner.hasContent(cut) else { break }
            if count > 0 { text += " " }
            text += scanner.text(cut)
            count += 1
        }
        guard count > 0 else { return }
        phrases += 1
        query.clauses.append(QueryClause(.phrase, text, occurrence: occurrence))
    }

    /// The next run without spaces that has content.
    private func nextWord(_ position: inout Int, in range: Range<Int>) -> Range<Int>? {
        while position < range.upperBound {
            if scanner.isAtSpace(position) {
                position += scanner.length(at: position)
                continue
            }
            let start = position
            while position < range.upperBound, !scanner.isAtSpace(position) { position += scanner.length(at: position) }
            if scanner.hasContent(start..<position) { return start..<position }
        }
        return nil
    }

    // MARK: Filters

    private enum Field {
        case role, after, before
        case metadata(key: Range<Int>)
    }

    /// Takes a run as a filter, with a value in quotes behind it if there is one. `false`, and no move, if it is none.
    private mutating func parseFilter(
        _ run: Range<Int>, colon: Int?, isWhole: Bool, _ occurrence: QueryClause.Occurrence
    ) -> Bool {
        var end = run.upperBound
        let field: Field
        let value: Range<Int>
        var isQuoted = false
        if let colon, colon < run.upperBound {
            guard let named = self.field(run.lowerBound..<colon) else { return false }
            field = named
            let start = colon + scanner.length(at: colon)
            if start == end, isWhole, let (inside, behind) = quoted(at: end) {
                (value, end, isQuoted) = (inside, behind, true)
            } else {
                value = start..<end
            }
        } else {
            // meta."a key":value
            guard isWhole, isMetadataPrefix(run), let (key, behind) = quoted(at: end), !key.isEmpty,
                behind < scanner.count, scanner.folded(at: behind) == QueryCharacter.colon
            else { return false }
            field = .metadata(key: key)
            let start = behind + scanner.length(at: behind)
            if let (inside, behind) = quoted(at: start) {
                (value, end, isQuoted) = (inside, behind, true)
            } else {
                end = endOfRun(start).end
                value = start..<scanner.endWithoutStars(start..<end)
            }
        }
        guard end - run.lowerBound <= QueryLimits.filterBytes, isQuoted || isPlainValue(value) else { return false }
        guard add(field, value, isExcluded: occurrence == .mustNot) else { return false }
        if isQuoted || end > position { position = end }
        return true
    }

    private mutating func quoted(at position: Int) -> (inside: Range<Int>, end: Int)? {
        guard position < scanner.count, scanner.folded(at: position) == QueryCharacter.quote else { return nil }
        return lookPastQuotes(position)
    }

    /// `http://x` is no field, and neither is `role://x`.
    private func isPlainValue(_ value: Range<Int>) -> Bool {
        guard !value.isEmpty else { return false }
        let start = value.lowerBound
        let next = start + scanner.length(at: start)
        return !(scanner.folded(at: start) == 0x2F && next < value.upperBound && scanner.folded(at: next) == 0x2F)
    }

    private func field(_ name: Range<Int>) -> Field? {
        if spells(name, "role") { return .role }
        if spells(name, "after") { return .after }
        if spells(name, "before") { return .before }
        var dot = name.lowerBound
        for _ in 0..<4 where dot < name.upperBound { dot += scanner.length(at: dot) }
        guard dot < name.upperBound else { return nil }
        let key = dot + scanner.length(at: dot)
        return key < name.upperBound && spells(name.lowerBound..<key, "meta.")
            ? .metadata(key: key..<name.upperBound) : nil
    }

    private func isMetadataPrefix(_ run: Range<Int>) -> Bool { spells(run, "meta.") }

    /// Whether a range is this word in any case and width.
    private func spells(_ range: Range<Int>, _ word: StaticString) -> Bool {
        // The widest form of a letter has three bytes.
        guard range.count <= 3 * word.utf8CodeUnitCount else { return false }
        var position = range.lowerBound
        var index = 0
        while position < range.upperBound, index < word.utf8CodeUnitCount {
            let scalar = scanner.folded(at: position)
            let lower = scalar &- 0x41 <= 25 ? scalar | 0x20 : scalar
            guard lower == UInt32(word.utf8Start[index]) else { return false }
            position += scanner.length(at: position)
            index += 1
        }
        return position == range.upperBound && index == word.utf8CodeUnitCount
    }

    /// Adds a filter. `false` if the value is none for the field.
    private mutating func add(_ field: Field, _ value: Range<Int>, isExcluded: Bool) -> Bool {
        var time: Timestamp?
        switch field {
        case .role:
            if value.isEmpty { return false }
        case .after, .before:
            time = QueryDate.parse(scanner.bytes(value), now: now)
            if time == nil { return false }
        case .metadata: break
        }
        guard filters < QueryLimits.filters else {
            isTruncated = true
            return true
        }
        filters += 1
        switch (field, time) {
        case (.role, _): query.filters.add(Role(scanner.text(value)), isExcluded: isExcluded)
        case (.metadata(let key), _):
            query.filters.add(key: scanner.text(key), value: scanner.text(value), isExcluded: isExcluded)
        case (.after, let time?):
            isExcluded ? query.filters.add(before: time) : query.filters.add(after: time)
        case (.before, let time?):
            isExcluded ? query.filters.add(after: time) : query.filters.add(before: time)
        default: break
        }
        return true
    }
}
