package import AgentMemory
package import Amberlog
package import AmberlogTestKit
package import LogFiles

/// A store on a simulated disk that can be opened again and again.
package struct StoreFixture: Sendable {
    package let disk: SimulatedDisk
    package let clock: ManualClock
    package var options: StoreOptions
    package var volumeSync = SimulatedFileSystem.VolumeSyncScope.everything
    package var cachedReads = SimulatedFileSystem.CachedReads.always

    package init(disk: SimulatedDisk = SimulatedDisk(), clock: ManualClock = ManualClock()) {
        self.disk = disk
        self.clock = clock
        options = Self.smallOptions(clock: clock)
    }

    /// Everything in the caller, small journals, nothing in the background.
    package static func smallOptions(clock: ManualClock) -> StoreOptions {
        var options = StoreOptions()
        options.initialJournalBytes = 32 << 10
        options.maximumJournalBytes = 64 << 10
        options.compactAfter = nil
        // Suites that are about searching turn it on.
        options.searchEnabled = false
        // Every load reads what the disk holds.
        options.cacheBytes = 0
        options.clock = clock
        options.scheduling = .inline
        return options
    }

    /// Opens the store as another process would.
    package func open(
        _ files: (any FileSystem)? = nil, _ change: (inout StoreOptions) -> Void = { _ in }
    ) async throws -> AmberlogStore {
        var options = options
        change(&options)
        return try await AmberlogStore.open(
            files ?? SimulatedFileSystem(disk, cachedReads: cachedReads, volumeSync: volumeSync), options: options)
    }

    /// The same on another disk.
    package func on(_ disk: SimulatedDisk) -> StoreFixture {
        var fixture = StoreFixture(disk: disk, clock: clock)
        fixture.options = options
        fixture.volumeSync = volumeSync
        fixture.cachedReads = cachedReads
        return fixture
    }

    /// Opens what a killed process would leave on the disk now, or, with a choice, what a power loss would.
    package func afterCrash(_ choice: CrashChoice? = nil) -> StoreFixture {
        let image = choice.map { disk.crashImage(after: disk.operationCount, choosing: $0) } ?? disk.copy()
        return on(image)
    }
}

/// Messages of short contents.
package func texts(_ contents: String..., role: Role = .user) -> [Message] {
    contents.map { Message(role: role, content: $0, timestamp: Timestamp(microseconds: ManualClock.start_µs)) }
}

/// Numbered messages.
package func numbered(_ range: ClosedRange<Int>, bytes: Int = 0) -> [Message] {
    range.map { number in
        var content = "message \(number)"
        if content.utf8.count < bytes { content += String(repeating: "x", count: bytes - content.utf8.count) }
        return Message(
            role: number.isMultiple(of: 2) ? .assistant : .user, content: content,
            timestamp: Timestamp(microseconds: ManualClock.start_µs + Int64(number)))
    }
}

/// The code of the error that an operation throws, `nil` when it throws none.
package func code(of operation: () async throws -> Void) async -> MemoryError.Code? {
    do {
        try await operation()
        return nil
    } catch let error as MemoryError {
        return error.code
    } catch {
        return .unsupported
    }
}

/// Begins asynchronous work on a thread of its own.
///
/// Swift's own threads may all be blocked by tests that wait, or be busy for minutes with those that compute; and `Task` by
/// itself goes there, whatever the executor is on which it is made.
package func begin<Value: Sendable>(
    _ work: @escaping @Sendable () async throws -> Value
) throws(FileError) -> Task<Value, any Error> {
    let thread = try ThreadExecutor(threads: 1)
    return Task.detached(executorPreference: thread) {
        defer { thread.stop() }
        return try await work()
    }
}

/// Whether asynchronous work is done after so long. Blocks: for an action of a fault, on a thread of the store, that waits
/// for others to have done something, and goes on all the same where they wait for it.
package func isDone(within timeout_ms: Int = 120_000, _ work: @escaping @Sendable () async throws -> Void) -> Bool {
    let isDone = Monitor(false)
    let task = try? begin {
        try? await work()
        isDone.withLock { $0 = true }
        isDone.signal()
    }
    return task != nil && isDone.withLock(when: { $0 }, timeout_ms: timeout_ms) { _, isDone in isDone }
}

/// Waits until something is so, at most two minutes or so, and tells whether it is.
package func isReached(_ condition: () throws -> Bool) async throws -> Bool {
    for _ in 0..<120_000 {
        if try condition() { return true }
        try await Task.sleep(for: .milliseconds(1))
    }
    return false
}
