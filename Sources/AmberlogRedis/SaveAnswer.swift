#if Redis
    internal import AgentMemory

    /// What the script of a save answers.
    enum SaveAnswer {
        case saved(SaveReceipt, IndexEntry?)
        case conflict(last: String)
        /// Which of the session's keys.
        case damaged(String)

        init?(_ reply: RedisReply) {
            guard let text = reply.text else { return nil }
            // By bytes: the answer is ASCII, and to look for characters takes several times as long.
            let words = text.utf8.split(separator: UInt8(ascii: " ")).map(Substring.init)
            switch words.first {
            case "conflict" where words.count == 2: self = .conflict(last: String(words[1]))
            case "damaged" where words.count == 2: self = .damaged(String(words[1]))
            case "saved" where words.count >= 6:
                guard let first = UInt64(words[1]), let end = UInt64(words[2]), first <= end else { return nil }
                let duplicates = words[6...].compactMap { UInt64($0) }
                guard duplicates.count == words.count - 6 else { return nil }
                self = .saved(SaveReceipt(sequences: first..<end, duplicates: duplicates), IndexEntry(words[3...5]))
            default: return nil
            }
        }
    }

    /// What the index is to know about a session.
    struct IndexEntry {
        var updated: String
        var bytes: String
        /// `-` for none.
        var deadline: String

        init?(_ words: ArraySlice<Substring>) {
            let texts = words.map(String.init)
            guard texts.count == 3, texts[0] != "-" else { return nil }
            (updated, bytes, deadline) = (texts[0], texts[1], texts[2])
        }

        /// A session that only got another size.
        init(bytes: String) {
            (updated, self.bytes, deadline) = ("", bytes, "-")
        }
    }
#endif
