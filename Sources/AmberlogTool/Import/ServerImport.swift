internal import AgentMemory
internal import ForeignDatabases
internal import ForeignStores

extension ImportPlan {
    /// Looks into the servers that were named.
    ///
    /// - Throws: What can't be reached, and a server with nothing of a known layout on it.
    mutating func lookIntoServers(_ worker: FileWorker, answerTimeout: Duration?) async throws {
        var found: [Step] = []
        var passedOver: [String] = []
        for step in steps {
            guard case .server(let server) = step else {
                found.append(step)
                continue
            }
            let sources =
                switch server.kind {
                case .redis: try await keys(on: server, answerTimeout)
                case .postgreSQL: try await tables(on: server, answerTimeout, worker)
                }
            if sources.isEmpty {
                guard looksIntoPipes else {
                    throw MemoryError(
                        .invalidArgument,
                        "There is nothing of a known layout on this server (what Amberlog keeps there itself is taken "
                            + "over with amberlog migrate)", at: .init(backend: server.description))
                }
                passedOver.append(server.description)
            }
            found += sources
        }
        set(found, passedOver: passedOver)
    }

    /// The layout that was asked for, `nil` if none was.
    private func chosen<Layout>(_ type: Layout.Type, on server: ServerURL) throws -> Layout? {
        switch format {
        case .own(.auto): return nil
        case .own(let format): throw mismatch(format.rawValue, server)
        case .foreign(let name):
            guard let layout = layouts[name] as? Layout else { throw mismatch(name, server) }
            return layout
        }
    }

    private func mismatch(_ name: String, _ server: ServerURL) -> MemoryError {
        let kind = server.kind == .redis ? "Redis" : "PostgreSQL"
        return MemoryError(
            .invalidArgument, "\(name) is no layout of a \(kind) server", at: .init(backend: server.description))
    }

    private func keys(on server: ServerURL, _ answerTimeout: Duration?) async throws -> [Step] {
        let layout = try chosen((any KeyLayout).self, on: server)
        let location = ServerLocation(server.url, answerTimeout: answerTimeout)
        return try await KeySource.sources(on: location, chosen: layout).map { source in
            .keys(source, looksIntoPipes ? nil : try source.decryption(keys))
        }
    }

    private func tables(
        on server: ServerURL, _ answerTimeout: Duration?, _ worker: FileWorker
    ) async throws -> [Step] {
        let layout = try chosen((any TableLayout).self, on: server)
        if let layout, layout.engine != .postgreSQL { throw mismatch(layout.name, server) }
        let location = ServerLocation(server.url, answerTimeout: answerTimeout)
        return try await worker.run { [keys, looksIntoPipes] in
            try DatabaseSource.sources(onServer: location, chosen: layout).map { source in
                .database(source, looksIntoPipes ? nil : try source.decryption(keys), 0)
            }
        }
    }
}

extension ForeignImporter {
    /// Imports what of a server's keys is of one layout.
    func read(_ source: KeySource, _ keys: RowKeys?, after done: UInt64) async throws {
        try await read(source.path, keys) { output in try await readLists(source, after: done, &output) }
    }

    private func readLists(_ source: KeySource, after done: UInt64, _ output: inout ForeignOutput) async throws {
        let rows = try source.rows()
        var reader = source.layout.reader(output.options)
        do {
            while let batch = try await rows.next() {
                for row in batch {
                    switch row {
                    case .row(let row, let bytes):
                        reader.add(row, into: &output)
                        run.report.bytes += UInt64(bytes)
                    case .refusal(let refusal): output.refuse(refusal.place, refusal.reason)
                    }
                }
                try await save(&output)
                run.update(done: done)
            }
        } catch {
            await rows.close()
            throw error
        }
        await rows.close()
        reader.finish(into: &output)
    }
}
