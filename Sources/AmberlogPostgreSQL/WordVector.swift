#if PostgreSQL
    internal import AgentMemory
    private import Foundation

    /// The words of a message as a `tsvector`, in PostgreSQL's binary format.
    ///
    /// Made here and not by `to_tsvector`: what is a word, and which letters are the same, is as in every other backend,
    /// whatever the database's locale says, and the folded text need not be stored beside the content.
    enum WordVector {
        /// The longest word: two of the same beginning are the same.
        static let wordMax = 2000
        /// What of a message can be found: `tsvector` holds a megabyte, and no place above 16,383.
        private static let bytesMax = 1_000_000
        private static let placeMax = 16_383
        /// So many places of one word are kept.
        private static let placesMax = 255

        /// A word as far as it counts.
        static func cut(_ word: String) -> String {
            guard word.utf8.count > wordMax else { return word }
            var short = Substring(word)
            while short.utf8.count > wordMax {
                short.unicodeScalars.removeLast(max(1, (short.utf8.count - wordMax) / 4))
            }
            return String(short)
        }

        /// A word of the folded text.
        private struct Word {
            /// Its first bytes, so that most comparisons need no more.
            var key: UInt64
            var start: Int
            var count: Int
            /// From 0, in the order of the text.
            var number: Int

            var place: Int { min(number + 1, placeMax) }

            func bytes(_ text: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
                UnsafeRawBufferPointer(rebasing: text[start..<start + count])
            }
        }

        static func append(_ content: String, to bytes: inout [UInt8]) {
            var text = FoldedWords.text(of: content)
            text.withUTF8 { text in
                let text = UnsafeRawBufferPointer(text)
                var words = words(text)
                // In PostgreSQL's own order, which spares it the sorting.
                words.sort { one, other in
                    let order = order(one, other, text)
                    return order != 0 ? order < 0 : one.number < other.number
                }
                let end = end(words, text)
                let head = bytes.count
                bytes.append(bigEndian: Int32(0))
                var count: Int32 = 0
                forEachGroup(words, text) { group in
                    // The earliest comes first.
                    guard let word = group.first, word.number < end else { return }
                    count += 1
                    bytes.append(contentsOf: word.bytes(text))
                    bytes.append(0)
                    let places = bytes.count
                    bytes.append(bigEndian: UInt16(0))
                    var placeCount: UInt16 = 0
                    var last = 0
                    for word in group where word.number < end && word.place != last && placeCount < placesMax {
                        last = word.place
                        placeCount += 1
                        bytes.append(bigEndian: UInt16(last))
                    }
                    bytes.set(bigEndian: placeCount, at: places)
                }
                bytes.set(bigEndian: count, at: head)
            }
        }

        /// The words between the spaces of a folded text.
        private static func words(_ text: UnsafeRawBufferPointer) -> [Word] {
            var words: [Word] = []
            words.reserveCapacity(text.count / 5 + 1)
            var start = 0
            var key: UInt64 = 0
            for at in 0...text.count {
                if at < text.count, text[at] != UInt8(ascii: " ") {
                    if at - start < 8 { key |= UInt64(text[at]) << UInt64(56 - 8 * (at - start)) }
                    continue
                }
                if at > start {
                    var count = at - start
                    if count > wordMax { count = cut(String(decoding: text[start..<at], as: UTF8.self)).utf8.count }
                    words.append(Word(key: key, start: start, count: count, number: words.count))
                }
                (start, key) = (at + 1, 0)
            }
            return words
        }

        private static func order(_ one: Word, _ other: Word, _ text: UnsafeRawBufferPointer) -> Int {
            if one.key != other.key { return one.key < other.key ? -1 : 1 }
            guard one.count > 8, other.count > 8, let base = text.baseAddress else { return one.count - other.count }
            let order = memcmp(base + one.start + 8, base + other.start + 8, min(one.count, other.count) - 8)
            return order != 0 ? Int(order) : one.count - other.count
        }

        private static func forEachGroup(
            _ words: [Word], _ text: UnsafeRawBufferPointer, _ body: (ArraySlice<Word>) -> Void
        ) {
            var first = 0
            while first < words.count {
                var end = first + 1
                while end < words.count, order(words[first], words[end], text) == 0 { end += 1 }
                body(words[first..<end])
                first = end
            }
        }

        /// The number of the first word that has no room any more: in the order of the text, each word that is new takes
        /// its bytes, the number of its places and what aligns them, and each place two bytes.
        private static func end(_ words: [Word], _ text: UnsafeRawBufferPointer) -> Int {
            // No word takes more than its own bytes, a space's, and four others'.
            if text.count + 5 * words.count <= bytesMax { return words.count }
            var costs = [Int](repeating: 0, count: words.count)
            var news = [Bool](repeating: false, count: words.count)
            forEachGroup(words, text) { group in
                var (last, places) = (0, 0)
                for (index, word) in group.enumerated() {
                    if index == 0 {
                        costs[word.number] = word.count + 3
                        news[word.number] = true
                    }
                    if word.place != last, places < placesMax {
                        costs[word.number] += 2
                        (last, places) = (word.place, places + 1)
                    }
                }
            }
            var total = 0
            for (number, cost) in costs.enumerated() {
                total += cost
                // A word that is new must itself fit in.
                if news[number], total - 2 > bytesMax { return number }
                if total > bytesMax { return number + 1 }
            }
            return words.count
        }
    }
#endif
