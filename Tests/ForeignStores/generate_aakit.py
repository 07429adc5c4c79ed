"""AA Kit: RedisBackend and SQLiteBackend."""

import asyncio
import json
from unittest.mock import patch

import aiosqlite
import redis
from aakit.core.exceptions import MemoryConnectionError
from aakit.memory.backends import RedisBackend, SQLiteBackend

from corpus import conversations
from layout import Layout
from servers import free_keys, redis_notes, redis_url

# As SQLiteBackend makes it, without the INDEX inside of it that SQLite refuses.
TABLE = """
CREATE TABLE memory_records (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    session_id TEXT NOT NULL,
    timestamp REAL NOT NULL,
    role TEXT NOT NULL,
    content TEXT NOT NULL,
    metadata TEXT
)
"""


def text(message):
    """AA Kit's contents are strings: what came in parts goes in as JSON."""
    return message.content if isinstance(message.content, str) else json.dumps([str(part) for part in message.content])


async def store_all(backend, layout, half_pairs):
    for conversation in conversations(half_pairs=half_pairs):
        for index, message in enumerate(conversation.messages):
            metadata = {"importance": index / 8, "tags": ["ü", None], "nested": {"id": message.id}} if index % 3 else {}
            with patch("aakit.memory.backends.time.time", return_value=message.time.timestamp()):
                await backend.store(conversation.id, message.role, text(message), metadata)
            layout.expect(conversation.id, message.role, text(message), time=message.time, metadata=metadata)


async def generate_redis():
    client = redis.Redis.from_url(redis_url())
    free_keys(client, "agentz:memory:*")
    layout = Layout("aakit-redis", "aa-kit", "redis")
    backend = RedisBackend(redis_url())
    await store_all(backend, layout, half_pairs=True)
    await backend.close()
    client.rpush("agentz:memory:tools", '{"session_id": "tools", "timestamp": 17', "[]", b"\xff\xfe")
    for place, reason in ((13, "cut off"), (14, "no object"), (15, "no UTF-8")):
        layout.refuse(f"agentz:memory:tools[{place}]", reason)
    layout.notes["redis"] = redis_notes(client, "agentz:memory:*")
    layout.differs("keys begin with agentz:memory:, not with agentz:sessions:; LPUSH, so that index 0 is the newest")
    layout.differs("no compression and no limit of messages, which its reference tells of; a TTL only when given")
    layout.close()


async def generate_sqlite():
    layout = Layout("aakit-sqlite", "aa-kit", "aiosqlite")
    refused = SQLiteBackend(str(layout.path("refused.db")))
    try:
        await refused.get_sessions()
    except MemoryConnectionError as error:
        reason = str(error).rsplit(" - ", 1)[-1]
        layout.differs(f"its own CREATE TABLE fails ({reason}): the table was made without INDEX(…)")
    # The connection is open all the same, and its thread would keep this program from ending.
    await refused.close()
    layout.path("refused.db").unlink()
    backend = SQLiteBackend(str(layout.path("agentz_memory.db")))
    backend.db = await aiosqlite.connect(backend.db_path)
    await backend.db.execute(TABLE)
    # Contents are text of their own here, not JSON: half of a pair can't be written at all.
    await store_all(backend, layout, half_pairs=False)
    insert = "INSERT INTO memory_records (session_id, timestamp, role, content, metadata) VALUES (?, ?, ?, ?, ?)"
    first = conversations()[0].messages[0].time
    for metadata in (None, "", "null"):
        await backend.db.execute(insert, ("no-metadata", int(first.timestamp()), "user", "whole second", metadata))
        layout.expect("no-metadata", "user", "whole second", time=first.replace(microsecond=0))
    await backend.db.execute(insert, ("no-metadata", 0.0, "user", "broken", '{"a":'))
    layout.refuse("memory_records, the last row", "metadata cut off")
    await backend.db.commit()
    await backend.close()
    layout.sqlite_schema("agentz_memory.db")
    layout.close()


if __name__ == "__main__":
    asyncio.run(generate_redis())
    asyncio.run(generate_sqlite())
