internal import AgentMemory
internal import Amberlog

/// What the sources of one import share: where it goes, what it did, and what couldn't be imported.
final class ImportRun {
    let options: Importer.Options
    let saver: SessionSaver
    var report = ImportReport()
    private let shared: Shared

    /// What is told on the way. A class, because the saver tells of sessions, too.
    private final class Shared {
        var bad: BadInput
        var progress: Progress
        /// The source at hand.
        var file = ""

        init(bad: BadInput, progress: Progress) {
            (self.bad, self.progress) = (bad, progress)
        }
    }

    /// - Parameter total: The bytes of all sources, for the progress bar.
    init(_ store: AmberlogStore, _ options: Importer.Options, total: UInt64?) {
        self.options = options
        let shared = Shared(
            bad: BadInput(tell: options.tell), progress: Progress(total: total, counting: "messages"))
        self.shared = shared
        saver = SessionSaver(store, source: options.source) { session, count in
            shared.progress.clear()
            shared.bad.add(
                shared.file,
                "Session \(session) was imported before from a source that begins like this one but has other messages "
                    + "among its first \(count): nothing is added to it; --source NAME tells the two apart")
        }
    }

    /// Another source begins.
    func begin(_ file: String) {
        shared.file = file
        report.files += 1
        saver.beginSource()
    }

    func update(done: UInt64) {
        shared.progress.update(done: done, count: saver.messages + saver.present)
    }

    /// Tells what couldn't be imported.
    ///
    /// - Throws: ``StrictStop`` if that ends the import.
    func refuse(_ place: String, _ reason: String) throws {
        tell(place, reason)
        if options.isStrict { throw StrictStop() }
    }

    /// Tells it, and goes on in any case.
    func tell(_ place: String, _ reason: String) {
        shared.progress.clear()
        shared.bad.add(place, reason)
    }

    /// Says what was passed over, once everything has been read.
    func finish() -> ImportReport {
        shared.progress.clear()
        shared.bad.tellRest()
        report.refused = shared.bad.count
        report.messages = saver.messages
        report.present = saver.present
        report.duplicates = saver.duplicates
        report.replaced = saver.replaced
        report.sessions = saver.sessions
        return report
    }
}
