internal import AgentMemory
internal import ForeignStores

/// Imports what other libraries' stores hold.
final class ForeignImporter {
    /// A buffer that files are read into.
    ///
    /// `@unchecked Sendable`: the worker fills it while the importer waits, and doesn't touch it afterwards.
    private final class Block: @unchecked Sendable {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 512 << 10, alignment: 16)

        deinit {
            memory.deallocate()
        }
    }

    let run: ImportRun
    let worker: FileWorker
    let keepsOriginal: Bool
    private let block = Block()

    init(_ run: ImportRun, worker: FileWorker, keepsOriginal: Bool) {
        (self.run, self.worker, self.keepsOriginal) = (run, worker, keepsOriginal)
    }

    /// Imports one source.
    ///
    /// - Parameters:
    ///   - opened: The file, if it is open already.
    ///   - done: The bytes of the sources before it, for the progress bar.
    func read(_ source: ForeignSource, _ opened: InputFile?, after done: UInt64) async throws {
        run.begin(source.path)
        if source.layout.hasUniqueSessions { run.saver.uniqueSessionsOf = source.layout.name }
        let options = ReadingOptions(
            session: source.session ?? run.options.session, unknownTime: run.saver.now, keepsOriginal: keepsOriginal)
        var output = ForeignOutput(options)
        defer { run.report.losses.add(output.losses) }
        do {
            var reader = source.layout.reader(options)
            for file in source.files {
                reader.begin(file, into: &output)
                try await read(file, opened, after: done, &reader, &output)
                reader.end(into: &output)
                try await save(&output)
            }
            reader.finish(into: &output)
            try await save(&output)
        } catch is StrictStop {
            try await run.saver.saveAll()
            throw StrictStop()
        }
        try await run.saver.saveAll()
    }

    private func read(
        _ file: String, _ opened: InputFile?, after done: UInt64, _ reader: inout any ForeignFileReader,
        _ output: inout ForeignOutput
    ) async throws {
        let block = block
        do {
            let input = if let opened { opened } else { try await worker.run { try InputFile(file) } }
            while true {
                let count = try await worker.run { try input.read(into: block.memory) }
                if count == 0 { return }
                run.report.bytes += UInt64(count)
                reader.add(UnsafeRawBufferPointer(rebasing: block.memory[..<count]), into: &output)
                try await save(&output)
                run.update(done: done + input.position)
            }
        } catch let error as MemoryError where error.place.file == file {
            // What was read is good; the rest of this file can't be had.
            try run.refuse(file, error.message)
        }
    }

    /// Saves what has been read.
    func save(_ output: inout ForeignOutput) async throws {
        for item in output.takeItems() {
            switch item {
            case .message(let said):
                do throws(MemoryError) {
                    try run.saver.add(said.message, to: said.session, original: said.original)
                } catch {
                    try run.refuse(said.place.description, error.message)
                }
                try await run.saver.saveFull()
            case .session(let session, let metadata):
                run.saver.note(metadata, of: session)
            case .refusal(let refusal):
                try run.refuse(refusal.place.description, refusal.reason)
            }
        }
    }
}
