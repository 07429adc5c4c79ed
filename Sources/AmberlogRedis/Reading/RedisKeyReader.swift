#if Redis
    package import AgentMemory

    /// The keys of a server that another program made, to be read and never written.
    ///
    /// ```swift
    /// let reader = try RedisKeyReader(url: "redis://localhost:6379")
    /// var cursor: [UInt8]? = RedisKeyReader.start
    /// while let from = cursor { let page = try await reader.keys("message_store:*", from: from); cursor = page.next … }
    /// ```
    ///
    /// Whatever breaks is tried again: nothing that is sent changes anything.
    package final class RedisKeyReader: Sendable {
        package struct Key: Sendable, Hashable {
            package var name: [UInt8]
            /// As Redis calls it: `list`.
            package var type: String
        }

        /// How many keys the server looks at in one go, in which it does nothing else.
        private static let scanCount = 500

        /// How long the server may take to answer, where nobody says anything else.
        package static let usualTimeout = Duration.seconds(60)

        /// Where a scan begins.
        package static let start: [UInt8] = [UInt8(ascii: "0")]

        private let client: HiredisClient
        private let link: RedisLink

        /// Makes a reader, which connects later.
        ///
        /// - Parameter answerTimeout: How long the server may take to answer.
        package init(url: String, answerTimeout: Duration = usualTimeout) throws(MemoryError) {
            client = HiredisClient(try RedisAddress(url: url), connections: 1, commandTimeout: answerTimeout)
            link = RedisLink(client, RedisRetry())
        }

        /// Where the server is, without a secret.
        package var description: String { client.description }

        /// Some of the keys of a pattern, and where to go on; `nil` when these are the last.
        ///
        /// A key may come twice. One that is there all of the time comes.
        package func keys(_ pattern: String, from cursor: [UInt8]) async throws -> (keys: [Key], next: [UInt8]?) {
            let scan = try await send { $0.append("SCAN", cursor, "MATCH", pattern, "COUNT", Self.scanCount) }
            guard case .array(let parts)? = scan.first, parts.count == 2, case .string(let next) = parts[0],
                case .array(let elements) = parts[1]
            else { throw link.unexpected(nil) }
            let names = try elements.map { element in
                guard case .string(let name) = element else { throw link.unexpected(nil) }
                return name
            }
            var keys: [Key] = []
            if !names.isEmpty {
                let types = try await send { pipeline in for name in names { pipeline.append("TYPE", name) } }
                for (name, type) in zip(names, types) {
                    guard case .string(let type) = type else { throw link.unexpected(nil) }
                    // Gone meanwhile.
                    if type == Array("none".utf8) { continue }
                    keys.append(Key(name: name, type: String(decoding: type, as: UTF8.self)))
                }
            }
            return (keys, next == Self.start ? nil : next)
        }

        /// Elements of a list; negative numbers count from its end. `nil` if the key is no list.
        package func elements(of key: String, from first: Int, through last: Int) async throws -> [[UInt8]]? {
            guard let reply = try await typed({ $0.append("LRANGE", key, first, last) }) else { return nil }
            guard case .array(let elements) = reply else { throw link.unexpected(nil) }
            return try elements.map { element in
                guard case .string(let bytes) = element else { throw link.unexpected(nil) }
                return bytes
            }
        }

        /// A field of a hash; `nil` if there is none, or the key is no hash.
        package func field(_ name: String, of key: String) async throws -> [UInt8]? {
            switch try await typed({ $0.append("HGET", key, name) }) {
            case .string(let bytes)?: return bytes
            case .null?, nil: return nil
            default: throw link.unexpected(nil)
            }
        }

        package func close() async {
            link.close()
            await client.close()
        }

        /// The one reply; `nil` if the key is of another type.
        private func typed(_ body: (inout RedisPipeline) -> Void) async throws -> RedisReply? {
            do {
                return try await link.send(nil) { pipeline, _ in body(&pipeline) }.first
            } catch let failure as RedisFailure {
                if failure.code == "WRONGTYPE" { return nil }
                throw failure.memoryError(at: link.place(nil))
            }
        }

        private func send(_ body: (inout RedisPipeline) -> Void) async throws -> [RedisReply] {
            do {
                return try await link.send(nil) { pipeline, _ in body(&pipeline) }
            } catch let failure as RedisFailure {
                throw failure.memoryError(at: link.place(nil))
            }
        }
    }
#endif
