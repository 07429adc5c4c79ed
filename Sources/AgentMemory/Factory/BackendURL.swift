/// What the URLs of backends have in common. No general parser: a database's own library reads the rest.
public enum BackendURL {
    /// The scheme of a URL in lower case; `nil` for a name.
    ///
    /// A letter and at least one more character before the colon: `c:\data` is no URL.
    public static func scheme(of text: String) -> String? {
        guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        let scheme = text[..<colon]
        guard scheme.utf8.count >= 2, let first = scheme.first, first.isASCII, first.isLetter,
            scheme.utf8.allSatisfy({ Self.isSchemeByte($0) })
        else { return nil }
        return scheme.lowercased()
    }

    private static func isSchemeByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
            true
        default: false
        }
    }

    /// A URL that may be told and logged: without a password, in its authority or as a parameter.
    public static func redacted(_ url: String) -> String {
        guard let scheme = url.firstRange(of: "://") else { return url }
        var result = String(url[..<scheme.upperBound])
        let rest = url[scheme.upperBound...]
        let end = rest.firstIndex { $0 == "/" || $0 == "?" || $0 == "#" } ?? rest.endIndex
        let authority = rest[..<end]
        if let at = authority.lastIndex(of: "@") {
            let user = authority[..<at]
            if let colon = user.firstIndex(of: ":") {
                result += user[..<colon] + ":***"
            } else {
                result += user
            }
            result += authority[at...]
        } else {
            result += authority
        }
        guard let question = rest[end...].firstIndex(of: "?") else { return result + rest[end...] }
        result += rest[end...question]
        let parameters = rest[rest.index(after: question)...].split(separator: "&", omittingEmptySubsequences: false)
        return result
            + parameters.map { parameter in
                let name = parameter.prefix { $0 != "=" }
                return name.lowercased().contains("password") ? "\(name)=***" : String(parameter)
            }.joined(separator: "&")
    }

    /// Takes the options of a provider out of a URL's query.
    ///
    /// - Returns: The URL without them, and their values. A parameter that nobody knows stays in a URL that a library
    ///   reads, and is an option that doesn't exist in one that is a path.
    static func split(
        _ url: String, for provider: BackendProvider
    ) throws(MemoryError) -> (location: String?, options: [String: JSONValue]) {
        var options: [String: JSONValue] = [:]
        var base = url[...]
        var kept: [Substring] = []
        if let question = url.firstIndex(of: "?") {
            base = url[..<question]
            for parameter in url[url.index(after: question)...].split(separator: "&") {
                let parts = parameter.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                let name = try decoded(parts[0])
                if provider.option(named: name) == nil, !provider.isPath, provider.location != nil {
                    kept.append(parameter)
                    continue
                }
                guard options.updateValue(.string(try decoded(parts.count > 1 ? parts[1] : "")), forKey: name) == nil
                else { throw MemoryError(.invalidArgument, "\(provider.name): \(name) is given twice") }
            }
        }
        guard provider.location != nil else {
            let rest = base[(base.firstIndex(of: ":") ?? base.startIndex)...].dropFirst()
            guard rest.isEmpty || rest == "//" else {
                throw MemoryError(.invalidArgument, "\(provider.name) is nowhere: write \(provider.name): and no more")
            }
            return (nil, options)
        }
        if provider.isPath { return (try path(base), options) }
        return (String(base) + (kept.isEmpty ? "" : "?" + kept.joined(separator: "&")), options)
    }

    /// `scheme:relative`, `scheme:/absolute` and `scheme:///absolute`.
    private static func path(_ url: Substring) throws(MemoryError) -> String? {
        var rest = url[(url.firstIndex(of: ":") ?? url.startIndex)...].dropFirst()
        if rest.hasPrefix("//") {
            rest = rest.dropFirst(2)
            guard rest.isEmpty || rest.hasPrefix("/") else {
                throw MemoryError(
                    .invalidArgument,
                    "A file has no host: write scheme:relative/path, scheme:/absolute/path or scheme:///absolute/path")
            }
        }
        return rest.isEmpty ? nil : try decoded(rest)
    }

    /// Percent-encoding (RFC 3986, 2.1).
    private static func decoded(_ text: Substring) throws(MemoryError) -> String {
        guard text.utf8.contains(UInt8(ascii: "%")) else { return String(text) }
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap(digit), let low = rest.popFirst().flatMap(digit) else {
                throw MemoryError(.invalidArgument, "After % in a URL come two hexadecimal digits")
            }
            bytes.append(high << 4 | low)
        }
        guard let decoded = String(validating: bytes, as: UTF8.self) else {
            throw MemoryError(.invalidArgument, "What is encoded in the URL is no UTF-8")
        }
        return decoded
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
