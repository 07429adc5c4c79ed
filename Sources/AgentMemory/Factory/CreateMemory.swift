/// Makes a backend by its name or its URL.
///
/// ```swift
/// let cache = try await createMemory("memory", ["max_sessions": 100], registry: registry)
/// let shared = try await createMemory("redis", ["url": "redis://localhost:6379", "ttl": 3600], registry: registry)
/// let file = try await createMemory("sqlite:agents.db?table_name=agent_memory", registry: registry)
/// ```
///
/// Names: `log`, `memory`, `sqlite`, `redis`, `postgresql` (`postgres`), and those that a program has registered. URLs:
/// `log:DIRECTORY`, `memory:`, `sqlite:FILE`, `redis://HOST:PORT/NUMBER`, `postgresql://USER@HOST/DATABASE`; options are
/// parameters of the URL. Names of options are those of the providers, whatever their case, with or without `_`.
///
/// - Parameters:
///   - source: A name or a URL.
///   - options: In addition to those in the URL. None may be given twice.
///   - registry: The kinds that there are.
/// - Throws: `MemoryError`: `unknownName` for a name or an option that doesn't exist, with those that do;
///   `invalidArgument` for a value that makes no sense; and whatever opening the backend throws.
public func createMemory(
    _ source: String, _ options: [String: JSONValue] = [:], registry: BackendRegistry
) async throws -> any MemoryBackend {
    let (provider, url) = try registry.resolve(source)
    var all = options
    var location: String?
    if let url {
        let split = try BackendURL.split(url, for: provider)
        location = split.location
        for (name, value) in split.options {
            guard all.updateValue(value, forKey: name) == nil else {
                throw MemoryError(.invalidArgument, "\(provider.name): \(name) is given twice")
            }
        }
    }
    return try await provider.make(try BackendSettings(provider, location: location, options: all))
}
