#if PostgreSQL
    internal import AgentMemory

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

        static func append(_ content: String, to bytes: inout [UInt8]) {
            var places: [String: [UInt16]] = [:]
            var total = 0
            var place = 0
            FoldedWords.scan(content) { word in
                place = min(place + 1, placeMax)
                let text = cut(word.text)
                if places[text] == nil {
                    // The word, the number of its places, and what aligns them.
                    total += text.utf8.count + 3
                    if total > bytesMax { return false }
                }
                let last = places[text, default: []].last
                if last != UInt16(place), places[text, default: []].count < placesMax {
                    total += 2
                    places[text, default: []].append(UInt16(place))
                }
                return total <= bytesMax
            }
            bytes.append(bigEndian: Int32(clamping: places.count))
            for (word, places) in places {
                bytes.append(contentsOf: word.utf8)
                bytes.append(0)
                bytes.append(bigEndian: UInt16(places.count))
                for place in places { bytes.append(bigEndian: place) }
            }
        }
    }
#endif
