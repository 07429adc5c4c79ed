import AgentMemory

@testable import ForeignStores

/// What reads the files of other libraries' stores: any bytes give messages that a store takes, and refusals.
extension FuzzTarget {
    static let foreign: [FuzzTarget] = [
        target(OpenAIChat()), target(ClaudeCode()), target(ChatGPTExport()), target(ClaudeExport()),
        target(FoundationModels()), target(StrandsFiles()), target(LangChainFile()),
    ]

    private static func target(_ layout: any FileLayout & Sendable) -> FuzzTarget {
        FuzzTarget(
            layout.name, rounds: 300, seeds: { (ForeignSeeds.all[layout.name] ?? [:]).mapValues { Array($0.utf8) } }
        ) { input in
            let whole = read(layout, input, block: max(1, input.count), keepsOriginal: false)
            for block in [1, 7] {
                let inBlocks = read(layout, input, block: block, keepsOriginal: false)
                try require(inBlocks.messages == whole.messages, "Other messages in blocks of \(block)")
                try require(inBlocks.refusals == whole.refusals, "Other refusals in blocks of \(block)")
            }
            for said in whole.said {
                try MemoryLimits.validate(sessionID: said.session)
                try MemoryLimits.validate([said.message])
            }
            let kept = read(layout, input, block: input.count + 1, keepsOriginal: true)
            try require(kept.messages == whole.messages, "Other messages with their originals")
            for said in kept.said {
                guard let original = said.original else { continue }
                // Of an answer of Claude Code, a line each.
                for line in layout.fileExtension == "jsonl" ? original.split(separator: "\n") : [original[...]] {
                    _ = try JSONValue(parsing: String(line))
                }
            }
        }
    }

    private struct Reading {
        var said: [ForeignOutput.Said] = []
        var refusals: [ForeignRefusal] = []

        var messages: [Message] { said.map(\.message) }
    }

    private static func read(
        _ layout: any FileLayout, _ input: UnsafeRawBufferPointer, block: Int, keepsOriginal: Bool
    ) -> Reading {
        let options = ReadingOptions(
            session: layout is any DirectoryLayout ? "s" : nil, unknownTime: Timestamp(microseconds: 1),
            keepsOriginal: keepsOriginal)
        var output = ForeignOutput(options)
        var reader = layout.reader(options)
        reader.begin("d/message_1." + layout.fileExtension, into: &output)
        for start in stride(from: 0, to: input.count, by: block) {
            reader.add(UnsafeRawBufferPointer(rebasing: input[start..<min(input.count, start + block)]), into: &output)
        }
        reader.end(into: &output)
        reader.finish(into: &output)
        var reading = Reading()
        for item in output.takeItems() {
            switch item {
            case .message(let said): reading.said.append(said)
            case .refusal(let refusal): reading.refusals.append(refusal)
            case .session: break
            }
        }
        return reading
    }
}

/// The cutting of arrays, of objects into their members, and the mending of JSON that was cut off.
extension FuzzTarget {
    static let elements = FuzzTarget(
        "elements", rounds: 1000,
        seeds: {
            ForeignSeeds.all.values.reduce(into: [:]) { $0.merge($1) { one, _ in one } }.mapValues { Array($0.utf8) }
        }
    ) { input in
        let whole = pieces(input, block: max(1, input.count))
        for block in [1, 5] {
            try require(pieces(input, block: block) == whole, "Other elements in blocks of \(block)")
        }
        let bytes = Array(input)
        if let value = try? JSONValue(parsing: bytes) {
            if case .array(let elements) = value {
                let slices = JSONSlices.elements(of: bytes[...])
                try require(slices.count == elements.count, "\(slices.count) elements of \(elements.count)")
                for (slice, element) in zip(slices, elements) {
                    try require(try JSONValue(parsing: Array(slice)) == element, "An element is another one")
                }
            }
            if case .object(let members) = value {
                let slices = JSONSlices.members(of: bytes[...])
                try require(Set(slices.map(\.key)) == Set(members.keys), "Other keys: \(slices.map(\.key))")
                for (key, member) in members {
                    let last = JSONSlices.member(key, of: bytes[...])
                    try require(try JSONValue(parsing: Array(last)) == member, "\(key) is another member")
                }
            }
        } else {
            // Anything, as long as it ends.
            _ = JSONSlices.members(of: bytes[...])
            _ = JSONSlices.elements(of: bytes[...])
        }
        _ = ForeignLayouts.files.recognize(FileHead(path: "f", bytes: bytes, isWhole: false))
    }

    private static func pieces(_ input: UnsafeRawBufferPointer, block: Int) -> [ElementCutter.Piece] {
        var cutter = ElementCutter(elementBytesMax: 200)
        var pieces: [ElementCutter.Piece] = []
        for start in stride(from: 0, to: input.count, by: block) {
            pieces += cutter.add(
                UnsafeRawBufferPointer(rebasing: input[start..<min(input.count, start + block)]))
        }
        return pieces + cutter.finish()
    }
}
