#if Redis && PostgreSQL
    import AgentMemory
    import Foundation
    import TestServers
    import Testing

    /// A connection that breaks while a server is imported: it is told, what came is kept, and the next import adds the
    /// rest, once.
    @Suite struct BrokenServerImportTests {
        private let tool: Tool
        private let texts = (1...600).map { "text \($0) " + String(repeating: "x", count: 1000) }

        init() throws {
            tool = try Tool()
        }

        private func message(_ type: String, _ content: String) -> String {
            let json: JSONValue = ["type": .string(type), "data": ["content": .string(content)]]
            return String(decoding: json.serialized(), as: UTF8.self)
        }

        /// - Parameter url: Of the server behind the proxy.
        private func expectTheRest(_ proxy: BreakableProxy, _ url: String) async throws {
            proxy.break(after: 250_000, .cutting)
            let broken = try tool.run("import", "--json", url)
            #expect(proxy.isBroken)
            #expect(broken.exitCode == 1)
            #expect(broken.messages.contains("127.0.0.1:\(proxy.port)"), "\(broken.messages)")
            let came = try broken.json().first?["messages"]?.integerValue ?? 0
            #expect(came < 600)
            if came > 0 { #expect(try tool.run("verify", "--deep").exitCode == 0) }

            proxy.mend()
            let rest = try tool.report(url)
            #expect(rest["messages"]?.integerValue == 600 - came && rest["present"]?.integerValue == came)
            #expect(rest["refused"] == 0)
            for session in ["a", "b"] {
                let said = try tool.said(session).map { String($0.drop { $0 != " " }.dropFirst()) }
                #expect(said == (session == "a" ? Array(texts.prefix(300)) : Array(texts.suffix(300))))
            }
            #expect(try tool.report(url)["messages"] == 0)
        }

        @Test func `a Redis server`() async throws {
            let server = try await RedisServer()
            _ = try await server.send(
                texts.enumerated().map { number, text in
                    ["LPUSH", "message_store:" + (number < 300 ? "a" : "b"), message("human", text)]
                })
            let proxy = try BreakableProxy(to: server.port)
            try await expectTheRest(proxy, "redis://127.0.0.1:\(proxy.port)")
        }

        @Test func `a PostgreSQL server`() async throws {
            let rows = texts.enumerated().map { number, text in
                "('\(number < 300 ? "a" : "b")', '\(message("human", text))')"
            }
            let (name, _) = try await ForeignServer.database(
                "CREATE TABLE message_store (id SERIAL PRIMARY KEY, session_id TEXT, message TEXT);"
                    + "INSERT INTO message_store (session_id, message) VALUES \(rows.joined(separator: ","));")
            let server = try await PostgreSQLServer.shared()
            let proxy = try BreakableProxy(to: server.port)
            try await expectTheRest(
                proxy, "postgresql://postgres@127.0.0.1:\(proxy.port)/\(name)")
        }
    }
#endif
