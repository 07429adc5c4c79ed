#if PostgreSQL
    internal import AgentMemory

    /// The messages of one save, checked and measured, and which of them repeat an id of the same save.
    struct EncodedMessages: Sendable {
        /// A message, as far as it needs work before it is bound.
        struct Item: Sendable {
            var message: Message
            var metadata: [UInt8]?
            var bytes: Int64
        }

        /// What is sent: all but those that repeat the id of one before.
        private(set) var items: [Item] = []
        /// For each message of the save, its place in ``items``, and whether it repeats that one's id.
        private(set) var places: [(item: Int, isRepeated: Bool)] = []
        private(set) var hasIDs = false

        /// - Throws: `MemoryError` for what is over a limit.
        init(_ messages: [Message]) throws(MemoryError) {
            var check = MemoryLimits.SaveCheck()
            var scratch: [UInt8] = []
            var known: [[UInt8]: Int] = [:]
            items.reserveCapacity(messages.count)
            for message in messages {
                let metadata = try message.encodedMetadata(in: &scratch) { $0.isEmpty ? nil : Array($0) }
                try check.add(message, metadataBytes: metadata?.count ?? 0)
                if let id = message.id {
                    hasIDs = true
                    // By bytes: strings that look the same are equal otherwise.
                    let bytes = Array(id.utf8)
                    if let first = known[bytes] {
                        places.append((first, true))
                        continue
                    }
                    known[bytes] = items.count
                }
                let count =
                    message.role.name.utf8.count + message.content.utf8.count + (message.id?.utf8.count ?? 0)
                    + (metadata?.count ?? 0)
                places.append((items.count, false))
                items.append(Item(message: message, metadata: metadata, bytes: Int64(count)))
            }
        }

        /// What the save did.
        ///
        /// - Parameters:
        ///   - known: The sequence of each item whose id the session had, in their order; `nil` for none.
        ///   - first: The first sequence that the save gave.
        func receipt(known: [Int64?]?, first: Int64, last: Int64) throws -> SaveReceipt {
            guard first >= 1, last >= first - 1, known == nil || known?.count == items.count else {
                throw MemoryError.damaged("sequences")
            }
            var next = UInt64(first)
            let sequences = items.indices.map { item -> (sequence: UInt64, isNew: Bool) in
                // An id that this very save has given, in an attempt whose answer was lost, is new.
                if let sequence = known?[item], sequence < first { return (UInt64(clamping: sequence), false) }
                defer { next += 1 }
                return (next, true)
            }
            let duplicates = places.compactMap { place in
                place.isRepeated || !sequences[place.item].isNew ? sequences[place.item].sequence : nil
            }
            return SaveReceipt(sequences: UInt64(first)..<UInt64(last) + 1, duplicates: duplicates)
        }
    }
#endif
