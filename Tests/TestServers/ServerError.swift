/// A server of the tests that isn't there, or doesn't do what it is told. Its text says what to do.
public struct ServerError: Error, CustomStringConvertible {
    /// What went wrong, with what the server has said about it.
    public let description: String

    /// An error of that text.
    public init(_ description: String) {
        self.description = description
    }
}
