import AgentMemory
import Foundation
import Testing

/// Stores of other libraries are imported as Tests/ForeignStores specifies, once.
@Suite struct ForeignImportTests {
    private let tool: Tool

    init() throws {
        tool = try Tool()
    }

    private func report(_ arguments: String...) throws -> JSONValue {
        let result = try tool.run(["import", "--json"] + arguments)
        return try #require(try result.json().first, "\(result.messages)")
    }

    @Test func `every layout is there`() {
        #expect(ForeignStore.all.count >= 8)
    }

    @Test(arguments: ForeignStore.all)
    func `everything is imported, and nothing the second time`(_ store: ForeignStore) async throws {
        let path = try store.copy(to: tool.path)
        let count = Int64(try store.expected().values.map(\.count).reduce(0, +))
        let first = try report("--format", store.layout, path)
        #expect(first["messages"]?.integerValue == count)
        #expect(first["refused"]?.integerValue == (try store.refused()))
        #expect(first["sessions"]?.integerValue == Int64(try store.expected().count))
        let contents = try await StoreContents(tool.store)
        try contents.expect(store)
        let second = try report("--format", store.layout, path)
        #expect(second["messages"] == 0)
        #expect(second["present"]?.integerValue == count)
        #expect(second["refused"] == first["refused"])
        let again = try await StoreContents(tool.store)
        #expect(again.messages == contents.messages && again.metadata == contents.metadata)
    }

    @Test(arguments: ForeignStore.all)
    func `with the originals, which make no message a new one`(_ store: ForeignStore) async throws {
        let path = try store.copy(to: tool.path)
        let first = try report("--format", store.layout, path, "--keep-original")
        let contents = try await StoreContents(tool.store)
        try contents.expect(store)
        let originals = contents.messages.values.joined().compactMap { $0.metadata["original"]?.stringValue }
        #expect(originals.count > 10)
        for original in originals {
            for line in store.layout == "claude-code" ? original.split(separator: "\n") : [original[...]] {
                #expect(throws: Never.self) { try JSONValue(parsing: String(line)) }
            }
        }
        let fields = (first["losses"]?.arrayValue ?? []).filter { $0["kind"]?.stringValue?.hasPrefix("field") ?? false }
        #expect(fields.isEmpty)
        #expect(try report("--format", store.layout, path)["messages"] == 0)
    }

    @Test(arguments: ForeignStore.all.filter { $0.layout != "openai-chat" })
    func `a directory is recognized without being told`(_ store: ForeignStore) async throws {
        let path = try store.copy(to: tool.path)
        _ = try report(path)
        try await StoreContents(tool.store).expect(store)
    }

    @Test(arguments: ForeignStore.all)
    func `strict stops at the first that is refused, and keeps what came before`(_ store: ForeignStore) throws {
        let path = try store.copy(to: tool.path)
        let result = try tool.run("import", "--format", store.layout, path, "--strict", "--json")
        #expect(result.exitCode == 1)
        #expect(try result.json().first?["refused"] == 1)
        #expect(result.messageLines.count == 1)
    }

    /// Of every file a part, then more of it, then all: as if it had been imported once.
    @Test(arguments: ForeignStore.all.filter { $0.layout != "foundation-models" && $0.layout != "strands-files" })
    func `a store that is cut off, and then grows`(_ store: ForeignStore) async throws {
        let whole = try store.copy(to: tool.path)
        let files = try FileManager.default.subpathsOfDirectory(atPath: whole).filter { $0.contains(".json") }
        let grown = tool.path + "/grown"
        for part in [0.13, 0.4, 0.77, 1] {
            for file in files {
                let bytes = try Tool.bytes(whole + "/" + file)
                let path = grown + "/" + file
                try FileManager.default.createDirectory(
                    atPath: URL(filePath: path).deletingLastPathComponent().path, withIntermediateDirectories: true)
                // An edited prompt makes another conversation of the one that was imported.
                let isEdited = bytes.firstRange(of: Array("as it was typed first".utf8)) != nil
                let count = isEdited ? bytes.count : Int(Double(bytes.count) * part)
                try tool.overwrite(path, Array(bytes[..<count]))
            }
            _ = try report("--format", store.layout, grown)
        }
        try await StoreContents(tool.store).expect(store)
        #expect(try report("--format", store.layout, grown)["refused"]?.integerValue == (try store.refused()))
    }

    @Test func `links that go around, and what can't be opened`() throws {
        let line = #"{"type":"user","uuid":"u","parentUuid":null,"message":{"content":"x"}}"#
        let folder = tool.path + "/p"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try tool.file("p/s.jsonl", line)
        try FileManager.default.createSymbolicLink(atPath: folder + "/around", withDestinationPath: folder)
        try FileManager.default.createSymbolicLink(atPath: folder + "/gone.jsonl", withDestinationPath: "nowhere")
        let found = try report(folder)
        #expect(found["messages"] == 1 && found["refused"] == 1)
    }
}
