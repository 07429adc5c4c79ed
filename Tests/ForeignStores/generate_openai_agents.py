"""openai-agents: SQLiteSession, AdvancedSQLiteSession, SQLAlchemySession, RedisSession and EncryptedSession."""

import asyncio
import os
import re
import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta

import psycopg
import redis
from agents import Agent, Model, ModelResponse, Runner, SQLiteSession, Usage, function_tool
from agents.extensions.memory import AdvancedSQLiteSession, EncryptedSession, RedisSession, SQLAlchemySession
from agents.tracing import set_tracing_disabled
from openai.types.responses import ResponseFunctionToolCall, ResponseOutputMessage
from openai.types.responses.response_usage import InputTokensDetails, OutputTokensDetails
from sqlalchemy.ext.asyncio import create_async_engine

from corpus import START, Call, conversations
from layout import Layout
from responses_items import Expectation, function_call, items, odd_items, output_message
from servers import free_keys, free_tables, postgres_notes, postgres_url, redis_notes, redis_url

FERNET_KEY = "bWFzdGVyIGtleSBvZiAzMiBieXRlcyBpbiBiYXNlNjQ="
PASSPHRASE = "correct horse battery staple ü"
BROKEN_ROWS = (
    ('{"role":"user","content":"cut o', "cut off"),
    ("", "empty"),
    ("[1,2]", "no object"),
    ("null", "no object"),
    ('{"unknown":true}', "neither a role nor a type"),
)


def sessions(half_pairs=True, nul=True):
    """(session id, [(item, time)]) of the whole corpus, and one with odd items."""
    for conversation in conversations(half_pairs=half_pairs, nul=nul):
        yield conversation.id, [(item, message.second) for item, message in items(conversation.messages)]
    start = START.replace(microsecond=0)
    yield "odd-items", [(item, start + timedelta(seconds=index)) for index, item in enumerate(odd_items())]


def expect(layout, session_id, rows, with_time=True):
    expectation = Expectation(layout, session_id)
    for item, time in rows:
        expectation.add(item, time if with_time else None)
    expectation.finish()


def set_times(path, session_id, times, messages="agent_messages"):
    """Gives the rows of a session their times, in the way that the library's default has written them."""
    with closing(sqlite3.connect(path)) as connection:
        query = f"SELECT id, created_at FROM {messages} WHERE session_id = ? ORDER BY id"
        rows = connection.execute(query, (session_id,)).fetchall()
        for (row, written), time in zip(rows, times, strict=True):
            assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", written), written
            text = time.strftime("%Y-%m-%d %H:%M:%S")
            connection.execute(f"UPDATE {messages} SET created_at = ? WHERE id = ?", (text, row))
        connection.commit()


async def add_gone(make_session):
    """What must not come back: a session that was cleared, an item that was taken back, one without items."""
    gone = make_session("gone")
    await gone.add_items([{"role": "user", "content": f"Forget me {number}. {'x' * 900}"} for number in range(50)])
    await gone.clear_session()
    empty = make_session("empty")
    await empty.add_items([{"role": "user", "content": "Taken back."}])
    await empty.pop_item()


async def generate_sqlite():
    layout = Layout("openai-agents-sqlite", "openai-agents")
    path = layout.path("conversations.db")
    await add_gone(lambda session_id: SQLiteSession(session_id, path))
    for session_id, rows in sessions():
        session = SQLiteSession(session_id, path)
        await session.add_items([item for item, _ in rows[:5]])
        await session.add_items([item for item, _ in rows[5:]])
        session.close()
        set_times(path, session_id, [time for _, time in rows])
        expect(layout, session_id, rows)
    with closing(sqlite3.connect(path)) as connection:
        for data, reason in BROKEN_ROWS:
            connection.execute("INSERT INTO agent_messages (session_id, message_data) VALUES ('tools', ?)", (data,))
            layout.refuse("agent_messages of tools", reason)
        connection.commit()
    layout.sqlite_schema("conversations.db")
    layout.close()


async def generate_sqlite_live():
    """Files as they lie there while the program runs: the newest items are in the write-ahead log alone."""
    layout = Layout("openai-agents-sqlite-live", "openai-agents")
    original = layout.path("original.db")
    writer = sqlite3.connect(original)
    writer.execute("PRAGMA wal_autocheckpoint = 20")
    for session_id, rows in list(sessions())[:4]:
        session = SQLiteSession(session_id, original, sessions_table="chat_sessions", messages_table="chat_messages")
        await session.add_items([item for item, _ in rows])
        set_times(original, session_id, [time for _, time in rows], "chat_messages")
        expect(layout, session_id, rows)
    for suffix in ("", "-wal"):
        shutil.copyfile(f"{original}{suffix}", f"{layout.path('conversations.db')}{suffix}")
    assert layout.path("conversations.db-wal").stat().st_size > 0
    session.close()
    writer.close()
    layout.sqlite_schema("original.db")
    for file in layout.folder.glob("original.db*"):
        file.unlink()
    layout.notes["tables"] = "chat_sessions and chat_messages: the names are arguments of the constructor"
    layout.close()


class Script(Model):
    """A model that says what was written for it."""

    def __init__(self, responses):
        self.responses = iter(responses)

    async def get_response(self, *arguments, **options):
        return next(self.responses)

    def stream_response(self, *arguments, **options):
        raise NotImplementedError


def usage(input_tokens, output_tokens, requests=1):
    return Usage(
        requests=requests,
        input_tokens=input_tokens,
        input_tokens_details=InputTokensDetails(cached_tokens=4 * requests, cache_write_tokens=0),
        output_tokens=output_tokens,
        output_tokens_details=OutputTokensDetails(reasoning_tokens=3 * requests),
        total_tokens=input_tokens + output_tokens,
    )


def usage_metadata(used):
    """The usage of a turn as it stands in `turn_usage`: numbers, and the details as JSON."""
    numbers = {key: getattr(used, key) for key in ("requests", "input_tokens", "output_tokens", "total_tokens")}
    details = {key: vars(getattr(used, key)) for key in ("input_tokens_details", "output_tokens_details")}
    return numbers | details


@function_tool
def weather(city: str) -> str:
    """Tells the weather."""
    return f"{city}: ☔"


async def run_agent(session, layout):
    """Two turns of a real run, one of them with parallel calls."""
    calls = [Call(f"call_run_{city}", "weather", {"city": city}) for city in ("Köln", "東京")]
    says = [output_message(f"run_{number}", text) for number, text in enumerate(("Rain. ☔", "You're welcome."))]
    uses = [usage(100, 20), usage(150, 30), usage(200, 10)]
    outputs = [
        [ResponseFunctionToolCall.model_validate(function_call(call)) for call in calls],
        [ResponseOutputMessage.model_validate(says[0])],
        [ResponseOutputMessage.model_validate(says[1])],
    ]
    script = Script(ModelResponse(output, use, response_id=None) for output, use in zip(outputs, uses, strict=True))
    agent = Agent("forecaster", instructions="Tell the weather.", tools=[weather], model=script)
    for text in ("Weather in Köln and 東京?", "Thanks."):
        await session.store_run_usage(await Runner.run(agent, text, session=session))
    results = [{"type": "function_call_output", "call_id": c.id, "output": f"{c.arguments['city']}: ☔"} for c in calls]
    rows = [
        ({"role": "user", "content": "Weather in Köln and 東京?"}, None),
        *((function_call(call), None) for call in calls),
        *((result, None) for result in results),
        (says[0], usage_metadata(usage(250, 50, requests=2))),
        ({"role": "user", "content": "Thanks."}, None),
        (says[1], usage_metadata(uses[2])),
    ]
    times = [START.replace(microsecond=0) + timedelta(minutes=index) for index in range(len(rows))]
    expectation = Expectation(layout, "run")
    for (item, used), time in zip(rows, times, strict=True):
        expectation.add(item, time, used)
    expectation.finish()
    return times


async def generate_advanced():
    layout = Layout("openai-agents-advanced", "openai-agents")
    path = layout.path("conversations.db")

    def advanced(session_id):
        return AdvancedSQLiteSession(session_id=session_id, db_path=path, create_tables=True)

    await add_gone(advanced)
    for session_id, rows in sessions():
        session = advanced(session_id)
        await session.add_items([item for item, _ in rows])
        session.close()
        set_times(path, session_id, [time for _, time in rows])
        expect(layout, session_id, rows)

    session = advanced("run")
    times = await run_agent(session, layout)
    session.close()
    set_times(path, "run", times)

    # Three branches: the second takes turn 2 of the first another way, the third turn 3 of the second. Items are
    # written to the branches in turn, so that their rows lie mixed.
    main = [{"role": role, "content": f"{role} {turn}"} for turn in (1, 2, 3) for role in ("user", "assistant")]
    retry = [{"role": role, "content": f"retry {role} {turn}"} for turn in (2, 3) for role in ("user", "assistant")]
    third = [{"role": "user", "content": "third user 3"}, {"role": "assistant", "content": "third assistant 3"}]
    late = [{"role": "user", "content": "user 4"}, {"role": "assistant", "content": "assistant 4"}]
    session = advanced("branches")
    await session.add_items(main)
    await session.create_branch_from_turn(2, "retry/ü")
    await session.add_items(retry)
    await session.create_branch_from_turn(3, "third")
    await session.add_items(third)
    await session.switch_to_branch("main")
    await session.add_items(late)
    session.close()
    written = main + retry + third + late
    times = [START.replace(microsecond=0) + timedelta(hours=index) for index in range(len(written))]
    set_times(path, "branches", times)
    time_of = {item["content"]: time for item, time in zip(written, times, strict=True)}
    for name, branch in (
        ("branches", main + late),
        ("branches/retry/ü", main[:2] + retry),
        ("branches/third", main[:2] + retry[:2] + third),
    ):
        expect(layout, name, [(item, time_of[item["content"]]) for item in branch])

    # A session from before the structure was added: its items stand in no branch.
    plain = SQLiteSession("plain", path)
    rows = [({"role": "user", "content": "Before branches."}, START.replace(microsecond=0))]
    await plain.add_items([item for item, _ in rows])
    plain.close()
    set_times(path, "plain", [time for _, time in rows])
    expect(layout, "plain", rows)
    layout.sqlite_schema("conversations.db")
    layout.differs("sequence_number counts through the session, not through the branch")
    layout.differs("a new branch has rows of message_structure of its own for what it shares, with the same message_id")
    layout.differs("more tables: branch_reservations, session_clear_generations")
    layout.close()


async def generate_sqlalchemy():
    layout = Layout("openai-agents-sqlalchemy", "openai-agents", "SQLAlchemy")
    path = layout.path("conversations.db")
    engine = create_async_engine(f"sqlite+aiosqlite:///{path}")

    def alchemy(session_id, **options):
        return SQLAlchemySession(session_id, engine=engine, create_tables=True, **options)

    await add_gone(alchemy)
    for index, (session_id, rows) in enumerate(sessions()):
        # Half of a pair can't be written without escapes.
        session = alchemy(session_id, ensure_ascii=index % 2 == 0)
        await session.add_items([item for item, _ in rows])
        expect(layout, session_id, rows)
    await engine.dispose()
    for session_id, rows in sessions():
        set_times(path, session_id, [time for _, time in rows])
    layout.sqlite_schema("conversations.db")
    layout.close()


async def generate_postgres():
    with psycopg.connect(postgres_url(), autocommit=True) as connection:
        free_tables(connection, "agent_sessions", "agent_messages")
        layout = Layout("openai-agents-postgres", "openai-agents", "SQLAlchemy", "asyncpg")
        engine = create_async_engine(postgres_url("asyncpg"))

        def alchemy(session_id):
            return SQLAlchemySession(session_id, engine=engine, create_tables=True)

        await add_gone(alchemy)
        # Escaped, so that U+0000 is no byte of the TEXT, which could have none.
        for session_id, rows in sessions():
            await alchemy(session_id).add_items([item for item, _ in rows])
            query = "SELECT id FROM agent_messages WHERE session_id = %s ORDER BY id"
            for (row,), (_, time) in zip(connection.execute(query, (session_id,)).fetchall(), rows, strict=True):
                update = "UPDATE agent_messages SET created_at = %s WHERE id = %s"
                connection.execute(update, (time.replace(tzinfo=None), row))
            expect(layout, session_id, rows)
        await engine.dispose()
        layout.notes["postgres"] = postgres_notes(connection, "agent_sessions", "agent_messages")
    layout.differs("created_at is TIMESTAMP WITHOUT TIME ZONE by CURRENT_TIMESTAMP: in the time zone of the connection")
    layout.close()


async def generate_redis():
    client = redis.Redis.from_url(redis_url())
    free_keys(client, "agents:session:*")
    layout = Layout("openai-agents-redis", "openai-agents", "redis")
    await add_gone(lambda session_id: RedisSession.from_url(session_id, url=redis_url()))
    for session_id, rows in sessions():
        session = RedisSession.from_url(session_id, url=redis_url())
        await session.add_items([item for item, _ in rows])
        await session.close()
        expect(layout, session_id, rows, with_time=False)
    # The key of its HASH ends as those of the LISTs do: only the type tells them apart.
    session = RedisSession.from_url("my:messages", url=redis_url())
    await session.add_items([{"role": "user", "content": "What is my name?"}])
    await session.close()
    expect(layout, "my:messages", [({"role": "user", "content": "What is my name?"}, None)])
    for data, reason in BROKEN_ROWS:
        client.rpush("agents:session:tools:messages", data)
        layout.refuse("agents:session:tools:messages", reason)
    client.rpush("agents:session:tools:messages", b'{"role":"user","content":"\xff"}')
    layout.refuse("agents:session:tools:messages", "no UTF-8")
    layout.notes["redis"] = redis_notes(client, "agents:session:*")
    layout.close()


async def generate_encrypted():
    layout = Layout("openai-agents-encrypted", "openai-agents", "cryptography")
    for name, key in (("fernet-key.db", FERNET_KEY), ("passphrase.db", PASSPHRASE)):
        path = layout.path(name)
        # They are encrypted without escapes: half of a pair can't be written.
        for session_id, rows in list(sessions(half_pairs=False))[:: 2 if key == PASSPHRASE else 1]:
            session_id = f"{name} {session_id}"
            store = SQLiteSession(session_id, path)
            await EncryptedSession(session_id, store, key).add_items([item for item, _ in rows])
            store.close()
            set_times(path, session_id, [time for _, time in rows])
            expect(layout, session_id, rows)
        layout.notes.setdefault("keys", {})[name] = key
        layout.sqlite_schema(name)
    layout.close()


async def generate():
    os.environ["OPENAI_API_KEY"] = "none"
    set_tracing_disabled(True)
    await generate_sqlite()
    await generate_sqlite_live()
    await generate_advanced()
    await generate_sqlalchemy()
    await generate_postgres()
    await generate_redis()
    await generate_encrypted()


if __name__ == "__main__":
    asyncio.run(generate())
