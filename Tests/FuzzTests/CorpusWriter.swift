import Foundation
import FuzzTargets
import Testing

/// Writes the inputs that fuzzing begins with. Runs only with `AMBERLOG_WRITE_FIXTURES=1`.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["AMBERLOG_WRITE_FIXTURES"] != nil))
struct CorpusWriter {
    @Test(arguments: FuzzTarget.all)
    func `write the seeds`(_ target: FuzzTarget) throws {
        try Corpus.write(target)
    }
}
