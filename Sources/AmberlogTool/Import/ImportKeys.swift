internal import AgentMemory

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// The keys of encrypted stores: from files or the environment. An argument would stand in the list of processes.
enum ImportKeys {
    static let variable = "AMBERLOG_IMPORT_KEY"
    private static let bytesMax = 64 << 10

    /// Those of the files, and that of the environment if it has one. Blocks.
    static func read(_ files: [String]) throws -> [String] {
        var keys = try files.map(key)
        if let value = getenv(variable).map({ String(cString: $0) }), !value.isEmpty { keys.append(value) }
        return keys
    }

    /// What a file has, without the newline at its end.
    private static func key(in path: String) throws -> String {
        let input = try InputFile(path)
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: bytesMax + 1, alignment: 16)
        defer {
            _ = memory.initializeMemory(as: UInt8.self, repeating: 0)
            memory.deallocate()
        }
        var count = 0
        while count < memory.count {
            let step = try input.read(into: UnsafeMutableRawBufferPointer(rebasing: memory[count...]))
            if step == 0 { break }
            count += step
        }
        guard count <= bytesMax, var key = String(validating: memory[..<count], as: UTF8.self) else {
            throw MemoryError(.invalidArgument, "This is no file of a key", at: .init(file: path))
        }
        if let last = key.last, last.isNewline { key.removeLast() }
        if key.isEmpty { throw MemoryError(.invalidArgument, "The file of the key is empty", at: .init(file: path)) }
        return key
    }
}
