/// What a backend does that it shouldn't: the check that found it, what was looked at, what was expected and what came.
public struct ConformanceFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// The name of the check.
    public var check: String
    /// What was looked at.
    public var subject: String
    /// What every backend must give.
    public var expected: String
    /// What this one gave.
    public var actual: String

    /// A failure, as a check finds it. Long values are cut.
    init(check: String, subject: String, expected: String, actual: String) {
        self.check = check
        self.subject = subject
        self.expected = Self.abbreviated(expected)
        self.actual = Self.abbreviated(actual)
    }

    /// One line for a log.
    public var description: String { "\(check): \(subject): expected \(expected), got \(actual)" }

    private static func abbreviated(_ text: String) -> String {
        text.utf8.count <= 600 ? text : text.prefix(600) + "… (\(text.utf8.count) bytes)"
    }
}
