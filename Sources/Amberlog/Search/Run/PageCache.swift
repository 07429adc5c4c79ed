internal import AgentMemory
internal import LogFiles
internal import Synchronization

/// A page of an index run, checked.
///
/// `@unchecked Sendable`: written before it is shared, only read afterwards.
final class IndexPage: @unchecked Sendable {
    let base: UnsafeMutableRawPointer

    init() {
        base = .allocate(byteCount: RunLayout.pageBytes, alignment: 64)
    }

    deinit {
        base.deallocate()
    }
}

/// The pages of index runs that were read lately, shared by all searches of a store.
///
/// Bounded; eviction is SIEVE, as in ``MessageCache``. A page in use outlives its eviction.
final class PageCache: Sendable {
    private struct Entry {
        var key: UInt64
        var page: IndexPage?
        var wasUsed: Bool
    }

    /// The entries stand in a ring in the order of their arrival: the hand that looks for a victim moves on, and the
    /// newcomer takes the victim's place. That is SIEVE but for the newcomer's place in the queue.
    private struct State {
        var entries: [Entry] = []
        var places: [UInt64: Int32] = [:]
        var hand = 0
    }

    private let pagesMax: Int
    private let state = Mutex(State())

    /// - Parameter bytes: What the pages may take.
    init(bytes: Int) {
        pagesMax = max(8, bytes / RunLayout.pageBytes)
    }

    /// The bytes that the pages take.
    var bytes: Int { state.withLock { $0.entries.count } * RunLayout.pageBytes }

    private static func key(_ run: UInt64, _ page: Int) -> UInt64 {
        run << 32 | UInt64(UInt32(truncatingIfNeeded: page))
    }

    func find(_ run: UInt64, _ page: Int) -> IndexPage? {
        state.withLock { state in
            guard let place = state.places[Self.key(run, page)] else { return nil }
            state.entries[Int(place)].wasUsed = true
            return state.entries[Int(place)].page
        }
    }

    func insert(_ page: IndexPage, _ run: UInt64, _ number: Int) {
        let key = Self.key(run, number)
        let victim = state.withLock { state -> IndexPage? in
            if state.places[key] != nil { return nil }
            let entry = Entry(key: key, page: page, wasUsed: false)
            if state.entries.count < pagesMax {
                state.places[key] = Int32(state.entries.count)
                state.entries.append(entry)
                return nil
            }
            while state.entries[state.hand].wasUsed {
                state.entries[state.hand].wasUsed = false
                state.hand = (state.hand + 1) % state.entries.count
            }
            let old = state.entries[state.hand]
            state.places[old.key] = nil
            state.entries[state.hand] = entry
            state.places[key] = Int32(state.hand)
            state.hand = (state.hand + 1) % state.entries.count
            return old.page
        }
        // Freed here, not under the lock.
        withExtendedLifetime(victim) {}
    }

    /// Lets the pages of a run go that isn't there any more.
    func remove(run: UInt64) {
        state.withLock { state in
            var kept: [Entry] = []
            kept.reserveCapacity(state.entries.count)
            state.places.removeAll(keepingCapacity: true)
            for entry in state.entries where entry.key >> 32 != run {
                state.places[entry.key] = Int32(kept.count)
                kept.append(entry)
            }
            state.entries = kept
            state.hand = 0
        }
    }
}

/// Reads runs in files through the cache, and keeps the pages that it has read until it goes: one for each search.
final class CachedAccess: RunAccess {
    private let run: RunBytes
    private let cache: PageCache
    private let patience: SegmentReader.Patience
    private var pages: [Int: IndexPage] = [:]
    @exclusivity(unchecked) private var last = -1
    @exclusivity(unchecked) private var lastBase: UnsafeRawPointer?

    init(_ run: RunBytes, _ cache: PageCache, _ patience: SegmentReader.Patience) {
        self.run = run
        self.cache = cache
        self.patience = patience
    }

    func bytes(at address: UInt64) throws(MemoryError) -> UnsafeRawBufferPointer {
        let page = RunLayout.page(of: address)
        if page != last {
            lastBase = try base(of: page)
            last = page
        }
        let offset = RunLayout.offset(in: address)
        return UnsafeRawBufferPointer(start: lastBase.unsafelyUnwrapped + offset, count: RunLayout.pageBytes - offset)
    }

    private func base(of page: Int) throws(MemoryError) -> UnsafeRawPointer {
        if let known = pages[page] { return UnsafeRawPointer(known.base) }
        if let cached = cache.find(run.cacheKey, page) {
            pages[page] = cached
            return UnsafeRawPointer(cached.base)
        }
        let fresh = IndexPage()
        guard page < run.pages else { throw run.damaged("A page that doesn't exist is pointed to", page: page) }
        guard try run.read(page..<(page + 1), into: fresh.base, patience) else { throw .wouldBlock }
        cache.insert(fresh, run.cacheKey, page)
        pages[page] = fresh
        return UnsafeRawPointer(fresh.base)
    }
}

extension MemoryError {
    /// Not an error that anyone sees: the search starts over where it may wait.
    static let wouldBlock = MemoryError(.inputOutput, "An index page is not cached", systemErrorNumber: -1)

    var isWouldBlock: Bool { systemErrorNumber == -1 && code == .inputOutput }
}
