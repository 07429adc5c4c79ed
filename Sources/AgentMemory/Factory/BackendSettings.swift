/// What a backend is made with: checked names, values still to be read by kind.
public struct BackendSettings: Sendable {
    /// The URL without the options of the provider, or the path, or what the option of that name says.
    public var location: String?
    private var values: [String: JSONValue] = [:]
    private let backend: String

    /// - Parameter options: By whatever names the options answer to.
    init(_ provider: BackendProvider, location: String?, options: [String: JSONValue]) throws(MemoryError) {
        backend = provider.name
        self.location = location
        for (name, value) in options.sorted(by: { $0.key < $1.key }) {
            if let place = provider.location, place.answers(to: name) {
                guard case .string(let text) = value else {
                    throw MemoryError(.invalidArgument, "\(provider.name): \(place.name) is a text")
                }
                guard self.location == nil else {
                    throw MemoryError(.invalidArgument, "\(provider.name): \(place.name) is given twice")
                }
                self.location = text
                continue
            }
            guard let option = provider.option(named: name) else {
                throw MemoryError(.unknownName, "\(provider.name) has no option \(name); \(provider.optionList)")
            }
            guard values.updateValue(value, forKey: option.name) == nil else {
                throw MemoryError(.invalidArgument, "\(provider.name): \(option.name) is given twice")
            }
        }
    }

    /// Whether an option was given.
    public func has(_ name: String) -> Bool { values[name] != nil }

    /// The value of a text option; `nil` when it wasn't given.
    public func text(_ name: String) throws(MemoryError) -> String? {
        switch values[name] {
        case nil: nil
        case .string(let text): text
        default: throw wrong(name, "a text")
        }
    }

    /// The value of a text option that is one of some, whatever its case; `nil` when it wasn't given.
    public func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ name: String, of type: Choice.Type
    ) throws(MemoryError) -> Choice? {
        guard let text = try text(name) else { return nil }
        if let choice = Choice.allCases.first(where: { $0.rawValue.lowercased() == text.lowercased() }) { return choice }
        throw wrong(name, "one of " + Choice.allCases.map(\.rawValue).joined(separator: ", "))
    }

    /// The value of a flag; `nil` when it wasn't given.
    public func flag(_ name: String) throws(MemoryError) -> Bool? {
        switch values[name] {
        case nil: return nil
        case .bool(let value): return value
        case .string(let text):
            switch text.lowercased() {
            case "true", "yes", "on", "1": return true
            case "false", "no", "off", "0": return false
            default: throw wrong(name, "true or false")
            }
        default: throw wrong(name, "true or false")
        }
    }

    /// The value of a count; `nil` when it wasn't given.
    public func count(_ name: String) throws(MemoryError) -> Int? {
        switch values[name] {
        case nil: return nil
        case .integer(let number) where number >= 0 && number <= Int64(Int.max): return Int(number)
        case .string(let text):
            guard let number = Int(text), number >= 0 else { throw wrong(name, "a whole number") }
            return number
        default: throw wrong(name, "a whole number")
        }
    }

    /// A limit that can be lifted: `nil` when it wasn't given, `.some(nil)` for `none`.
    public func limit(_ name: String) throws(MemoryError) -> Int?? {
        if isNone(name) { return .some(nil) }
        guard let count = try count(name) else { return nil }
        return .some(count)
    }

    /// The value of a time; `nil` when it wasn't given, `.some(nil)` for no limit.
    public func duration(_ name: String) throws(MemoryError) -> Duration?? {
        if isNone(name) { return .some(nil) }
        switch values[name] {
        case nil: return nil
        case .integer(let seconds) where seconds > 0: return .some(.seconds(seconds))
        case .double(let seconds) where seconds > 0 && seconds < 1e12:
            return .some(.microseconds(Int64(seconds * 1e6)))
        case .string(let text):
            guard let duration = Self.duration(of: text) else { throw wrong(name, "a time such as 90s, 12h or 30d") }
            return .some(duration)
        default: throw wrong(name, "a time: seconds, or a text such as 90s, 12h or 30d")
        }
    }

    /// `null`, or the text `none`.
    private func isNone(_ name: String) -> Bool {
        switch values[name] {
        case .null: true
        case .string(let text): text.lowercased() == "none"
        default: false
        }
    }

    private static func duration(of text: String) -> Duration? {
        let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800]
        guard let last = text.last else { return nil }
        let unit = units[last]
        guard let number = Int64(unit == nil ? text[...] : text.dropLast()), number > 0 else { return nil }
        let (seconds, overflow) = number.multipliedReportingOverflow(by: unit ?? 1)
        return overflow || seconds > 1_000_000_000_000 ? nil : .seconds(seconds)
    }

    private func wrong(_ name: String, _ expected: String) -> MemoryError {
        MemoryError(.invalidArgument, "\(backend): \(name) must be \(expected)")
    }
}
