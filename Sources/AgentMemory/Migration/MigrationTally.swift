import Synchronization

/// Counts for the sessions that are copied side by side.
final class MigrationTally: Sendable {
    private struct State {
        var result = MigrationResult()
        var progress: MigrationProgress
    }

    private let state: Mutex<State>
    private let report: (@Sendable (MigrationProgress) -> Void)?

    init(totalSessions: Int?, report: (@Sendable (MigrationProgress) -> Void)?) {
        state = Mutex(State(progress: MigrationProgress(totalSessions: totalSessions)))
        self.report = report
    }

    var result: MigrationResult {
        state.withLock { state in
            var result = state.result
            result.failedSessions.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            result.errors.sort()
            return result
        }
    }

    /// Whether going on makes no sense.
    var isStopped: Bool { state.withLock { $0.result.stoppedBy != nil } }

    func add(messages: Int) {
        change {
            $0.result.totalMessages += messages
            $0.progress.messages += messages
        }
    }

    func lose(_ loss: MigrationResult.Loss, _ count: Int = 1) {
        state.withLock { $0.result.lose(loss, count) }
    }

    func finish(_ outcome: SessionMigration.Outcome) {
        change { state in
            state.result.totalSessions += 1
            state.progress.sessions += 1
            switch outcome {
            case .copied: state.result.copiedSessions += 1
            case .unchanged: state.result.unchangedSessions += 1
            case .skipped: state.result.skippedSessions += 1
            }
        }
    }

    func fail(_ session: String, _ error: MemoryError) {
        change { state in
            state.result.totalSessions += 1
            state.progress.sessions += 1
            state.result.failedSessions.append(session)
            state.result.errors.append("\(session): \(error)")
            // The next session would meet the same.
            if state.result.stoppedBy == nil, Self.stops.contains(error.code) { state.result.stoppedBy = error }
        }
    }

    private static let stops: Set<MemoryError.Code> = [
        .closed, .poisoned, .noSpace, .readOnly, .unavailable, .timedOut, .locked,
    ]

    private func change(_ body: (inout sending State) -> Void) {
        let progress = state.withLock { state in
            body(&state)
            return state.progress
        }
        report?(progress)
    }
}
