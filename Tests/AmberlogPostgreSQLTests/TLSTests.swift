#if PostgreSQL
    import AgentMemory
    import AmberlogPostgreSQL
    import TestServers
    import Testing

    /// TLS is what the URL asks for: used when it does, and refused where the server isn't who it should be.
    @Suite struct TLSTests {
        private func open(_ server: PostgreSQLServer, _ options: String) async throws -> PostgreSQLBackend {
            try await Fixture(server).open(url: server.url + "?" + options)
        }

        /// How many connections of backends there are, with TLS and without.
        private func connections(_ server: PostgreSQLServer) async throws -> String {
            try await server.run(
                """
                SELECT count(*) FILTER (WHERE ssl), count(*) FILTER (WHERE NOT ssl) FROM pg_stat_ssl
                JOIN pg_stat_activity USING (pid) WHERE backend_type = 'client backend' AND application_name <> 'psql'
                """)
        }

        @Test func `a server that is known`() async throws {
            let server = try await PostgreSQLServer(hasCertificate: true)
            for options in ["sslmode=require", "sslmode=verify-full&sslrootcert=\(server.certificate)"] {
                let memory = try await open(server, options)
                try await memory.save(texts("said"), to: "s")
                #expect(try await memory.load("s") == texts("said"))
                // One that was closed before may not have gone yet.
                #expect(try await eventually { try await connections(server) == "1|0" }, "\(options)")
                try await memory.close()
            }
            let plain = try await open(server, "sslmode=disable")
            #expect(try await eventually { try await connections(server) == "0|1" })
            try await plain.close()
        }

        @Test func `a server that is somebody else`() async throws {
            let server = try await PostgreSQLServer(hasCertificate: true)
            let other = try await PostgreSQLServer(hasCertificate: true)
            let error = await failure {
                _ = try await open(server, "sslmode=verify-full&sslrootcert=\(other.certificate)")
            }
            #expect(error?.code == .unavailable)
            #expect(error?.message.contains("certificate verify failed") == true, "\(error?.message ?? "")")
            #expect(error?.place.backend?.contains("127.0.0.1:\(server.port)") == true)
        }

        @Test func `a server that speaks none`() async throws {
            let server = try await PostgreSQLServer.shared()
            let error = await failure { _ = try await open(server, "sslmode=require") }
            #expect(error?.code == .unavailable)
            #expect(error?.message.contains("does not support SSL") == true, "\(error?.message ?? "")")
        }
    }
#endif
