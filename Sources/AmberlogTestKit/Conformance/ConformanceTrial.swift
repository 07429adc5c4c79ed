internal import AgentMemory
private import Synchronization

/// What a check works with while it runs: backends, time, and comparisons that fail in its name.
final class ConformanceTrial: Sendable {
    private let conformance: BackendConformance
    private let check: String
    private let made = Mutex<[any MemoryBackend]>([])

    init(_ conformance: BackendConformance, check: String) {
        self.conformance = conformance
        self.check = check
    }

    // MARK: Backends

    /// A place that nobody has used.
    func newPlace() -> String {
        let number = UInt64.random(in: .min ... .max)
        return "conformance_" + String(number, radix: 36)
    }

    /// An empty backend, or, at a place that this check has used before, one that has what was left there.
    func make(
        at place: String? = nil, timeToLive: Duration? = nil, maximumMessages: Int? = nil
    ) async throws -> any MemoryBackend {
        let setup = BackendConformance.Setup(
            place: place ?? newPlace(), timeToLive: timeToLive, maximumMessages: maximumMessages)
        let backend = try await conformance.make(setup)
        made.withLock { $0.append(backend) }
        return backend
    }

    func has(_ capability: BackendCapabilities) -> Bool { conformance.capabilities.contains(capability) }

    var largestMessageBytes: Int { conformance.largestMessageBytes }

    func passTime(_ duration: Duration) async throws { try await conformance.passTime(duration) }

    func closeAll() async throws {
        for backend in made.withLock({ $0 }) { try await backend.close() }
    }

    // MARK: Comparing

    func failure(_ subject: String, expected: String, actual: String) -> ConformanceFailure {
        ConformanceFailure(check: check, subject: subject, expected: expected, actual: actual)
    }

    func expect<Value: Equatable>(
        _ actual: Value, is expected: Value, _ subject: @autoclosure () -> String
    ) throws(ConformanceFailure) {
        if actual == expected { return }
        throw failure(subject(), expected: "\(expected)", actual: "\(actual)")
    }

    /// By their bytes: strings that look the same are equal otherwise.
    func expect(
        _ actual: [String], is expected: [String], _ subject: @autoclosure () -> String
    ) throws(ConformanceFailure) {
        if actual.elementsEqual(expected, by: { $0.utf8.elementsEqual($1.utf8) }) { return }
        throw failure(subject(), expected: "\(expected.map(\.debugDescription))", actual: "\(actual)")
    }

    /// By their bytes, whatever their sequences are.
    func expect(
        _ actual: [Message], is expected: [Message], _ subject: @autoclosure () -> String
    ) throws(ConformanceFailure) {
        if actual.count != expected.count {
            throw failure(
                subject(), expected: "\(expected.count) messages", actual: "\(actual.count): \(texts(actual))")
        }
        for (one, other) in zip(actual, expected) where ContentDigest([one]) != ContentDigest([other]) {
            throw failure(subject(), expected: describe(other), actual: describe(one))
        }
    }

    func expect(
        _ holds: Bool, _ subject: @autoclosure () -> String, expected: @autoclosure () -> String,
        actual: @autoclosure () -> String
    ) throws(ConformanceFailure) {
        if !holds { throw failure(subject(), expected: expected(), actual: actual()) }
    }

    /// Runs a call that must fail with an error of this code, and returns the error.
    @discardableResult
    func expect(
        _ code: MemoryError.Code, _ subject: String, _ call: () async throws -> Void
    ) async throws(ConformanceFailure) -> MemoryError {
        do {
            try await call()
        } catch let error as MemoryError where error.code == code {
            return error
        } catch {
            throw failure(subject, expected: "the error \(code)", actual: "\(error)")
        }
        throw failure(subject, expected: "the error \(code)", actual: "no error")
    }

    /// The value, which must be there.
    func unwrap<Value>(_ value: Value?, _ subject: @autoclosure () -> String) throws(ConformanceFailure) -> Value {
        guard let value else { throw failure(subject(), expected: "a value", actual: "nil") }
        return value
    }

    private func texts(_ messages: [Message]) -> String {
        messages.prefix(8).map { String($0.content.prefix(24)) }.debugDescription
    }

    private func describe(_ message: Message) -> String {
        """
        \(message.role.name.debugDescription) at \(message.timestamp), \(message.content.utf8.count) bytes \
        \(String(message.content.prefix(80)).debugDescription), id \(message.id?.debugDescription ?? "none"), \
        metadata \(message.metadata)
        """
    }
}
