import Foundation

/// Calls that wait, kept from the threads that run tasks.
public enum Blocking {
    /// Runs `body` on a thread of its own.
    public static func run<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            Thread { continuation.resume(with: Swift.Result(catching: body)) }.start()
        }
    }
}
