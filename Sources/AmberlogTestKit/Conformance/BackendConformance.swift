public import AgentMemory

/// Everything that a memory backend must do, as checks that any test framework, or none, can run.
///
/// ```swift
/// import AmberlogTestKit
/// import Testing
///
/// @Suite struct MyBackendTests {
///     static let conformance = BackendConformance(capabilities: [.clientIDs, .timeToLive]) { setup in
///         guard setup.maximumMessages == nil else { throw MemoryError(.unsupported, "No limit of messages") }
///         return MyBackend(directory: "tests/" + setup.place, timeToLive: setup.timeToLive)
///     }
///
///     @Test(arguments: conformance.checks)
///     func conforms(_ check: ConformanceCheck) async throws {
///         try await Self.conformance.run(check)
///     }
/// }
/// ```
///
/// With XCTest, or in a program: `for failure in await conformance.run() { print(failure) }`.
///
/// Checks are independent of each other and may run at the same time; each begins with a backend of its own. They take
/// no longer than the backend does, except those about times to live, which take some five seconds where time can't be
/// set.
public struct BackendConformance: Sendable {
    /// How the backend of a check is to be made.
    public struct Setup: Sendable, Hashable {
        /// Where it keeps its data: lower-case letters, digits and `_`, at most 32 of them, the same only where a check
        /// opens again what it has closed. Fit for a directory, a table or the prefix of keys.
        public var place: String
        /// How long a session stays after its last save; `nil` for ever. A backend that can't must throw
        /// `MemoryError.Code.unsupported`.
        public var timeToLive: Duration?
        /// How many messages a session keeps; `nil` for all, or as many as the backend keeps at least, which must be
        /// 10,000 in each of 100 sessions. A backend that can't must throw `MemoryError.Code.unsupported`.
        public var maximumMessages: Int?
    }

    /// What the backend can do beyond what all can.
    public let capabilities: BackendCapabilities
    /// The largest message that it has to take, in bytes. Of larger ones it may say that they are too large.
    public let largestMessageBytes: Int
    let passTime: @Sendable (Duration) async throws -> Void
    let make: @Sendable (Setup) async throws -> any MemoryBackend

    /// Describes a kind of backend.
    ///
    /// - Parameters:
    ///   - largestMessageBytes: Less than the limit that all have for one that makes messages larger, by encrypting them.
    ///   - passTime: Lets time pass for every backend that `make` has made. Waits, unless the backend has a clock that
    ///     can be set.
    ///   - make: Makes a backend, empty where nobody has made one at the same place.
    public init(
        capabilities: BackendCapabilities, largestMessageBytes: Int = MemoryLimits.messageBytes,
        passTime: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) },
        make: @escaping @Sendable (Setup) async throws -> any MemoryBackend
    ) {
        self.capabilities = capabilities
        self.largestMessageBytes = min(largestMessageBytes, MemoryLimits.messageBytes)
        self.passTime = passTime
        self.make = make
    }

    /// The checks for a backend of these capabilities.
    public var checks: [ConformanceCheck] {
        ConformanceCheck.all.filter {
            capabilities.isSuperset(of: $0.requires) && capabilities.isDisjoint(with: $0.excludes)
        }
    }

    /// Runs one check and closes every backend that it has made.
    ///
    /// - Throws: What the backend did wrong. An error that a backend throws where it shouldn't is in there as text.
    public func run(_ check: ConformanceCheck) async throws(ConformanceFailure) {
        let trial = ConformanceTrial(self, check: check.name)
        var failure: ConformanceFailure?
        do {
            try await check.body(trial)
        } catch let found as ConformanceFailure {
            failure = found
        } catch {
            failure = trial.failure("the calls of this check", expected: "no error", actual: "\(error)")
        }
        do {
            try await trial.closeAll()
        } catch {
            failure = failure ?? trial.failure("closing", expected: "no error", actual: "\(error)")
        }
        if let failure { throw failure }
    }

    /// Runs all of ``checks``, one after another, and returns what failed.
    public func run() async -> [ConformanceFailure] {
        var failures: [ConformanceFailure] = []
        for check in checks {
            do throws(ConformanceFailure) {
                try await run(check)
            } catch {
                failures.append(error)
            }
        }
        return failures
    }
}
