internal import AgentMemory

/// Reads a file that is an array of conversations, one conversation after another.
struct ConversationsReader: ForeignFileReader {
    /// Makes messages of one conversation.
    typealias Mapping = (JSONValue, [UInt8], ForeignPlace, inout ForeignOutput) -> Void

    private let map: Mapping
    private var file = ""
    private var cutter = ElementCutter()

    init(map: @escaping Mapping) {
        self.map = map
    }

    mutating func begin(_ file: String, into output: inout ForeignOutput) {
        self.file = file
        cutter = ElementCutter()
    }

    mutating func add(_ bytes: UnsafeRawBufferPointer, into output: inout ForeignOutput) {
        for piece in cutter.add(bytes) { take(piece, into: &output) }
    }

    mutating func end(into output: inout ForeignOutput) {
        for piece in cutter.finish() { take(piece, into: &output) }
    }

    private func take(_ piece: ElementCutter.Piece, into output: inout ForeignOutput) {
        guard let (bytes, place) = output.element(piece, of: file, named: "conversation") else { return }
        do throws(MemoryError) {
            map(try JSONValue(parsing: bytes), bytes, place, &output)
        } catch {
            output.refuse(place, error)
        }
    }
}
