#if Redis && PostgreSQL
    import AgentMemory
    import Foundation
    import TestServers
    import Testing

    /// A connection that breaks while a server is imported, or a server that hangs: it is told, what came is kept, and the next import adds the
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
        private func expectTheRest(
            _ proxy: BreakableProxy, _ url: String, after fault: BreakableProxy.Fault, at bytes: Int
        ) async throws {
            proxy.break(after: bytes, fault)
            let start = ContinuousClock.now
            let broken = try tool.run("import", "--json", "--timeout", "2", url)
            // A few attempts of two seconds each; not the ten minutes that it would wait by itself.
            #expect(start.duration(to: .now) < .seconds(300))
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

        typealias Break = (fault: BreakableProxy.Fault, bytes: Int)
        /// In the middle of the messages, and, for hanging, before anything is known of the server.
        static let breaks: [Break] = [(.cutting, 250_000), (.hanging, 250_000), (.hanging, 10)]

        @Test(arguments: breaks)
        func `a Redis server`(_ broken: Break) async throws {
            let server = try await RedisServer()
            _ = try await server.send(
                texts.enumerated().map { number, text in
                    ["LPUSH", "message_store:" + (number < 300 ? "a" : "b"), message("human", text)]
                })
            let proxy = try BreakableProxy(to: server.port)
            try await expectTheRest(
                proxy, "redis://127.0.0.1:\(proxy.port)", after: broken.fault, at: broken.bytes)
        }

        @Test(arguments: breaks)
        func `a PostgreSQL server`(_ broken: Break) async throws {
            let rows = texts.enumerated().map { number, text in
                "('\(number < 300 ? "a" : "b")', '\(message("human", text))')"
            }
            let (name, _) = try await ForeignServer.database(
                "CREATE TABLE message_store (id SERIAL PRIMARY KEY, session_id TEXT, message TEXT);"
                    + "INSERT INTO message_store (session_id, message) VALUES \(rows.joined(separator: ","));")
            let server = try await PostgreSQLServer.shared()
            let proxy = try BreakableProxy(to: server.port)
            try await expectTheRest(
                proxy, "postgresql://postgres@127.0.0.1:\(proxy.port)/\(name)", after: broken.fault, at: broken.bytes)
        }
    }
#endif
