internal import AgentMemory
internal import LogFiles

/// Reads a file on a thread of its own, a few blocks ahead of whoever takes them.
final class BlockReader: Sendable {
    /// A fixed buffer and how much of it is filled.
    ///
    /// `@unchecked Sendable`: belongs to the reading thread or to the taker, never to both.
    final class Block: @unchecked Sendable {
        fileprivate let memory: UnsafeMutableRawBufferPointer
        fileprivate(set) var count = 0
        /// How much of the file had been read when this was filled.
        fileprivate(set) var position: UInt64 = 0

        fileprivate init() {
            memory = .allocate(byteCount: BlockReader.blockBytes, alignment: 16)
        }

        deinit {
            memory.deallocate()
        }

        var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: memory[..<count]) }
    }

    private struct State {
        var free: [Block] = []
        var full: [Block] = []
        var end: Result<Void, MemoryError>?
        var waiter: UnsafeContinuation<Void, Never>?
        var isCancelled = false
    }

    private static let blockBytes = 512 << 10
    private static let blocks = 4

    private let state: Monitor<State>

    /// Begins to read.
    init(_ file: InputFile) throws {
        state = Monitor(State())
        state.withLock { state in state.free = (0..<Self.blocks).map { _ in Block() } }
        _ = try WorkerThread(name: "amberlog-input") { [self] in read(file) }
    }

    /// The next block, `nil` at the end. Give it back with ``recycle(_:)``.
    func next() async throws -> Block? {
        while true {
            let (block, end) = state.withLock { state -> (Block?, Result<Void, MemoryError>?) in
                state.full.isEmpty ? (nil, state.end) : (state.full.removeFirst(), nil)
            }
            if let block { return block }
            if let end {
                try end.get()
                return nil
            }
            await withUnsafeContinuation { (waiter: UnsafeContinuation<Void, Never>) in
                let mustWait = state.withLock { state -> Bool in
                    guard state.full.isEmpty, state.end == nil else { return false }
                    state.waiter = waiter
                    return true
                }
                if !mustWait { waiter.resume() }
            }
        }
    }

    func recycle(_ block: Block) {
        state.withLock { $0.free.append(block) }
        state.signal()
    }

    /// Ends the thread. Nothing may be taken afterwards.
    func cancel() {
        state.withLock { $0.isCancelled = true }
        state.signal()
    }

    private func read(_ file: InputFile) {
        while true {
            let block = state.withLock(when: { !$0.free.isEmpty || $0.isCancelled }) { state -> Block? in
                state.isCancelled ? nil : state.free.removeLast()
            }
            guard let block else { return }
            do throws(MemoryError) {
                block.count = try file.read(into: block.memory)
                block.position = file.position
                if block.count == 0 {
                    finish(.success(()))
                    return
                }
                let waiter = state.withLock { state -> UnsafeContinuation<Void, Never>? in
                    state.full.append(block)
                    defer { state.waiter = nil }
                    return state.waiter
                }
                waiter?.resume()
            } catch {
                finish(.failure(error))
                return
            }
        }
    }

    private func finish(_ end: Result<Void, MemoryError>) {
        let waiter = state.withLock { state -> UnsafeContinuation<Void, Never>? in
            state.end = end
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }
}
