internal import AgentMemory

/// LangGraph's checkpoints in SQLite: the newest state of a thread has its messages, or tells what to add them up from.
package struct LangGraphTables: TableLayout {
    package let name = "langgraph-sqlite"
    package let summary = "Checkpoints of LangGraph in SQLite"
    static let checkpoints = "checkpoints"
    static let writes = "writes"
    private static let columns: Set<String> = [
        "thread_id", "checkpoint_ns", "checkpoint_id", "parent_checkpoint_id", "type", "checkpoint",
    ]
    private static let writeColumns: Set<String> = [
        "thread_id", "checkpoint_ns", "checkpoint_id", "task_id", "idx", "channel", "type", "value",
    ]

    package init() {}

    package func recognize(_ shape: DatabaseShape) -> Recognition? {
        guard shape.tables[Self.checkpoints]?.isSuperset(of: Self.columns) ?? false else { return nil }
        return Recognition(.certain, "it has checkpoints with thread_id, checkpoint_ns and checkpoint")
    }

    package func reader(_ options: ReadingOptions, of shape: DatabaseShape) -> any TableReader {
        let writes = shape.tables[Self.writes] ?? []
        return LangGraphReader(
            hasWrites: writes.isSuperset(of: Self.writeColumns), hasTaskPath: writes.contains("task_path"))
    }

    /// The newest checkpoint of each thread. Those of graphs inside of it have another namespace.
    static let newest = TableQuery(
        checkpoints,
        """
        SELECT c.thread_id, c.checkpoint_id, c.parent_checkpoint_id, c.type, c.checkpoint FROM checkpoints c \
        WHERE c.checkpoint_ns = '' AND c.checkpoint_id = (SELECT max(d.checkpoint_id) FROM checkpoints d \
        WHERE d.thread_id = c.thread_id AND d.checkpoint_ns = '') ORDER BY c.thread_id
        """, rowName: "thread_id")

    static func checkpoint(_ id: String, of thread: String) -> TableQuery {
        TableQuery(
            checkpoints,
            "SELECT thread_id, checkpoint_id, parent_checkpoint_id, type, checkpoint FROM checkpoints "
                + "WHERE thread_id = ? AND checkpoint_ns = '' AND checkpoint_id = ?",
            [.text(thread), .text(id)], rowName: "thread_id")
    }

    /// What was written in the step that began at a checkpoint, in the order in which it was applied.
    static func writes(of checkpoint: String, of thread: String, hasTaskPath: Bool) -> TableQuery {
        TableQuery(
            writes,
            "SELECT thread_id, type, value FROM writes WHERE thread_id = ? AND checkpoint_ns = '' "
                + "AND checkpoint_id = ? AND channel = 'messages' "
                + "ORDER BY \(hasTaskPath ? "task_path, " : "")task_id, idx",
            [.text(thread), .text(checkpoint)], rowName: "thread_id")
    }
}
