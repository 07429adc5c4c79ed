"""LangChain: the chat histories in SQLite, Redis, PostgreSQL (two layouts) and files."""

import json
import sqlite3
import uuid
from contextlib import closing
from datetime import timedelta

import psycopg
import redis
from langchain_community.chat_message_histories import (
    FileChatMessageHistory,
    RedisChatMessageHistory,
    SQLChatMessageHistory,
)
from langchain_community.chat_message_histories import PostgresChatMessageHistory as CommunityPostgresHistory
from langchain_core.messages import HumanMessage, RemoveMessage
from langchain_postgres import PostgresChatMessageHistory

from corpus import START, conversations
from langchain_messages import messages, odd_messages
from layout import Layout, tool_call
from servers import free_keys, free_tables, postgres_notes, postgres_url, redis_notes, redis_url

BROKEN_ROWS = (
    ('{"type":"human","data":{"content":"cut o', "cut off"),
    ("", "empty"),
    ("[]", "no object"),
    ('{"type":"human"}', "no data"),
    ('{"type":"telepathy","data":{"content":"?"}}', "an unknown type"),
    ('{"type":"human","data":{"content":7}}', "content that is neither text nor parts"),
)
# As versions before 0.2 wrote an answer with calls: `tool_calls` stood in `additional_kwargs` alone.
OLD_CALL = {"id": "call_old", "type": "function", "function": {"name": "look", "arguments": '{"city": "東京"}'}}
OLD_ROW = {
    "type": "ai",
    "data": {"content": "", "additional_kwargs": {"tool_calls": [OLD_CALL]}, "type": "ai", "example": False},
}
# As an answer looks whose arguments are deep: objects all the way down.
DEEP = {"a": [{"b": {"c": [[{"d": None}]]}}], "ü": "\u2028", "z": 1.5, "e": 1e-7}


def sessions(nul=True, plain_ids=False):
    """(session id, [(message, what is expected of it)])"""
    for conversation in conversations(nul=nul, plain_ids=plain_ids):
        yield conversation.id, list(messages(conversation.messages))
    yield "odd-messages", list(odd_messages())


def expect(layout, session_id, pairs):
    for _, expected in pairs:
        layout.expect(session_id, **expected)


def generate_sqlite():
    layout = Layout("langchain-sqlite", "langchain-core", "langchain-community", "SQLAlchemy")
    path = layout.path("history.db")

    def history(session_id):
        return SQLChatMessageHistory(session_id, connection=f"sqlite:///{path}")

    gone = history("gone")
    gone.add_messages([HumanMessage(f"Forget me {number}.") for number in range(50)])
    gone.clear()
    for session_id, pairs in sessions():
        history(session_id).add_messages([message for message, _ in pairs])
        expect(layout, session_id, pairs)
    history("odd-messages").add_message(RemoveMessage(id="run-1"))
    layout.skip("message_store of odd-messages, the last row", "a RemoveMessage is no message")
    with closing(sqlite3.connect(path)) as connection:
        insert = "INSERT INTO message_store (session_id, message) VALUES (?, ?)"
        connection.execute(insert, ("old", json.dumps(OLD_ROW)))
        layout.expect("old", "assistant", "", beside={"tool_calls": [OLD_CALL]})
        row = {"type": "ai", "data": {"content": "", "tool_calls": [{"name": "f", "args": DEEP, "id": "call_deep"}]}}
        connection.execute(insert, ("old", json.dumps(row, ensure_ascii=False)))
        layout.expect("old", "assistant", "", beside={"tool_calls": [tool_call("call_deep", "f", DEEP)]})
        for data, reason in BROKEN_ROWS:
            connection.execute(insert, ("tools", data))
            layout.refuse("message_store of tools", reason)
        connection.commit()
    layout.sqlite_schema("history.db")
    layout.differs("`example` is written no more")
    layout.close()


def generate_redis():
    client = redis.Redis.from_url(redis_url())
    free_keys(client, "message_store:*")
    layout = Layout("langchain-redis", "langchain-core", "langchain-community", "redis")
    for session_id, pairs in sessions():
        history = RedisChatMessageHistory(session_id, url=redis_url())
        history.add_messages([message for message, _ in pairs])
        expect(layout, session_id, pairs)
    for data, reason in BROKEN_ROWS:
        client.lpush("message_store:tools", data)
        layout.refuse("message_store:tools", reason)
    layout.notes["redis"] = redis_notes(client, "message_store:*")
    layout.close()


def generate_community_postgres(connection):
    free_tables(connection, "message_store")
    layout = Layout("langchain-community-postgres", "langchain-core", "langchain-community", "psycopg")
    # U+0000 is no character of JSONB.
    for session_id, pairs in sessions(nul=False):
        history = CommunityPostgresHistory(session_id, connection_string=postgres_url())
        history.add_messages([message for message, _ in pairs])
        expect(layout, session_id, pairs)
    for data, reason in BROKEN_ROWS[2:]:
        connection.execute("INSERT INTO message_store (session_id, message) VALUES ('tools', %s)", (data,))
        layout.refuse("message_store of tools", reason)
    layout.notes["postgres"] = postgres_notes(connection, "message_store")
    layout.differs("JSONB: U+0000 in a content makes the library fail, and the order of keys is not the one written")
    layout.close()


def generate_postgres(connection):
    free_tables(connection, "chat_history")
    layout = Layout("langchain-postgres", "langchain-core", "langchain-postgres", "psycopg")
    PostgresChatMessageHistory.create_tables(connection, "chat_history")
    for session_id, pairs in sessions(nul=False):
        # Its session ids are UUIDs.
        session_id = str(uuid.uuid5(uuid.NAMESPACE_URL, session_id))
        history = PostgresChatMessageHistory("chat_history", session_id, sync_connection=connection)
        history.add_messages([message for message, _ in pairs])
        query = "SELECT id FROM chat_history WHERE session_id = %s ORDER BY id"
        rows = connection.execute(query, (session_id,)).fetchall()
        for number, ((row,), (_, expected)) in enumerate(zip(rows, pairs, strict=True)):
            # Saved together, they have the same time.
            time = START + timedelta(seconds=number // 4)
            connection.execute("UPDATE chat_history SET created_at = %s WHERE id = %s", (time, row))
            layout.expect(session_id, **expected, time=time)
    layout.notes["postgres"] = postgres_notes(connection, "chat_history")
    layout.notes["table"] = "the name is an argument: chat_history here"
    layout.close()


def generate_file():
    layout = Layout("langchain-file", "langchain-core", "langchain-community")
    for number, (session_id, pairs) in enumerate(sessions(plain_ids=True)):
        # Every message writes the whole file again.
        if len(pairs) > 500:
            continue
        history = FileChatMessageHistory(
            str(layout.path(f"{session_id}.json")), encoding="utf-8", ensure_ascii=number % 2 == 0
        )
        history.add_messages([message for message, _ in pairs])
        expect(layout, session_id, pairs)
    FileChatMessageHistory(str(layout.path("empty.json")))
    layout.path("broken.json").write_text('[{"type": "human", "data": {"content": "cut o', encoding="utf-8")
    layout.refuse("broken.json", "cut off")
    layout.notes["sessions"] = "the name of the file, without .json"
    layout.close()


if __name__ == "__main__":
    generate_sqlite()
    generate_redis()
    with psycopg.connect(postgres_url(), autocommit=True) as connection:
        generate_community_postgres(connection)
        generate_postgres(connection)
    generate_file()
