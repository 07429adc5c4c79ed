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
        let writer = try tool.start(["import", "-"])
        writer.write(#"{"session_id":"b","role":"user","content":"x"}"# + "\n")
        // The writer holds the lock as soon as another is refused it.
        var code: Int32 = 0
        for _ in 0..<500 {
            code = try tool.run("save", "a", "again").exitCode
            if code == 75 { break }
            usleep(10_000)
        }
        try #require(code == 75)
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
}
