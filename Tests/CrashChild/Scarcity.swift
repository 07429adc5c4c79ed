import AgentMemory
import Amberlog
import Foundation

/// Stores that lack something. Each says "ok" and what it did, or what went wrong.
extension CrashChild {
    private struct Wrong: Error, CustomStringConvertible {
        var description: String
    }

    private static func expect(_ condition: Bool, _ what: @autoclosure () -> String) throws {
        if !condition { throw Wrong(description: what()) }
    }

    private static func messages(_ range: ClosedRange<Int>, bytes: Int) -> [Message] {
        range.map { Message(role: .user, content: "message \($0) " + String(repeating: "amber ", count: bytes / 6)) }
    }

    /// Fills the volume, three times: saves fail with a typed error, everything that was saved is there, and clearing
    /// gives room.
    static func fill(_ directory: String) async throws {
        var options = StoreOptions()
        options.initialJournalBytes = 256 << 10
        options.maximumJournalBytes = 1 << 20
        var store = try await AmberlogStore.open(directory, options: options)
        var saved: [String: Int] = [:]
        var refusals = 0
        for round in 0..<3 {
            filling: while true {
                for session in ["a", "b", "c"] {
                    let next = saved[session, default: 0] + 1
                    do {
                        try await store.save(messages(next...next + 9, bytes: 400), to: session)
                        saved[session] = next + 9
                    } catch let error as MemoryError where error.code == .noSpace {
                        refusals += 1
                        try expect(error.retry == .later, "a full disk says \(error.retry)")
                        break filling
                    }
                }
            }
            for (session, count) in saved {
                let there = try await store.load(session).count
                try expect(there == count, "round \(round): \(session) has \(there) of \(count) messages")
            }
            let victim = ["a", "b", "c"][round]
            try await store.clear(victim)
            saved[victim] = 0
            // The room comes with the next checkpoint, which the next save brings about.
            var attempts = 0
            while true {
                do {
                    try await store.save(messages(1...10, bytes: 400), to: victim)
                    saved[victim] = 10
                    break
                } catch let error as MemoryError where error.code == .noSpace && attempts < 50 {
                    attempts += 1
                    try? await store.checkpoint()
                }
            }
            if round == 1 {
                try await store.close()
                store = try await AmberlogStore.open(directory, options: options)
            }
        }
        for (session, count) in saved {
            let there = try await store.load(session).count
            try expect(there == count, "at the end: \(session) has \(there) of \(count) messages")
        }
        try await store.close()
        let report = try await AmberlogStore.verify(directory, depth: .deep)
        try expect(report.isWhole, "\(report.damages)")
        say("ok \(refusals) refusals")
    }

    /// Two hundred sessions with twenty-four descriptors.
    /// What fails for want of a descriptor is done when there is one: nothing takes it for a synchronization that failed.
    private static func writeWithoutDescriptors(_ store: AmberlogStore) async throws {
        var taken: [Int32] = []
        while true {
            let descriptor = open("/dev/null", O_RDONLY)
            if descriptor < 0 { break }
            taken.append(descriptor)
        }
        try expect(!taken.isEmpty, "no descriptor was free")
        var failures = 0
        for round in 0..<4 {
            do {
                try await store.save(messages(1...3, bytes: 50_000), to: "without \(round)")
                try await store.checkpoint()
                _ = try await store.load("s\(round)")
            } catch let error as MemoryError where error.code == .inputOutput {
                failures += 1
            }
        }
        try expect(failures > 0, "nothing needed a descriptor")
        for descriptor in taken { close(descriptor) }
        for round in 0..<4 {
            try await store.save(messages(4...5, bytes: 100), to: "without \(round)")
            try await store.checkpoint()
            try await store.clear("without \(round)")
        }
    }

    static func starve(_ directory: String) async throws {
        var limit = rlimit(rlim_cur: 24, rlim_max: 24)
        #if canImport(Darwin)
            try expect(setrlimit(RLIMIT_NOFILE, &limit) == 0, "setrlimit")
        #else
            try expect(setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0, "setrlimit")
        #endif
        var store = try await AmberlogStore.open(directory)
        for session in 0..<200 { try await store.save(messages(1...3, bytes: 5000), to: "s\(session)") }
        try await store.checkpoint()
        for session in 0..<200 { try await store.save(messages(4...5, bytes: 5000), to: "s\(session)") }
        try await store.checkpoint()
        try await writeWithoutDescriptors(store)
        _ = try await store.compact()
        for session in 0..<200 {
            let count = try await store.load("s\(session)").count
            try expect(count == 5, "s\(session) has \(count) messages")
        }
        let hits = try await store.searchResults("amber", options: SearchOptions(limit: 50)).hits
        try expect(hits.count == 50, "\(hits.count) hits")
        _ = try await store.backUp(to: directory + ".backup")
        try await store.close()
        store = try await AmberlogStore.open(directory)
        for session in stride(from: 0, to: 200, by: 3) { try await store.erase("s\(session)") }
        let left = store.statistics.sessions
        try expect(left == 133, "\(left) sessions")
        try await store.close()
        let report = try await AmberlogStore.verify(directory, depth: .deep)
        try expect(report.isWhole, "\(report.damages)")
        say("ok")
    }

    /// Reads and verifies where nothing can be written.
    static func look(_ directory: String) async throws {
        do {
            _ = try await AmberlogStore.open(directory)
            throw Wrong(description: "opened for writing")
        } catch let error as MemoryError {
            try expect(error.code == .readOnly, "opening for writing: \(error)")
        }
        var options = StoreOptions()
        options.access = .readOnly
        let store = try await AmberlogStore.open(directory, options: options)
        let messages = try await store.load("a").count
        let hits = try await store.searchResults("+amber").hits.count
        try await store.close()
        let report = try await AmberlogStore.verify(directory, depth: .deep)
        try expect(report.isWhole, "\(report.damages)")
        say("ok \(messages) messages, \(hits) hits")
    }
}
