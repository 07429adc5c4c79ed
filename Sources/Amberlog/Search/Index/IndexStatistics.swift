internal import LogFiles
internal import LogFormat
internal import Synchronization

/// What ``StoreStatistics`` says of the index.
struct IndexStatistics: Sendable {
    var runs = 0
    var bytes: UInt64 = 0
    var messages: UInt64 = 0
    var memoryBytes = 0
    /// Every message of a batch up to this one is in a run.
    var through: UInt64 = 0
    /// `nil` when the store was opened without search, and nobody keeps watch.
    var isComplete: Bool?
}

extension Engine {
    /// O(runs), and reads nothing.
    var indexStatistics: IndexStatistics {
        var statistics = IndexStatistics()
        let (listed, through) = catalog.withLock { (Array($0.runs.values), $0.indexed) }
        statistics.through = through
        statistics.runs = listed.count
        statistics.bytes = listed.reduce(0) { $0 + RunFile.offset(ofPage: Int($1.pages)) }
        search.contents.withLock { contents in
            // A run that can't be read is of no use, though it is listed until it has been replaced.
            for run in listed where contents.damaged[run.number] == nil { statistics.messages += run.documents }
            for run in contents.memory { statistics.messages += UInt64(run.reader.documents) }
            statistics.memoryBytes = contents.memory.reduce(0) { $0 + $1.reader.residentBytes }
            statistics.memoryBytes += contents.disk?.reduce(0) { $0 + $1.reader.residentBytes } ?? 0
            if options.isSearchEnabled { statistics.isComplete = !contents.isCatchingUp }
        }
        statistics.memoryBytes += search.cache.bytes
        return statistics
    }
}
