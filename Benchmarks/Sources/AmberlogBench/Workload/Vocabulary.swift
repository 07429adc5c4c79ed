import Glibc

/// Words like those of English: a few very frequent short ones, a long tail of rarer and longer ones.
struct Vocabulary {
    private static let frequent = """
        the of and to a in is you that it he was for on are as with his they i at be this have from or one had by \
        word but not what all were we when your can said there use an each which she do how their if will up other \
        about out many then them these so some her would make like him into time has look two more write go see \
        number no way could people my than first water been call who oil its now find long down day did get come \
        made may part over new sound take only little work know place year live me back give most very after thing \
        our just name good sentence man think say great where help through much before line right too mean old any \
        same tell boy follow came want show also around form three small set put end does another well large must \
        big even such because turn here why ask went men read need land different home us move try kind hand \
        picture again change off play spell air away animal house point page letter mother answer found study still \
        learn should error file code test build run function value return data server request please thanks sure
        """
    private static let starts = [
        "b", "br", "c", "ch", "cl", "cr", "d", "dr", "f", "fl", "g", "gr", "h", "j", "k", "l", "m", "n", "p", "pl",
        "pr", "qu", "r", "s", "sh", "sl", "sp", "st", "str", "t", "th", "tr", "v", "w", "",
    ]
    private static let middles = ["a", "e", "i", "o", "u", "ai", "ea", "ee", "io", "oo", "ou", "a", "e", "i", "o"]
    private static let ends = ["", "", "n", "r", "s", "t", "l", "nd", "nt", "ck", "m", "st", "ng", "d", "x"]
    private static let suffixes = ["", "", "", "ing", "ed", "er", "ly", "tion", "ment", "able", "ness", "s", "ity"]

    let words: [[UInt8]]
    private let ranks: ZipfMandelbrot

    init(count: Int, random: inout Random) {
        var words = Self.frequent.split(whereSeparator: { $0 == " " || $0 == "\n" }).map(String.init)
        var known = Set(words)
        while words.count < count {
            // Rarer words have more syllables.
            let rank = Double(words.count) / Double(count)
            let syllables = 1 + (random.unit() < 0.55 + rank * 0.4 ? 1 : 0) + (random.unit() < rank * 0.5 ? 1 : 0)
            var word = ""
            for _ in 0..<syllables {
                word += Self.starts[random.below(Self.starts.count)]
                word += Self.middles[random.below(Self.middles.count)]
                word += Self.ends[random.below(Self.ends.count)]
            }
            word += Self.suffixes[random.below(Self.suffixes.count)]
            if known.insert(word).inserted { words.append(word) }
        }
        self.words = words.map { Array($0.utf8) }
        ranks = ZipfMandelbrot(count: count, shift: 2.7, exponent: 1.07)
    }

    /// Appends prose of exactly `length` bytes: words, commas, sentences, now and then a new line.
    func appendProse(length: Int, to bytes: inout [UInt8], random: inout Random) {
        let end = bytes.count + length
        var atStart = true
        while bytes.count < end {
            let word = words[ranks.sample(&random)]
            if atStart, let first = word.first {
                bytes.append(first &- 32)
                bytes.append(contentsOf: word.dropFirst())
            } else {
                bytes.append(contentsOf: word)
            }
            atStart = false
            switch random.below(100) {
            case 0..<6: bytes.append(contentsOf: [UInt8(ascii: ","), UInt8(ascii: " ")])
            case 6..<14:
                bytes.append(contentsOf: [UInt8(ascii: "."), random.below(8) == 0 ? 10 : 32])
                atStart = true
            case 14: bytes.append(contentsOf: Array(" \(random.below(5000)) ".utf8))
            default: bytes.append(UInt8(ascii: " "))
            }
        }
        bytes.removeLast(bytes.count - end)
    }
}
