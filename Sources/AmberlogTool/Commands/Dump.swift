internal import AgentMemory
internal import ArgumentParser
internal import LogFormat

struct Dump: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show the frames of one file of a store.",
        discussion: """
            Takes any file of a store: a journal, a segment, a manifest, STORE, CURRENT or ANCHOR. Damage is told \
            with its offset, and the dump goes on at the next frame; then the exit code is 1.

            Example:
              amberlog dump agent-memory/journal/1
              amberlog dump agent-memory/sessions/01/1.1.seg --json
            """)

    @Argument(help: "The file.")
    var file: String

    @Flag(help: "Print each frame as a line of JSON.")
    var json = false

    func run() throws {
        let walker = try FrameWalker(file)
        let output = Output()
        var isDamaged = false
        var next: UInt64?
        try prepare(walker, output)
        loop: while true {
            switch try walker.next() {
            case .end: break loop
            case .frame(let frame, let bytes, let offset):
                let description = FrameDescriber.describe(frame, bytes)
                if !description.faults.isEmpty { isDamaged = true }
                try show(description, offset: offset, length: frame.length, to: output)
                next = frame.sequence + 1
            case .zeros(let offset, let count):
                // What fills the block behind a frame is nothing to tell.
                if count < UInt64(Limits.blockBytes) { continue }
                try show(FrameDescription("zeros"), offset: offset, length: Int(count), to: output)
            case .gap(let offset, let count, let isLast):
                let isOld = isLast && isJournal && !continues(walker, at: offset, with: next)
                if isOld {
                    // A journal is written over what an earlier one has left.
                    try show(FrameDescription("remains"), offset: offset, length: Int(count), to: output)
                } else {
                    isDamaged = true
                    var description = FrameDescription("damaged")
                    description.faults = ["no frame matches its checksum here"]
                    try show(description, offset: offset, length: Int(count), to: output)
                    Messages.print("\(file): damage at byte \(offset), \(count) bytes")
                }
            }
        }
        try output.flush()
        if isDamaged { throw ExitCode.failure }
    }

    private var isJournal: Bool { file.split(separator: "/").dropLast().last == "journal" }

    /// Whether what begins here was to be the next frame.
    private func continues(_ walker: FrameWalker, at offset: UInt64, with number: UInt64?) -> Bool {
        for place in [offset, offset.roundedUpToBlock] where place < walker.size {
            guard let bytes = try? walker.bytes(at: place, count: FrameHeader.byteCount),
                let frame = FrameHeader(peeking: bytes, at: 0)
            else { continue }
            if frame.kind == FrameKind.batch.rawValue, number == nil || frame.sequence == number { return true }
        }
        return false
    }

    /// Finds out what the checksums of the file start from.
    private func prepare(_ walker: FrameWalker, _ output: Output) throws {
        let first = try walker.bytes(at: 0, count: 64 << 10)
        if let (header, _) = try? FileHeader.decode(first) {
            walker.seed = header.file.checksumSeed
            walker.isSegment = header.kind == .segment
            switch header.kind {
            case .journal: walker.kinds = [FrameKind.batch.rawValue]
            case .manifest: walker.kinds = [FrameKind.edit.rawValue]
            case .segment:
                walker.kinds = [FrameKind.block.rawValue, FrameKind.ids.rawValue, FrameKind.commit.rawValue]
            case .indexRun: break
            }
            return
        }
        if (try? StoreIdentity.decode(first)) != nil { return }
        // CURRENT and ANCHOR have the checksum of their store, which the file STORE beside them tells.
        let directory = file.contains("/") ? file.prefix(through: file.lastIndex(of: "/") ?? file.startIndex) : ""
        guard let store = try? FrameWalker(directory + "STORE"),
            let bytes = try? store.bytes(at: 0, count: 64 << 10), let identity = try? StoreIdentity.decode(bytes)
        else {
            throw MemoryError(
                .damaged, "The file begins with no header of a store's file, and no STORE stands beside it",
                at: .init(file: file, offset: 0))
        }
        walker.seed = identity.id.checksumSeed
        walker.firstSeed = walker.seed
    }

    private func show(_ description: FrameDescription, offset: UInt64, length: Int, to output: Output) throws {
        if json { return try output.line(description.json(offset: offset, length: length)) }
        let place = String(offset)
        let head = String(repeating: " ", count: max(0, 10 - place.utf8.count)) + place
        try output.line("\(head)  \(description.kind)  \(length) bytes  \(FrameDescription.text(description.fields))")
        for part in description.parts { try output.line("            \(FrameDescription.text(part))") }
        for fault in description.faults { try output.line("            damaged: \(fault)") }
    }
}
