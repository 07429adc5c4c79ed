package import AgentMemory

/// What readers give: messages by session in their order, what is known of sessions, and what had to be refused.
package struct ForeignOutput {
    package struct Said: Sendable {
        package var session: String
        package var message: Message
        /// The JSON it was made of, as it stood there, if that is to be kept.
        package var original: String?
        package var place: ForeignPlace
    }

    package enum Item: Sendable {
        case message(Said)
        /// What is known of a session besides its messages. It comes behind them.
        case session(String, metadata: [String: JSONValue])
        case refusal(ForeignRefusal)
    }

    /// The metadata key of what ``ReadingOptions/keepsOriginal`` keeps: JSON as text, byte by byte what stood there.
    package static let originalKey = "original"

    package let options: ReadingOptions
    package private(set) var items: [Item] = []
    package private(set) var losses = LossReport()

    package init(_ options: ReadingOptions) {
        self.options = options
    }

    /// Takes what has been read since the last time.
    package mutating func takeItems() -> [Item] {
        defer { items = [] }
        return items
    }

    // MARK: Messages

    /// Adds the messages that one record became. The record's id goes to the first, `ID#2` to the second, and so on.
    ///
    /// What is over a limit is refused, message by message.
    package mutating func add(_ drafts: [MessageDraft], of record: ForeignRecord) {
        for (index, draft) in drafts.enumerated() {
            add(draft, id: record.id.map { Self.id($0, number: index + 1) }, of: record, keepsOriginal: index == 0)
        }
    }

    /// Adds one message of a record, with an id that the layout has chosen.
    ///
    /// - Parameter keepsOriginal: The record's JSON stands with one of its messages, not with all of them.
    package mutating func add(
        _ draft: MessageDraft, id: String?, of record: ForeignRecord, keepsOriginal: Bool = true
    ) {
        do throws(MemoryError) {
            var message = try draft.message(time: record.time ?? options.unknownTime)
            message.id = id.flatMap { $0.isEmpty ? nil : $0 }
            add(message, of: record, keepsOriginal: keepsOriginal)
        } catch {
            refuse(record.place, error)
        }
    }

    /// Adds a message as it is.
    package mutating func add(_ message: Message, of record: ForeignRecord, keepsOriginal: Bool = true) {
        do throws(MemoryError) {
            try MemoryLimits.validate(sessionID: record.session)
            try MemoryLimits.validate([message])
            if message.timestamp == options.unknownTime { losses.add(.time, at: record.place) }
            let original = keepsOriginal ? original(of: record, with: message) : nil
            items.append(
                .message(Said(session: record.session, message: message, original: original, place: record.place)))
        } catch {
            refuse(record.place, error)
        }
    }

    package static func id(_ id: String, number: Int) -> String { number == 1 ? id : "\(id)#\(number)" }

    private mutating func original(of record: ForeignRecord, with message: Message) -> String? {
        guard options.keepsOriginal, !record.text.isEmpty else { return nil }
        guard let text = String(validating: record.text, as: UTF8.self) else { return nil }
        var whole = message
        whole.metadata[Self.originalKey] = .string(text)
        do throws(MemoryError) {
            try MemoryLimits.validate([whole])
            return text
        } catch {
            losses.add(.original, at: record.place)
            return nil
        }
    }

    // MARK: Sessions

    /// Says what is known of a session besides its messages. Members that are `null`, empty lists, empty objects and
    /// empty texts are left out.
    ///
    /// - Parameter original: The session's own JSON, without its messages.
    package mutating func describe(
        _ session: String, _ members: [String: JSONValue?], original: @autoclosure () -> [UInt8] = [],
        at place: ForeignPlace
    ) {
        var metadata: [String: JSONValue] = [:]
        for (key, value) in members {
            if let value = value?.ifKept, value != .string("") { metadata[key] = value }
        }
        if options.keepsOriginal, let text = String(validating: original(), as: UTF8.self), !text.isEmpty {
            var whole = metadata
            whole[Self.originalKey] = .string(text)
            if (try? MemoryLimits.validate(metadata: whole)) != nil {
                metadata = whole
            } else {
                losses.add(.original, at: place)
            }
        }
        if metadata.isEmpty { return }
        do throws(MemoryError) {
            try MemoryLimits.validate(metadata: metadata)
            items.append(.session(session, metadata: metadata))
        } catch {
            refuse(place, error)
        }
    }

    // MARK: What is not carried

    package mutating func refuse(_ place: ForeignPlace, _ reason: String) {
        items.append(.refusal(ForeignRefusal(place, reason)))
    }

    package mutating func refuse(_ place: ForeignPlace, _ error: MemoryError) {
        refuse(place, error.message + (error.place.offset.map { " at byte \($0)" } ?? ""))
    }

    package mutating func lose(_ kind: LossReport.Kind, at place: ForeignPlace, count: Int = 1) {
        losses.add(kind, at: place, count: count)
    }

    /// Counts the members of an object that have no place in a message, unless the original is kept.
    ///
    /// - Parameter prefix: Where the object stands: `message.`
    package mutating func loseFields(
        of json: JSONValue?, except known: Set<String>, prefix: String = "", at place: ForeignPlace
    ) {
        guard !options.keepsOriginal, case .object(let object)? = json else { return }
        for (key, value) in object where !known.contains(key) && value.ifKept != nil {
            losses.add(.field(prefix + key), at: place)
        }
    }
}

extension JSONValue {
    /// The value, unless there is nothing in it: `null`, an empty list, an empty object.
    package var ifKept: JSONValue? {
        switch self {
        case .null: nil
        case .array(let values): values.isEmpty ? nil : self
        case .object(let object): object.isEmpty ? nil : self
        default: self
        }
    }

    /// The value, unless it is `null`.
    package var ifPresent: JSONValue? { isNull ? nil : self }

    /// A name: a text, or an integer as its digits; an empty one names nothing.
    package var nameValue: String? {
        switch self {
        case .string(let text): text.isEmpty ? nil : text
        case .integer(let number): String(number)
        default: nil
        }
    }
}
