internal import AgentMemory

/// LangChain's `FileChatMessageHistory`: a file is a session, an array of messages.
package struct LangChainFile: FileLayout {
    package let name = "langchain-file"
    package let summary = "Chat histories of LangChain in files"
    package let fileExtension = "json"

    package init() {}

    package func recognize(_ head: FileHead) -> Recognition? {
        guard head.isArray, let first = head.elements.first, let type = first["type"]?.stringValue,
            LangChainMessages.isType(type)
        else { return nil }
        guard let data = first["data"]?.objectValue else {
            return Recognition(.possible, "its first element has the type '\(type)'")
        }
        return data["content"] == nil
            ? Recognition(.likely, "its elements are {\"type\":\"\(type)\",\"data\":{…}}")
            : Recognition(.certain, "its elements are {\"type\":\"\(type)\",\"data\":{\"content\":…}}")
    }

    package func reader(_ options: ReadingOptions) -> any ForeignFileReader { LangChainFileReader() }
}

private struct LangChainFileReader: ForeignFileReader {
    private var file = ""
    private var cutter = ElementCutter(elementBytesMax: ReadingLimits.recordBytes)
    private var messages = LangChainMessages()

    mutating func begin(_ file: String, into output: inout ForeignOutput) {
        self = LangChainFileReader()
        self.file = file
    }

    mutating func add(_ bytes: UnsafeRawBufferPointer, into output: inout ForeignOutput) {
        take(cutter.add(bytes), into: &output)
    }

    mutating func end(into output: inout ForeignOutput) {
        take(cutter.finish(), into: &output)
    }

    private mutating func take(_ pieces: [ElementCutter.Piece], into output: inout ForeignOutput) {
        let session = output.options.session ?? FileName.session(of: file, extension: "json")
        for piece in pieces {
            guard let (bytes, place) = output.element(piece, of: file, named: "message") else { continue }
            let record = ForeignRecord(session: session, text: bytes[...], place: place)
            do throws(MemoryError) {
                let json = try JSONValue(parsing: bytes)
                messages.add(json, of: record, into: &output)
            } catch {
                output.refuse(place, error)
            }
        }
    }
}

extension ForeignOutput {
    /// The bytes and the place of an element. What is none is refused.
    mutating func element(
        _ piece: ElementCutter.Piece, of file: String, named name: String
    ) -> (bytes: [UInt8], place: ForeignPlace)? {
        switch piece {
        case .element(let bytes, let number, let line):
            return (bytes, ForeignPlace(file: file, line: line, record: "\(name) \(number)"))
        case .tooLong(let number, let line):
            refuse(ForeignPlace(file: file, line: line, record: "\(name) \(number)"), "It is longer than this can read")
        case .failure(let reason, let line):
            refuse(ForeignPlace(file: file, line: line), reason)
        }
        return nil
    }
}
