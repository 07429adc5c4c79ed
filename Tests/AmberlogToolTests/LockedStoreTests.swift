import AgentMemory
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// One process writes; the others are told so, and may read.
@Suite struct LockedStoreTests {
    @Test func `writers get 75, readers read`() throws {
        let tool = try Tool()
        try tool.run("save", "a", "hello")
        let writer = try #require(try startWriter(tool))
        for command in [["compact"], ["sweep"], ["clear", "a", "--yes"]] {
            let refused = try tool.start(command).finish()
            #expect(refused.exitCode == 75)
            #expect(refused.messageLines.count == 1)
            #expect(refused.messages.contains(tool.store))
        }
        for command in [["load", "a"], ["sessions"], ["stats"], ["search", "hello"], ["export"]] {
            let read = try tool.start(command).finish()
            #expect(read.exitCode == 0, "\(command): \(read.messages)")
        }
        #expect(try writer.finish().exitCode == 0)
        #expect(try tool.run("load", "b", "--json").lines.count == 1)
    }

    /// Starts an import that waits for more input, and makes sure that it holds the lock.
    private func startWriter(_ tool: Tool) throws -> Tool.Running? {
        for _ in 0..<20 {
            let writer = try tool.start(["import", "-"])
            writer.write(#"{"session_id":"b","role":"user","content":"x"}"# + "\n")
            usleep(300_000)
            if try tool.run("save", "a", "again").exitCode == 75 { return writer }
            // It had not come so far, or met the save's lock.
            writer.kill()
        }
        return nil
    }
}
