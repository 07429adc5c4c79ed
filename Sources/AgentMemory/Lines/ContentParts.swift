/// Content that comes in parts, as chat services write it, made into text without losing the parts.
///
/// ```swift
/// // {"role":"user","content":[{"type":"text","text":"What is this?"},{"type":"image_url",...}]}
/// let message = try Message(json: ContentParts.flatten(json))
/// message.content                  // What is this?
/// message.metadata["content_parts"] // [{"type":"text",...},{"type":"image_url",...}]
/// ```
public enum ContentParts {
    /// `content_parts`: the metadata key under which the original content is kept.
    public static let metadataKey = "content_parts"

    /// The texts of the parts, one after another with a newline between them. A part is a string, or an object whose
    /// `text` is one (`{"type":"text","text":...}`, `output_text`, `input_text`); every other part is passed over.
    public static func text(of parts: [JSONValue]) -> String {
        parts.compactMap { $0.stringValue ?? $0["text"]?.stringValue ?? $0["text"]?["value"]?.stringValue }
            .joined(separator: "\n")
    }

    /// A message's JSON with a string for its content: what ``Message/init(json:timestamp:)`` takes.
    ///
    /// An array becomes the text of its parts. Content that is `null` or missing becomes an empty string if the
    /// message calls tools, as it may then. Either way the original is kept under ``metadataKey`` in the metadata.
    /// Anything else is returned unchanged, so that a message without content is still refused.
    public static func flatten(_ json: JSONValue) -> JSONValue {
        guard case .object(var object) = json else { return json }
        let original = object["content"] ?? .null
        switch original {
        case .array(let parts): object["content"] = .string(text(of: parts))
        case .null where object["tool_calls"] != nil || object["function_call"] != nil: object["content"] = ""
        default: return json
        }
        var metadata = object["metadata"]?.objectValue ?? [:]
        metadata[metadataKey] = original
        object["metadata"] = .object(metadata)
        return .object(object)
    }

    /// The reverse of ``flatten(_:)``: puts the parts back, if the text still is the one that they had.
    public static func restore(_ json: JSONValue) -> JSONValue {
        guard case .object(var object) = json, case .object(var metadata)? = object["metadata"],
            let original = metadata.removeValue(forKey: metadataKey)
        else { return json }
        let text = original.arrayValue.map(text(of:)) ?? ""
        guard object["content"]?.stringValue == text else { return json }
        object["content"] = original
        object["metadata"] = .object(metadata)
        return .object(object)
    }
}
