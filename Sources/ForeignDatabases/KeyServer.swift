internal import AgentMemory
internal import ForeignStores

#if Redis
    internal import AmberlogRedis
#endif

/// A Redis server of other libraries: nothing on it is written.
final class KeyServer: Sendable {
    #if Redis
        private let reader: RedisKeyReader

        /// Makes a client, which connects later.
        init(_ server: ServerLocation) throws(MemoryError) {
            reader = try RedisKeyReader(
                url: server.url, answerTimeout: server.answerTimeout ?? RedisKeyReader.usualTimeout)
        }

        /// As it is told, without a secret.
        var path: String { reader.description }

        /// The keys of a layout, some at a time. One may come twice.
        ///
        /// - Parameter body: Gets keys, and how many more there were whose names are no UTF-8; false ends it.
        func keys(of layout: any KeyLayout, _ body: ([ServerKey], _ unnamed: Int) throws -> Bool) async throws {
            var cursor: [UInt8]? = RedisKeyReader.start
            while let from = cursor {
                let page = try await placed { try await reader.keys(layout.keyPrefix + "*", from: from) }
                let keys = page.keys.compactMap { key in
                    String(validating: key.name, as: UTF8.self).map { ServerKey(name: $0, type: key.type) }
                }
                guard try body(keys, page.keys.count - keys.count) else { return }
                cursor = page.next
            }
        }

        /// Elements of a list; negative numbers count from its end. `nil` if the key is no list.
        func elements(of key: String, from first: Int, through last: Int) async throws -> [[UInt8]]? {
            try await placed { try await reader.elements(of: key, from: first, through: last) }
        }

        /// A field of a hash as text; `nil` if there is none.
        func field(_ name: String, of key: String) async throws -> String? {
            try await placed { try await reader.field(name, of: key) }.flatMap { String(validating: $0, as: UTF8.self) }
        }

        func close() async { await reader.close() }

        /// Errors of the server are told of what is imported from it.
        private func placed<Result: Sendable>(_ body: () async throws -> Result) async throws -> Result {
            do {
                return try await body()
            } catch var error as MemoryError {
                error.place = MemoryError.Place(file: path)
                throw error
            }
        }
    #else
        let path = ""

        init(_ server: ServerLocation) throws(MemoryError) {
            throw MemoryError(
                .unsupported,
                "This is a Redis server, and this build reaches none: build amberlog with the trait Redis "
                    + "(swift build --traits Redis)")
        }

        func keys(of layout: any KeyLayout, _ body: ([ServerKey], _ unnamed: Int) throws -> Bool) async throws {}
        func elements(of key: String, from first: Int, through last: Int) async throws -> [[UInt8]]? { nil }
        func field(_ name: String, of key: String) async throws -> String? { nil }
        func close() async {}
    #endif
}
