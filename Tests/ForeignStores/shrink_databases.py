#!/usr/bin/env python3
"""Makes what Tests/Fixtures/foreign has of databases: of each one that `generate` has made, the small sessions.

    Tests/ForeignStores/shrink_databases.py DIRECTORY Tests/Fixtures/foreign
"""

import json
import shutil
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

LARGE = ("user_123", "tools", "long-1", "long-2", "same-time")
# The tables that are thinned out, and their columns with the session.
TABLES = {
    "aakit-sqlite": {"memory_records": "session_id"},
    "openai-agents-sqlite": {"agent_messages": "session_id", "agent_sessions": "session_id"},
    "openai-agents-sqlite-live": {"chat_messages": "session_id", "chat_sessions": "session_id"},
    "openai-agents-advanced": {
        table: "session_id"
        for table in (
            "agent_messages",
            "agent_sessions",
            "message_structure",
            "turn_usage",
            "branch_reservations",
            "session_clear_generations",
        )
    },
    "openai-agents-sqlalchemy": {"agent_messages": "session_id", "agent_sessions": "session_id"},
    "openai-agents-encrypted": {"agent_messages": "session_id", "agent_sessions": "session_id"},
    "langchain-sqlite": {"message_store": "session_id"},
    "langgraph-sqlite": {"checkpoints": "thread_id", "writes": "thread_id"},
    "langgraph-sqlite-delta": {"checkpoints": "thread_id", "writes": "thread_id"},
    "agno-2-sqlite": {"agno_sessions": "session_id"},
    "agno-3-sqlite": {"agno_sessions": "session_id", "agno_runs": "session_id"},
    "agno-mixed-sqlite": {"agno_sessions": "session_id", "agno_runs": "session_id"},
    "google-adk-sqlite": {"sessions": "id", "events": "session_id"},
    "google-adk-database": {"sessions": "id", "events": "session_id"},
    "google-adk-database-v0": {"sessions": "id", "events": "session_id"},
}
# Which rows of large sessions go: what has to be refused stays.
KEPT = {
    "openai-agents-sqlite": "id NOT IN (SELECT id FROM agent_messages WHERE session_id = 'tools' ORDER BY id DESC LIMIT 5)",
    "langchain-sqlite": "id NOT IN (SELECT id FROM message_store WHERE session_id = 'tools' ORDER BY id DESC LIMIT 6)",
    "google-adk-sqlite": "id NOT LIKE 'broken-%'",
    "google-adk-database": "id NOT LIKE 'broken-%'",
}


def shrink(layout, source, target):
    shutil.copyfile(source, target)
    if (log := Path(f"{source}-wal")).exists():
        shutil.copyfile(log, f"{target}-wal")
    with closing(sqlite3.connect(target)) as connection:
        (mode,) = connection.execute("PRAGMA journal_mode").fetchone()
        connection.execute("PRAGMA journal_mode = DELETE")
        for table, column in TABLES[layout].items():
            sessions = ", ".join(f"'{prefix}{name}'" for name in LARGE for prefix in ("", f"{target.name} "))
            kept = KEPT.get(layout) if table in ("agent_messages", "message_store", "events") else None
            connection.execute(f"DELETE FROM {table} WHERE {column} IN ({sessions})" + (f" AND {kept}" if kept else ""))
        if layout == "langgraph-sqlite":
            deep = b"\x91" * 2000 + b"\xc0"
            connection.execute("UPDATE checkpoints SET checkpoint = ? WHERE thread_id = 'deep'", (deep,))
            connection.execute("UPDATE checkpoints SET checkpoint = substr(checkpoint, 1, 900) WHERE thread_id = 'cut'")
            connection.execute("DELETE FROM writes WHERE thread_id NOT IN ('counter', 'edited')")
            connection.execute(
                "DELETE FROM checkpoints WHERE thread_id NOT IN ('edited', 'forked', 'nested', 'counter')"
                " AND checkpoint_id < (SELECT max(checkpoint_id) FROM checkpoints c WHERE c.thread_id = checkpoints.thread_id)"
            )
        connection.commit()
        connection.execute("PRAGMA page_size = 512")
        connection.execute("VACUUM")
        connection.execute(f"PRAGMA journal_mode = {mode}")
    if layout == "openai-agents-sqlite-live":
        leave_log(target)


def leave_log(path):
    """Puts the last rows into the log alone, as they are while a program runs."""
    original = path.with_suffix(".original")
    path.rename(original)
    with closing(sqlite3.connect(original)) as connection:
        rows = connection.execute("SELECT * FROM chat_messages WHERE session_id = 'images'").fetchall()
        connection.execute("DELETE FROM chat_messages WHERE session_id = 'images'")
        connection.commit()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.executemany("INSERT INTO chat_messages VALUES (?, ?, ?, ?)", rows)
        connection.commit()
        for suffix in ("", "-wal"):
            shutil.copyfile(f"{original}{suffix}", f"{path}{suffix}")
    assert Path(f"{path}-wal").stat().st_size > 0
    original.unlink()


def is_large(session):
    return session.split("/")[-1] in LARGE or session.split(" ")[-1] in LARGE


def main(source, target):
    for layout in TABLES:
        folder = target / layout
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for database in sorted((source / layout).glob("*.db")):
            shrink(layout, database, folder / database.name)
        counts = {}
        for name in ("expected.jsonl", "sessions.jsonl"):
            if not (source / layout / name).exists():
                continue
            with open(source / layout / name, encoding="utf-8") as lines:
                kept = [line for line in lines if not is_large(json.loads(line)["session_id"])]
            (folder / name).write_text("".join(kept), encoding="utf-8")
            counts[name] = [json.loads(line)["session_id"] for line in kept]
        notes = json.loads((source / layout / "NOTES.json").read_text(encoding="utf-8"))
        said = counts["expected.jsonl"]
        small = {"layout": layout}
        if "keys" in notes:
            small["keys"] = notes["keys"]
        refused = notes["expected"]["refused"]
        small["expected"] = {"messages": len(said), "sessions": len(set(said)), "refused": refused}
        (folder / "NOTES.json").write_text(json.dumps(small, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
