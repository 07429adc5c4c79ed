/// The English stemmer of the Snowball project, known as Porter2.
///
/// ```swift
/// var count = word.count
/// EnglishStemmer.stem(word, count: &count)  // "connections" becomes "connect"
/// ```
///
/// Written from the definition at https://snowballstem.org/algorithms/english/stemmer.html (M. F. Porter, with the
/// changes up to Snowball 3.1); the names of regions and steps are those of the definition.
package enum EnglishStemmer {
    /// Replaces a word of lower-case ASCII letters and apostrophes by its stem, which is never longer.
    ///
    /// `count` is the length of the word in bytes and becomes that of the stem. Takes time linear in it. What is no
    /// letter counts as a consonant, as in the definition.
    package static func stem(_ word: UnsafeMutableBufferPointer<UInt8>, count: inout Int) {
        guard count <= word.count else { return }
        var stem = StemmedWord(bytes: word, count: count)
        stem.stem()
        count = stem.count
    }
}

/// A word on its way to its stem. A y that is a consonant is a Y in the meantime.
struct StemmedWord {
    let bytes: UnsafeMutableBufferPointer<UInt8>
    private(set) var count: Int

    /// Where the regions R1 and R2 begin.
    private var region1 = 0
    private var region2 = 0

    init(bytes: UnsafeMutableBufferPointer<UInt8>, count: Int) {
        self.bytes = bytes
        self.count = count
    }

    mutating func stem() {
        if replaceException() || count < 3 { return }
        markConsonants()
        markRegions()
        step1a()
        step1b()
        step1c()
        step2()
        step3()
        step4()
        step5()
        for at in 0..<count where bytes[at] == UInt8(ascii: "Y") { bytes[at] = UInt8(ascii: "y") }
    }

    // MARK: Letters

    private func isVowel(_ at: Int) -> Bool {
        switch bytes[at] {
        case UInt8(ascii: "a"), UInt8(ascii: "e"), UInt8(ascii: "i"), UInt8(ascii: "o"), UInt8(ascii: "u"),
            UInt8(ascii: "y"):
            true
        default: false
        }
    }

    private func hasVowel(before end: Int) -> Bool {
        for at in 0..<max(0, end) where isVowel(at) { return true }
        return false
    }

    /// Whether what ends at `end` is a short syllable.
    private func endsShortSyllable(_ end: Int) -> Bool {
        if end >= 4, text(at: end - 4, is: "past") { return true }
        guard end >= 2, !isVowel(end - 1), isVowel(end - 2) else { return false }
        if end == 2 { return true }
        guard !isVowel(end - 3) else { return false }
        let last = bytes[end - 1]
        return last != UInt8(ascii: "w") && last != UInt8(ascii: "x") && last != UInt8(ascii: "Y")
    }

    // MARK: Suffixes

    private func text(at start: Int, is expected: StaticString) -> Bool {
        let length = expected.utf8CodeUnitCount
        guard start >= 0, start + length <= count else { return false }
        for offset in 0..<length where bytes[start + offset] != expected.utf8Start[offset] { return false }
        return true
    }

    private func ends(_ suffix: StaticString) -> Bool { text(at: count - suffix.utf8CodeUnitCount, is: suffix) }

    /// The first of some suffixes, longest first, that the word has.
    private func suffix(of suffixes: [StaticString]) -> StaticString? { suffixes.first { ends($0) } }

    /// Where a suffix begins.
    private func start(of suffix: StaticString) -> Int { count - suffix.utf8CodeUnitCount }

    private mutating func replace(_ length: Int, by replacement: StaticString) {
        let start = count - length
        for offset in 0..<replacement.utf8CodeUnitCount { bytes[start + offset] = replacement.utf8Start[offset] }
        count = start + replacement.utf8CodeUnitCount
    }

    private mutating func remove(_ suffix: StaticString) { count -= suffix.utf8CodeUnitCount }

    // MARK: Before the steps

    private static let exceptions: [(word: StaticString, stem: StaticString)] = [
        ("skis", "ski"), ("skies", "sky"), ("idly", "idl"), ("gently", "gentl"), ("ugly", "ugli"), ("early", "earli"),
        ("only", "onli"), ("singly", "singl"), ("sky", "sky"), ("news", "news"), ("howe", "howe"), ("atlas", "atlas"),
        ("cosmos", "cosmos"), ("bias", "bias"), ("andes", "andes"),
    ]

    private mutating func replaceException() -> Bool {
        for (word, stem) in StemmedWord.exceptions where word.utf8CodeUnitCount == count && text(at: 0, is: word) {
            replace(count, by: stem)
            return true
        }
        return false
    }

    private mutating func markConsonants() {
        if bytes[0] == UInt8(ascii: "'") {
            for at in 1..<count { bytes[at - 1] = bytes[at] }
            count -= 1
        }
        for at in 0..<count where bytes[at] == UInt8(ascii: "y") && (at == 0 || isVowel(at - 1)) {
            bytes[at] = UInt8(ascii: "Y")
        }
    }

    private static let prefixes: [StaticString] = [
        "arsen", "commun", "emerg", "gener", "inter", "later", "organ", "past", "univers",
    ]

    private mutating func markRegions() {
        if let prefix = StemmedWord.prefixes.first(where: { text(at: 0, is: $0) }) {
            region1 = prefix.utf8CodeUnitCount
        } else {
            region1 = regionAfterVowel(0)
        }
        region2 = regionAfterVowel(region1)
    }

    /// After the first consonant that follows a vowel.
    private func regionAfterVowel(_ start: Int) -> Int {
        var at = start
        while at < count, !isVowel(at) { at += 1 }
        while at < count, isVowel(at) { at += 1 }
        return min(at + 1, count)
    }

    // MARK: Steps

    private mutating func step1a() {
        if let suffix = suffix(of: ["'s'", "'s", "'"]) { remove(suffix) }
        if ends("sses") {
            replace(4, by: "ss")
        } else if ends("ied") || ends("ies") {
            replace(3, by: count > 4 ? "i" : "ie")
        } else if ends("s"), !ends("us"), !ends("ss"), hasVowel(before: count - 2) {
            remove("s")
        }
    }

    private mutating func step1b() {
        guard let suffix = suffix(of: ["eedly", "ingly", "edly", "eed", "ing", "ed"]) else { return }
        let start = start(of: suffix)
        if ends("eed") || ends("eedly") {
            let isKept = [(4, "succ"), (4, "proc"), (3, "exc")].contains { $0.0 == start && text(at: 0, is: $0.1) }
            if start >= region1, !isKept { replace(count - start, by: "ee") }
            return
        }
        if ends("ing") {
            if start == 2, bytes[1] == UInt8(ascii: "y"), !isVowel(0) {
                replace(4, by: "ie")
                return
            }
            let kept: [(Int, StaticString)] = [
                (4, "even"), (4, "cann"), (3, "inn"), (4, "earr"), (4, "herr"), (3, "out"),
            ]
            if kept.contains(where: { $0.0 == start && text(at: 0, is: $0.1) }) { return }
        }
        guard hasVowel(before: start) else { return }
        remove(suffix)
        restoreEnding()
    }

    /// The e of hoping, and the one p of hopping.
    private mutating func restoreEnding() {
        if ends("at") || ends("bl") || ends("iz") {
            replace(0, by: "e")
        } else if self.suffix(of: ["bb", "dd", "ff", "gg", "mm", "nn", "pp", "rr", "tt"]) != nil {
            let first = bytes[0]
            let isShort =
                count == 3 && (first == UInt8(ascii: "a") || first == UInt8(ascii: "e") || first == UInt8(ascii: "o"))
            if !isShort { count -= 1 }
        } else if count == region1, endsShortSyllable(count) {
            replace(0, by: "e")
        }
    }

    private mutating func step1c() {
        guard count > 2, !isVowel(count - 2), ends("y") || ends("Y") else { return }
        bytes[count - 1] = UInt8(ascii: "i")
    }

    private static let step2: [(suffix: StaticString, replacement: StaticString)] = [
        ("ational", "ate"), ("ization", "ize"), ("fulness", "ful"), ("ousness", "ous"), ("iveness", "ive"),
        ("tional", "tion"), ("biliti", "ble"), ("lessli", "less"), ("entli", "ent"), ("ation", "ate"),
        ("alism", "al"), ("aliti", "al"), ("fulli", "ful"), ("ousli", "ous"), ("iviti", "ive"), ("ogist", "og"),
        ("enci", "ence"), ("anci", "ance"), ("abli", "able"), ("izer", "ize"), ("ator", "ate"), ("alli", "al"),
        ("bli", "ble"), ("ogi", "og"), ("li", ""),
    ]

    private mutating func step2() {
        guard let (suffix, replacement) = StemmedWord.step2.first(where: { ends($0.suffix) }) else { return }
        let start = start(of: suffix)
        guard start >= region1 else { return }
        if suffix.utf8CodeUnitCount == 3, ends("ogi") {
            guard start > 0, bytes[start - 1] == UInt8(ascii: "l") else { return }
        }
        if suffix.utf8CodeUnitCount == 2 {
            guard start > 0 else { return }
            switch bytes[start - 1] {
            case UInt8(ascii: "c"), UInt8(ascii: "d"), UInt8(ascii: "e"), UInt8(ascii: "g"), UInt8(ascii: "h"),
                UInt8(ascii: "k"), UInt8(ascii: "m"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
                break
            default: return
            }
        }
        replace(suffix.utf8CodeUnitCount, by: replacement)
    }

    private static let step3: [(suffix: StaticString, replacement: StaticString)] = [
        ("ational", "ate"), ("tional", "tion"), ("alize", "al"), ("icate", "ic"), ("iciti", "ic"), ("ative", ""),
        ("ical", "ic"), ("ness", ""), ("ful", ""),
    ]

    private mutating func step3() {
        guard let (suffix, replacement) = StemmedWord.step3.first(where: { ends($0.suffix) }) else { return }
        guard start(of: suffix) >= (ends("ative") ? region2 : region1) else { return }
        replace(suffix.utf8CodeUnitCount, by: replacement)
    }

    private static let step4: [StaticString] = [
        "ement", "ance", "ence", "able", "ible", "ment", "ant", "ent", "ism", "ate", "iti", "ous", "ive", "ize", "ion",
        "al", "er", "ic",
    ]

    private mutating func step4() {
        guard let suffix = suffix(of: StemmedWord.step4) else { return }
        let start = start(of: suffix)
        guard start >= region2 else { return }
        if ends("ion") {
            guard start > 0, bytes[start - 1] == UInt8(ascii: "s") || bytes[start - 1] == UInt8(ascii: "t") else {
                return
            }
        }
        remove(suffix)
    }

    private mutating func step5() {
        let start = count - 1
        if ends("e") {
            if start >= region2 || start >= region1 && !endsShortSyllable(start) { remove("e") }
        } else if ends("ll"), start >= region2 {
            remove("l")
        }
    }
}
