/// Where the keys of a message's JSON go that are no field of a message.
///
/// `name`, `tool_calls`, `tool_call_id` and whatever else stands beside `role` and `content` is kept in the message's
/// metadata, as an object under the key ``metadataKey``, and is written back beside `role` and `content`:
///
/// ```
/// {"role":"tool","content":"21 °C","tool_call_id":"call_7"}
/// metadata: {"_extra": {"tool_call_id": "call_7"}}
/// ```
///
/// The round trip is exact both ways, whatever stands where:
/// - A key `_extra` of the JSON's own `metadata` object gets one more underscore on the way in and loses it on the way
///   out; the same for `__extra` and so on.
/// - A value of ``metadataKey`` that can't stand beside the fields (no object, an empty one, or one with a key that is
///   the name of a field) is written as a top-level key `_extra` of its own, and read back from there.
public enum ExtraKeys {
    /// `_extra`.
    public static let metadataKey = "_extra"

    /// The keys of a message's JSON that are fields.
    static let fields: Set<String> = ["session_id", "role", "content", "timestamp", "metadata", "id", "sequence"]

    /// Whether a value of ``metadataKey`` is written as keys beside the fields.
    static func standBesideFields(_ value: JSONValue) -> Bool {
        // A lone `_extra` inside stands for an object that came as a top-level `_extra`.
        var value = value
        while case .object(let object) = value, object.count == 1, let inner = object[metadataKey] {
            value = inner
        }
        guard case .object(let object) = value, !object.isEmpty else { return false }
        return !object.keys.contains(where: fields.contains)
    }

    /// What the metadata of a message is, given its JSON's own metadata and the keys that are no fields.
    static func merge(_ metadata: [String: JSONValue], unknown: [String: JSONValue]) -> [String: JSONValue] {
        var merged = metadata
        for key in metadata.keys where isEscapable(key.utf8) {
            merged[key] = nil
        }
        for (key, value) in metadata where isEscapable(key.utf8) {
            merged["_" + key] = value
        }
        if unknown.count == 1, let value = unknown[metadataKey], !standBesideFields(value) {
            merged[metadataKey] = value
        } else if !unknown.isEmpty {
            merged[metadataKey] = .object(unknown)
        }
        return merged
    }

    /// The reverse of ``merge(_:unknown:)``.
    static func split(_ merged: [String: JSONValue]) -> (metadata: [String: JSONValue], unknown: [String: JSONValue]) {
        guard merged.keys.contains(where: { isEscapable($0.utf8) }) else { return (merged, [:]) }
        var metadata = merged.filter { !isEscapable($0.key.utf8) }
        for (key, value) in merged where isEscapable(key.utf8) && key != metadataKey {
            metadata[String(key.dropFirst())] = value
        }
        guard let value = merged[metadataKey] else { return (metadata, [:]) }
        if case .object(let object) = value, standBesideFields(value) { return (metadata, object) }
        return (metadata, [metadataKey: value])
    }

    /// Whether the key is one or more underscores and `extra`.
    @inline(__always)
    static func isEscapable(_ key: some BidirectionalCollection<UInt8>) -> Bool {
        guard key.count >= 6, key.first == 0x5F, key.last == 0x61 else { return false }
        return key.suffix(5).elementsEqual("extra".utf8) && key.dropLast(5).allSatisfy { $0 == 0x5F }
    }
}
