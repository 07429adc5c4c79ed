internal import AgentMemory
internal import LogFiles
internal import LogFormat

/// The store behind ``AmberlogStore``: one lock over what is in memory, a thread that commits, a thread that
/// maintains.
///
/// The files of this type, by concern: `Journal/Committing`, `Segments/Reading`, `Maintenance/…`, `Recovery/…`.
final class Engine: Sendable {
    let files: any FileSystem
    let options: ResolvedOptions
    let identity: StoreIdentity
    let clock: any WallClock
    let state: Monitor<EngineState>
    /// The manifest in force. Locked for as long as an edit takes; never while holding `state`.
    let catalog: Monitor<Catalog>
    let maintenance: Monitor<MaintenanceState>
    let anchor: Monitor<AnchorFile?>
    /// Holds the flock for as long as the engine lives.
    let lockFile: (any File)?
    let threads: Monitor<[WorkerThread]>
    let io: IOThreads
    let cursors = CursorCache()
    let search: SearchIndex
    let indexer = Monitor(IndexerState())

    init(
        files: any FileSystem, options: ResolvedOptions, identity: StoreIdentity, clock: any WallClock,
        state: sending EngineState, catalog: sending Catalog, anchor: sending AnchorFile?, lockFile: (any File)?
    ) {
        self.files = files
        self.options = options
        self.identity = identity
        self.clock = clock
        self.state = Monitor(state)
        self.catalog = Monitor(catalog)
        self.anchor = Monitor(anchor)
        self.lockFile = lockFile
        maintenance = Monitor(MaintenanceState())
        threads = Monitor([])
        search = SearchIndex(cacheBytes: options.indexCacheBytes, stemsEnglish: options.stemsEnglish)
        io = IOThreads(isInline: options.scheduling == .inline)
    }

    var isReadOnly: Bool { options.access == .readOnly }
}
