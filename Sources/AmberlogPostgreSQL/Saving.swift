#if PostgreSQL
    internal import AgentMemory

    /// One save, on one connection: by a function on the server, or, of many messages, by `COPY`.
    struct Saving: Sendable {
        /// From so many messages on, or so many bytes, copying is cheaper than the arrays of a function.
        static let copiedMin = 500

        let names: TableNames
        /// What ``statement(_:)`` gives, made once.
        let statement: Statement
        let session: String
        let messages: EncodedMessages
        let expecting: UInt64?
        let origin: JSONValue?
        let bounds: Bounds
        let searchEnabled: Bool
        /// By this the save is known again when the answer to it was lost.
        let token = Int64.random(in: 1...Int64.max)

        /// How long sessions live, and how many messages they keep.
        struct Bounds: Sendable {
            var timeToLive: Duration?
            var maximumMessages: Int?
        }

        /// How the server took it.
        private enum State: Int64 { case applied, conflict, appliedBefore }

        /// The call of the function that saves.
        static func statement(_ names: TableNames) -> Statement {
            Statement(
                "save",
                """
                SELECT r_state, r_first, r_last, r_known FROM \(names.save)($1::text, $2::bigint, $3::bigint,
                    $4::bigint, $5::boolean, $6::bigint, $7::bigint, $8::bigint, $9::json, $10::text[],
                    $11::text[], $12::bigint[], $13::json[], $14::text[], $15::bigint[], $16::tsvector[])
                """)
        }

        func run(_ connection: Connection, now: Timestamp, isRepeated: Bool) throws -> SaveReceipt {
            if messages.items.count >= Self.copiedMin {
                return try copy(connection, now: now, isRepeated: isRepeated)
            }
            var parameters = head(now: now, isRepeated: isRepeated)
            tail(now: now, &parameters)
            messageArrays(&parameters)
            let rows = try connection.run(statement, parameters)
            return try receipt(rows)
        }

        /// The receipt for no messages.
        func nothing(after last: Int64) throws -> SaveReceipt {
            if let expecting, expecting != UInt64(clamping: last) { throw conflict(last) }
            return try messages.receipt(known: nil, first: last + 1, last: last)
        }

        private func conflict(_ last: Int64) -> MemoryError {
            MemoryError(
                .conflict, "The session's last sequence is \(last), not \(expecting ?? 0)", at: .init(session: session))
        }

        private func receipt(_ rows: ResultRows) throws -> SaveReceipt {
            let last = try rows.integer(0, 2, "last sequence")
            switch State(rawValue: try rows.integer(0, 0, "state of a save")) {
            case nil: throw MemoryError.damaged("state of a save")
            case .conflict: throw conflict(last)
            case .applied, .appliedBefore:
                return try messages.receipt(
                    known: rows.optionalIntegers(0, 3, "sequences of ids"),
                    first: rows.integer(0, 1, "first sequence"), last: last)
            }
        }

        // MARK: Values

        /// Those of the function `begin`, but the ids.
        private func head(now: Timestamp, isRepeated: Bool) -> Parameters {
            var parameters = Parameters()
            parameters.text(session)
            parameters.integer(expecting.map { Int64(clamping: $0) })
            parameters.integer(now.microseconds)
            parameters.integer(token)
            parameters.boolean(isRepeated)
            return parameters
        }

        private func tail(now: Timestamp, _ parameters: inout Parameters) {
            parameters.integer(bounds.timeToLive.map { (now + $0).microseconds })
            parameters.integer(bounds.maximumMessages.map { Int64($0) })
            parameters.integer(Int64(MemoryLimits.rememberedIDs))
            parameters.raw(origin.map { $0.serialized() })
        }

        private func ids(_ parameters: inout Parameters) {
            guard messages.hasIDs else { return parameters.null() }
            parameters.array(of: .text, messages.items) { item, bytes in
                guard let id = item.message.id else { return false }
                StoredText.append(id, to: &bytes)
                return true
            }
        }

        private func messageArrays(_ parameters: inout Parameters) {
            let items = messages.items
            parameters.texts(items.map(\.message.role.name))
            parameters.texts(items.map(\.message.content))
            parameters.integers(items.map(\.message.timestamp.microseconds))
            parameters.array(of: .json, items) { item, bytes in
                guard let metadata = item.metadata else { return false }
                bytes.append(contentsOf: metadata)
                return true
            }
            ids(&parameters)
            parameters.integers(items.map(\.bytes))
            guard searchEnabled else { return parameters.null() }
            parameters.array(of: .tsvector, items) { item, bytes in
                WordVector.append(item.message.content, to: &bytes)
                return true
            }
        }

        // MARK: Many messages

        private func copy(_ connection: Connection, now: Timestamp, isRepeated: Bool) throws -> SaveReceipt {
            try connection.run("BEGIN")
            var beginning = head(now: now, isRepeated: isRepeated)
            ids(&beginning)
            let begun = try connection.run(
                Statement(
                    "begin",
                    """
                    SELECT r_state, r_first, r_last, r_known, r_number FROM \(names.begin)($1::text, $2::bigint,
                        $3::bigint, $4::bigint, $5::boolean, $6::text[])
                    """), beginning)
            if try begun.integer(0, 0, "state of a save") != State.applied.rawValue {
                // An expired session may have gone.
                try connection.run("COMMIT")
                return try receipt(begun)
            }
            let number = try begun.integer(0, 4, "number of a session")
            let first = try begun.integer(0, 1, "first sequence")
            let known = try begun.optionalIntegers(0, 3, "sequences of ids")
            let added = messages.items.indices.filter { known?[$0] == nil }.map { messages.items[$0] }
            let last = first + Int64(added.count) - 1
            if !added.isEmpty {
                try connection.copy(
                    """
                    COPY \(names.messages) (session, sequence, timestamp, bytes, save_token, save_first, role, content,
                        id, metadata_text, words) FROM STDIN (FORMAT binary)
                    """
                ) { (copying: inout Copying) throws(ConnectionFailure) in
                    for (place, item) in added.enumerated() {
                        let sequence = first + Int64(place)
                        let save = sequence == last ? (token: token, first: first) : nil
                        try copying.add { row(item, number, sequence, save, &$0) }
                    }
                }
            }
            var ending = Parameters()
            ending.integer(number)
            ending.integer(first)
            ending.integer(last)
            ending.integer(added.reduce(0) { $0 + $1.bytes })
            ending.integer(now.microseconds)
            tail(now: now, &ending)
            ending.boolean(messages.hasIDs)
            _ = try connection.run(
                Statement(
                    "finish",
                    """
                    SELECT \(names.finish)($1::bigint, $2::bigint, $3::bigint, $4::bigint, $5::bigint, $6::bigint,
                        $7::bigint, $8::bigint, $10::boolean, $9::json)
                    """), ending)
            try connection.run("COMMIT")
            return try messages.receipt(known: known, first: first, last: last)
        }

        private func row(
            _ item: EncodedMessages.Item, _ session: Int64, _ sequence: Int64, _ save: (token: Int64, first: Int64)?,
            _ bytes: inout [UInt8]
        ) {
            bytes.append(bigEndian: Int16(11))
            let numbers = [
                session, sequence, item.message.timestamp.microseconds, item.bytes, save?.token, save?.first,
            ]
            for number in numbers {
                bytes.appendField { bytes in
                    guard let number else { return false }
                    bytes.append(bigEndian: number)
                    return true
                }
            }
            for text in [item.message.role.name, item.message.content, item.message.id] {
                bytes.appendField { bytes in
                    guard let text else { return false }
                    StoredText.append(text, to: &bytes)
                    return true
                }
            }
            bytes.appendField { bytes in
                guard let metadata = item.metadata else { return false }
                bytes.append(contentsOf: metadata)
                return true
            }
            bytes.appendField { bytes in
                guard searchEnabled else { return false }
                WordVector.append(item.message.content, to: &bytes)
                return true
            }
        }
    }
#endif
