import AgentMemory
import Foundation
import Testing

@testable import ForeignStores

/// Directories of the disk, as an import walks them.
struct Disk: DirectoryListing {
    /// Names at the top that are no part of a store.
    var hidden: Set<String> = []

    func entries(of directory: String) throws -> [DirectoryEntry] {
        try FileManager.default.contentsOfDirectory(atPath: directory)
            .filter { !hidden.contains($0) }
            .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            .map { name in
                var isDirectory: ObjCBool = false
                _ = FileManager.default.fileExists(atPath: directory + "/" + name, isDirectory: &isDirectory)
                return DirectoryEntry(name: name, isDirectory: isDirectory.boolValue)
            }
    }

    func head(of file: String) throws -> FileHead {
        let bytes = Array(try Data(contentsOf: URL(filePath: file)))
        return FileHead(
            path: file, bytes: Array(bytes.prefix(FileHead.bytesMax)), isWhole: bytes.count <= FileHead.bytesMax)
    }
}

/// What was read of a store.
struct Found {
    var said: [ForeignOutput.Said] = []
    var sessions: [String: [String: JSONValue]] = [:]
    var refusals: [ForeignRefusal] = []
    var losses = LossReport()

    static let unknownTime = Timestamp(microseconds: 42)

    /// The messages of a session, in their order.
    func messages(_ session: String) -> [Message] { said.filter { $0.session == session }.map(\.message) }

    mutating func take(_ output: inout ForeignOutput) {
        for item in output.takeItems() {
            switch item {
            case .message(let said): self.said.append(said)
            case .session(let id, let metadata): sessions[id, default: [:]].merge(metadata) { _, new in new }
            case .refusal(let refusal): refusals.append(refusal)
            }
        }
        losses = output.losses
    }

    /// Reads bytes as a file of a layout.
    ///
    /// - Parameter block: They come in blocks of so many.
    static func read(
        _ layout: any FileLayout, _ files: [(name: String, bytes: [UInt8])], session: String? = nil,
        keepsOriginal: Bool = false, block: Int = 1 << 19
    ) -> Found {
        let options = ReadingOptions(session: session, unknownTime: unknownTime, keepsOriginal: keepsOriginal)
        var output = ForeignOutput(options)
        var reader = layout.reader(options)
        var found = Found()
        for file in files {
            reader.begin(file.name, into: &output)
            for start in stride(from: 0, to: file.bytes.count, by: block) {
                file.bytes[start..<min(file.bytes.count, start + block)].withUnsafeBytes {
                    reader.add($0, into: &output)
                }
                found.take(&output)
            }
            reader.end(into: &output)
            found.take(&output)
        }
        reader.finish(into: &output)
        found.take(&output)
        return found
    }

    /// Reads a text as the only file.
    static func read(
        _ layout: any FileLayout, _ text: String, file: String = "file.json", session: String? = nil,
        keepsOriginal: Bool = false, block: Int = 1 << 19
    ) -> Found {
        read(
            layout, [(file, Array(text.utf8))], session: session, keepsOriginal: keepsOriginal, block: block)
    }
}
