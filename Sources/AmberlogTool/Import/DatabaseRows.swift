internal import AgentMemory
internal import ForeignDatabases
internal import ForeignStores

/// Rows of a database, a batch at a time.
struct DatabaseRows: Sendable {
    private static let rowsMax = 256
    private static let bytesMax = 1 << 20

    private(set) var rows: [DatabaseRow] = []
    private(set) var bytes = 0
    /// There are no more.
    private(set) var isLast = false

    /// Blocks.
    init(of file: any ForeignDatabase) throws {
        while rows.count < Self.rowsMax, bytes < Self.bytesMax {
            guard let row = try file.next() else {
                isLast = true
                return
            }
            rows.append(row)
            if case .row(_, let count) = row { bytes += count }
        }
    }
}

extension ForeignImporter {
    /// Imports what of a database is of one layout.
    ///
    /// - Parameter done: The bytes of the sources before it, for the progress bar.
    func read(_ source: DatabaseSource, _ keys: RowKeys?, after done: UInt64) async throws {
        try await read(source.path, keys) { output in try await readTables(source, after: done, &output) }
    }

    /// Saves all of what `body` reads from a source, also where the rest of it can't be had.
    func read(
        _ path: String, _ keys: RowKeys?, _ body: (inout ForeignOutput) async throws -> Void
    ) async throws {
        run.begin(path)
        let options = ReadingOptions(
            session: run.options.session, unknownTime: run.saver.now, keepsOriginal: keepsOriginal, decryption: keys)
        var output = ForeignOutput(options)
        defer { run.report.losses.add(output.losses) }
        do {
            do {
                try await body(&output)
            } catch let error as MemoryError where error.place.file == path {
                // What was read is good.
                try run.refuse(path, error.message)
            }
            try await save(&output)
        } catch is StrictStop {
            try await run.saver.saveAll()
            throw StrictStop()
        }
        try await run.saver.saveAll()
    }

    private func readTables(
        _ source: DatabaseSource, after done: UInt64, _ output: inout ForeignOutput
    ) async throws {
        let file = try await worker.run { try source.open() }
        var reader = source.layout.reader(output.options, of: source.tables)
        while let query = reader.nextQuery(into: &output) {
            try await worker.run { try file.begin(query) }
            var isLast = false
            while !isLast {
                let batch = try await worker.run { try DatabaseRows(of: file) }
                for row in batch.rows {
                    switch row {
                    case .row(let row, _): reader.add(row, into: &output)
                    case .refusal(let refusal): output.refuse(refusal.place, refusal.reason)
                    }
                }
                run.report.bytes += UInt64(batch.bytes)
                isLast = batch.isLast
                try await save(&output)
                run.update(done: done)
            }
        }
        reader.finish(into: &output)
    }
}
