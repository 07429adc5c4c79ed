/// An error that a ``FaultFileSystem`` injects, or only an action that runs at an operation.
///
/// ```swift
/// // The third write to a journal fails, once.
/// Fault(ErrorNumber.inputOutput, at: [.write], in: "journal/", after: 2)
/// // The disk turns read-only for good.
/// Fault(ErrorNumber.readOnly, at: FileOperation.changes, times: nil)
/// // Something else happens just before the manifest is written to.
/// Fault(nil, at: [.write], in: "MANIFEST") { _ in other.withLock { $0 = true } }
/// ```
public struct Fault: Sendable {
    /// The value of `errno`; `nil` where nothing fails.
    public var number: Int32?
    /// The operations that fail.
    public var operations: Set<FileOperation>
    /// How the path begins; of a rename, the old or the new one. `""` is every path.
    public var pathPrefix: String
    /// How many matching operations go through first.
    public var passes: Int
    /// How many fail then; `nil` for every one.
    public var times: Int?
    /// Whether the operation takes place although it reports an error. A failed write may have written, a failed
    /// synchronization may have synchronized. Where nothing fails: whether it takes place before the action.
    public var isCarriedOut: Bool
    /// Runs with the operation's path before the error is thrown, such as ``SimulatedDisk/failWriteback(of:)``.
    public var action: (@Sendable (_ path: String) -> Void)?

    /// A fault that meets the first operation that matches, unless it says otherwise.
    public init(
        _ number: Int32?, at operations: Set<FileOperation>, in pathPrefix: String = "", after passes: Int = 0,
        times: Int? = 1, isCarriedOut: Bool = false, action: (@Sendable (_ path: String) -> Void)? = nil
    ) {
        self.number = number
        self.operations = operations
        self.pathPrefix = pathPrefix
        self.passes = passes
        self.times = times
        self.isCarriedOut = isCarriedOut
        self.action = action
    }

    func matches(_ operation: FileOperation, _ paths: [String]) -> Bool {
        operations.contains(operation) && paths.contains { $0.hasPrefix(pathPrefix) }
    }
}
