#if PostgreSQL
    internal import AgentMemory
    private import CLibPQ

    /// Where a server is, and as whom to go there: a connection string, read.
    struct ServerAddress: Sendable {
        /// libpq's parameters: names and values.
        let options: [(name: String, value: String)]

        /// Without whatever is secret.
        let description: String

        /// - Throws: `MemoryError` with `invalidArgument`. libpq's own message is left out: it quotes the part that it
        ///   can't read, and a password that wasn't escaped may be in it.
        init(_ string: String) throws(MemoryError) {
            guard !string.isEmpty, !string.utf8.contains(0) else {
                throw MemoryError(.invalidArgument, "A connection string can't be empty or have a NUL in it")
            }
            var message: UnsafeMutablePointer<CChar>?
            guard let parsed = PQconninfoParse(string, &message) else {
                PQfreemem(message)
                throw MemoryError(
                    .invalidArgument,
                    """
                    This is no connection string: give postgresql://user:password@host:port/database?option=value, with \
                    what is special in a URL percent-encoded, or host=… port=… dbname=…, with options that libpq has
                    """)
            }
            defer { PQconninfoFree(parsed) }
            var options: [(name: String, value: String)] = []
            var option = parsed
            while let keyword = option.pointee.keyword {
                if let value = option.pointee.val {
                    options.append((String(cString: keyword), String(cString: value)))
                }
                option += 1
            }
            func value(_ name: String) -> String? { options.first { $0.name == name && !$0.value.isEmpty }?.value }
            for name in ["host", "dbname", "port"] where value(name)?.contains("@") == true {
                // The end of a password that has an @ in it.
                throw MemoryError(
                    .invalidArgument, "An @ in a password, a host or a database's name is written %40 in a URL")
            }
            self.options = options
            let host = value("host") ?? value("hostaddr") ?? ""
            let port = value("port").map { ":" + $0 } ?? ""
            let database = value("dbname").map { "/" + $0 } ?? ""
            description =
                host.hasPrefix("/")
                ? "postgresql://\(database)?host=\(host)\(value("port").map { "&port=\($0)" } ?? "")"
                : "postgresql://\(host)\(port)\(database)"
        }

        /// What must not stand in a message.
        private var secrets: [String] {
            options.filter { ["password", "sslpassword"].contains($0.name) && !$0.value.isEmpty }.map(\.value)
        }

        /// A text of libpq's or the server's, without the password.
        func redacted(_ text: String) -> String {
            var text = text
            for secret in secrets {
                text = text.replacing(secret, with: "…")
            }
            return text
        }
    }
#endif
