internal import LogFiles
package import Testing

/// Runs a suite's tests on threads of their own.
///
/// What tries ten thousand states computes for minutes. On Swift's own threads, of which there are as many as processors,
/// that would starve the tests that wait for one of them to do a short thing.
package struct OwnThreads: SuiteTrait, TestTrait, TestScoping {
    package var isRecursive: Bool { true }

    private static let threads = Result { () throws(FileError) in try ThreadExecutor(threads: 3) }

    package func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        try await withTaskExecutorPreference(try Self.threads.get()) { try await function() }
    }
}

extension Trait where Self == OwnThreads {
    package static var ownThreads: Self { OwnThreads() }
}
