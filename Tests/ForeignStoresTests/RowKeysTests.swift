#if SQLite && Encryption
    import AgentMemory
    import Foundation
    import Testing

    @testable import ForeignDatabases
    @testable import ForeignStores

    /// Encrypted rows of openai-agents: the library's own ones, by its keys and no others.
    @Suite struct RowKeysTests {
        private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Fixtures/foreign/openai-agents-encrypted").path
        private static let keys = [
            "fernet-key.db": "bWFzdGVyIGtleSBvZiAzMiBieXRlcyBpbiBiYXNlNjQ=",
            "passphrase.db": "correct horse battery staple ü",
        ]

        private func source(_ name: String) throws -> DatabaseSource {
            try #require(try DatabaseSource.sources(in: Self.folder + "/" + name).first)
        }

        /// A row of the library's: its session and its token.
        private func token(_ name: String) throws -> (session: String, payload: String) {
            let source = try source(name)
            let file = try SQLiteFile(source.path)
            try file.begin(try #require(OpenAIAgentsTables.probes(source.tables).first))
            guard case .row(let row, _)? = try file.next() else { throw MemoryError(.damaged, "no row") }
            let json = try JSONValue(parsing: try #require(row.text("message_data")))
            return (try #require(row.text("session_id")), try #require(json["payload"]?.stringValue))
        }

        @Test(arguments: keys.keys.sorted())
        func `the right key among others opens, in its session`(_ name: String) throws {
            let (session, payload) = try token(name)
            let key = try #require(Self.keys[name])
            let opened = try #require(try RowKeys(["another", key]).open(payload, of: session))
            #expect(try JSONValue(parsing: opened)["role"] != nil)
            #expect(try RowKeys([key]).open(payload, of: session + "x") == nil)
            #expect(try RowKeys(["x" + key]).open(payload, of: session) == nil)
            #expect(try RowKeys([]).open(payload, of: session) == nil)
        }

        @Test func `a token that was changed anywhere is not opened`() throws {
            let (session, payload) = try token("passphrase.db")
            let keys = try RowKeys([try #require(Self.keys["passphrase.db"])])
            var digits = Array(payload.utf8)
            for index in stride(from: 0, to: digits.count - 1, by: 3) {
                let digit = digits[index]
                digits[index] = digit == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
                #expect(keys.open(String(decoding: digits, as: UTF8.self), of: session) == nil, "digit \(index)")
                digits[index] = digit
            }
            for text in ["", "gAAAAAB", String(payload.prefix(payload.utf8.count / 2)), "ü" + payload] {
                #expect(keys.open(text, of: session) == nil)
            }
        }

        @Test(arguments: keys.keys.sorted())
        func `keys are tried before anything is read`(_ name: String) throws {
            let source = try source(name)
            let key = try #require(Self.keys[name])
            #expect(try source.decryption([key]) != nil)
            let wrong = #expect(throws: MemoryError.self) { try source.decryption(["wrong"]) }
            #expect(wrong?.code == .invalidArgument && wrong?.message.contains("another key") == true)
            #expect(wrong?.message.contains("wrong") == false && wrong?.place.file == source.path)
            let missing = #expect(throws: MemoryError.self) { try source.decryption([]) }
            #expect(missing?.message.contains("--key-file") == true)
        }

        @Test func `without encrypted rows no key is needed`() throws {
            let path = Self.folder.replacing("encrypted", with: "sqlite") + "/conversations.db"
            let source = try #require(try DatabaseSource.sources(in: path).first)
            #expect(try source.decryption([]) == nil)
        }

        @Test func `base64 as Python reads it`() {
            #expect(LenientBase64.decode("YWJj") == Array("abc".utf8))
            #expect(LenientBase64.decode("YW Jj\n") == Array("abc".utf8))
            #expect(LenientBase64.decode("YQ==") == Array("a".utf8))
            #expect(LenientBase64.decode("YQ==YWJj") == Array("a".utf8))
            #expect(LenientBase64.decode("YQ") == nil)
            #expect(LenientBase64.decode("Y") == nil)
            #expect(LenientBase64.decode("-_-_") == LenientBase64.decode("+/+/"))
            #expect(LenientBase64.decode("YWJjü") == nil)
            #expect(LenientBase64.decode("=YWJj") == Array("abc".utf8))
            #expect(LenientBase64.decode("") == [])
        }
    }
#endif
