package import AgentMemory
package import ForeignStores

/// A row as it was found, or why it can't be read.
package enum DatabaseRow: Sendable {
    case row(ForeignRow, bytes: Int)
    case refusal(ForeignRefusal)
}

/// A database of another library that is open to be read, in one state. Calls block.
package protocol ForeignDatabase: AnyObject, Sendable {
    /// Asks; ``next()`` gives the rows. What is left of an earlier answer is dropped.
    func begin(_ query: TableQuery) throws(MemoryError)
    /// The next row; `nil` behind the last.
    func next() throws(MemoryError) -> DatabaseRow?
}
