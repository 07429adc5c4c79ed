internal import AgentMemory

/// A span of time that a query names: `in May 2023`, `on 7 May`, `in 2022`.
struct DateRange: Hashable, Sendable {
    /// `nil` for any.
    var year: Int?
    var month: Int?
    var day: Int?

    private static let months = [
        "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
        "december",
    ]

    /// The dates in a query's words, in English. A month that is also a word needs a day, a year or its capital.
    static func all(in words: [String]) -> [DateRange] {
        // Dates have digits, or a month with a capital in a sentence; most queries have neither.
        guard words.contains(where: { $0.utf8.contains { $0 >= 0x30 && $0 <= 0x39 || $0 >= 0x41 && $0 <= 0x5A } })
        else { return [] }
        let folded = words.map { word in word.lowercased().filter { $0.isLetter || $0.isNumber } }
        var ranges: [DateRange] = []
        var used: Set<Int> = []
        for (index, word) in folded.enumerated() {
            guard let month = months.firstIndex(where: { $0 == word || (word.count == 3 && $0.hasPrefix(word)) })
            else { continue }
            var range = DateRange(month: month + 1)
            for place in [index - 1, index + 1] where folded.indices.contains(place) && range.day == nil {
                if let day = day(folded[place]) {
                    range.day = day
                    used.insert(place)
                }
            }
            for place in [index + 1, index + 2] where folded.indices.contains(place) && range.year == nil {
                if let year = year(folded[place]) {
                    range.year = year
                    used.insert(place)
                }
            }
            let isAmbiguous = word == "may" || word == "march" || word == "mar" || word == "dec" || word == "sun"
            let isCapital = words[index].first?.isUppercase ?? false
            if isAmbiguous, range.day == nil, range.year == nil, !isCapital || word != "may" || index == 0 { continue }
            ranges.append(range)
        }
        for (index, word) in folded.enumerated() where !used.contains(index) {
            if let year = year(word) { ranges.append(DateRange(year: year)) }
        }
        return ranges
    }

    private static func day(_ word: String) -> Int? {
        var digits = word[...]
        for suffix in ["st", "nd", "rd", "th"] where digits.hasSuffix(suffix) { digits = digits.dropLast(2) }
        guard digits.count <= 2, let day = Int(digits), (1...31).contains(day) else { return nil }
        return day
    }

    private static func year(_ word: String) -> Int? {
        guard word.utf8.count == 4, let year = Int(word), (1900...2099).contains(year) else { return nil }
        return year
    }

    /// The seconds since 1970 that the range spans in a year.
    func seconds(in year: Int) -> Range<Int64>? {
        if let own = self.year, own != year { return nil }
        let start = Self.days(year, month ?? 1, day ?? 1)
        let end: Int64
        if day != nil {
            end = start + 1
        } else if let month {
            end = month == 12 ? Self.days(year + 1, 1, 1) : Self.days(year, month + 1, 1)
        } else {
            end = Self.days(year + 1, 1, 1)
        }
        return (start * 86_400)..<(end * 86_400)
    }

    /// How near a time is to the range: 1 within, falling by e in a week outside.
    func nearness(_ time_s: Int64) -> Float {
        let year = self.year ?? Self.year(of: time_s)
        var best: Float = 0
        for candidate in self.year == nil ? [year - 1, year, year + 1] : [year] {
            guard let span = seconds(in: candidate) else { continue }
            let distance = max(0, max(span.lowerBound - time_s, time_s - span.upperBound))
            best = max(best, Self.fall(Float(distance) / (7 * 86_400)))
        }
        return best
    }

    /// About e to the power of -x, close enough for a weight, and 0 from 8 on.
    private static func fall(_ x: Float) -> Float {
        if x >= 8 { return 0 }
        // (1 + x/16)^-16
        var value = 1 / (1 + x / 16)
        for _ in 0..<4 { value *= value }
        return value
    }

    private static func year(of time_s: Int64) -> Int {
        Int(1970 + (Double(time_s) / 31_556_952).rounded(.down))
    }

    /// Days since 1970 in the proleptic Gregorian calendar (Hinnant, "chrono-compatible low-level date algorithms").
    private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int64 {
        let year = month <= 2 ? year - 1 : year
        let era = (year >= 0 ? year : year - 399) / 400
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return Int64(era * 146_097 + dayOfEra - 719_468)
    }
}
