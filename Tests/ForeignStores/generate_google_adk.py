"""google-adk: SqliteSessionService, and DatabaseSessionService with its present tables and with the older ones."""

import asyncio
import base64
import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from itertools import groupby

from google.adk.agents import Agent
from google.adk.events.event import Event
from google.adk.events.event_actions import EventActions, EventCompaction
from google.adk.models.base_llm import BaseLlm
from google.adk.models.llm_response import LlmResponse
from google.adk.platform import time as platform_time
from google.adk.platform import uuid as platform_uuid
from google.adk.runners import Runner
from google.adk.sessions.database_session_service import DatabaseSessionService
from google.adk.sessions.schemas import v0
from google.adk.sessions.sqlite_session_service import SqliteSessionService
from google.genai import types
from sqlalchemy import create_engine

from corpus import START, conversations
from layout import Layout, compact, kept_parts, text_of, tool_call

APP, USER, MODEL = "concierge", "ü@example.com", "scripted-1"


def usage(prompt, answer):
    return types.GenerateContentResponseUsageMetadata(
        prompt_token_count=prompt, candidates_token_count=answer, total_token_count=prompt + answer
    )


def stored(value):
    """A model of the library as it is written."""
    return value.model_dump(mode="json", exclude_none=True)


def part(piece):
    if isinstance(piece, str):
        return types.Part(text=piece)
    if piece.url.startswith("data:"):
        mime_type, data = piece.url.removeprefix("data:").split(";base64,")
        return types.Part(inline_data=types.Blob(mime_type=mime_type, data=base64.b64decode(data)))
    return types.Part(file_data=types.FileData(file_uri=piece.url, mime_type="image/png"))


def response_of(message):
    """What a tool gives: an object, or any other value under `result`."""
    if message.failed:
        return {"error": message.content}
    if message.content.startswith("{"):
        return json.loads(message.content)
    return {"result": message.content}


def function_response(message):
    call = message.answers
    return types.Part(
        function_response=types.FunctionResponse(id=call.id, name=call.name, response=response_of(message))
    )


def events(conversation):
    """The events of a conversation. Instructions are no events, and results that come together are one."""
    said = [message for message in conversation.messages if message.role != "system"]
    for number, (role, group) in enumerate(groupby(said, key=lambda message: message.role)):
        group = list(group)
        invocation = f"e-{conversation.id[:5]}-{number}"
        if role == "tool":
            yield event(group[0], "guide", "user", [function_response(message) for message in group], invocation)
            continue
        for message in group:
            pieces = (message.content,) if isinstance(message.content, str) else message.content
            parts = [part(piece) for piece in pieces if piece or not message.calls]
            parts += [
                types.Part(function_call=types.FunctionCall(id=call.id, name=call.name, args=call.arguments))
                for call in message.calls
            ]
            if role == "user":
                yield event(message, "user", "user", parts, invocation)
            else:
                answer = {"usage_metadata": usage(30, 9), "model_version": MODEL}
                yield event(message, "guide", "model", parts, invocation, **answer)


def event(message, author, role, parts, invocation, **options):
    return Event(
        id=message.id,
        author=author,
        timestamp=message.time.timestamp(),
        invocation_id=invocation,
        content=types.Content(role=role, parts=parts),
        **options,
    )


def odd_events():
    """Events of other shapes: thoughts, code, an agent's agent, and some without a content."""
    base = {"invocation_id": "e-odd", "timestamp": START.timestamp()}

    def said(number, author, *parts, **options):
        content = types.Content(role="model", parts=list(parts))
        return Event(id=f"odd-{number}", author=author, content=content, **base, **options)

    yield said(0, "guide", types.Part(text="Hm…", thought=True, thought_signature=b"\xfb\xff"), types.Part(text="So."))
    yield said(1, "guide", types.Part(text="a"), types.Part(text="b"), branch="root.guide", error_code="MAX_TOKENS")
    code = types.Part(executable_code=types.ExecutableCode(code="print('ü')", language="PYTHON"))
    result = types.Part(code_execution_result=types.CodeExecutionResult(outcome="OUTCOME_OK", output="ü\n"))
    yield said(2, "coder", code, result, types.Part(text="Done."))
    # A call without an id, as some models give it.
    yield said(3, "guide", types.Part(function_call=types.FunctionCall(name="look", args={})))
    yield said(4, "guide", types.Part(function_response=types.FunctionResponse(name="look", response={"output": [1]})))
    yield Event(id="odd-5", author="guide", actions=EventActions(state_delta={"user:name": "Bo", "n": 1}), **base)
    summary = types.Content(role="model", parts=[types.Part(text="Earlier: …")])
    compaction = EventCompaction(start_timestamp=0.0, end_timestamp=1.0, compacted_content=summary)
    yield Event(id="odd-6", author="user", actions=EventActions(compaction=compaction), **base)
    yield Event(id="odd-7", author="guide", error_code="SAFETY", error_message="Blocked.", **base)
    yield Event(id="odd-8", author="user", content=types.Content(role="user", parts=[]), **base)


def result_text(response):
    """A result's text: what stands alone under `result`, if it is text; else the object."""
    if response.keys() == {"result"} and isinstance(response["result"], str):
        return response["result"]
    return compact(response)


def expect(layout, session, events, with_model=True):
    """An event is a message of what it says and calls, and one for each result; those come first."""
    for event in events:
        content = event.content
        if content is None or not content.parts:
            layout.skip(f"event {event.id}", "no content")
            continue
        common = {
            "author": None if event.author == "user" else event.author,
            "invocation_id": event.invocation_id,
            "branch": event.branch,
        }
        time = datetime.fromtimestamp(event.timestamp, UTC)
        ids = (event.id if number == 1 else f"{event.id}#{number}" for number in range(1, len(content.parts) + 1))
        for piece in content.parts:
            if result := piece.function_response:
                beside = {"tool_call_id": result.id, "name": result.name}
                text = result_text(result.response)
                layout.expect(session, "tool", text, time=time, id=next(ids), metadata=common, beside=beside)
        rest = [stored(piece) for piece in content.parts if not piece.function_response and not piece.function_call]
        calls = [piece.function_call for piece in content.parts if piece.function_call]
        if not rest and not calls:
            continue
        metadata = common | {
            "model": event.model_version if with_model else None,
            "usage": stored(event.usage_metadata) if event.usage_metadata else None,
            "error_code": event.error_code,
            "content_parts": kept_parts(rest),
        }
        role = "user" if event.author == "user" else "assistant"
        text = text_of([piece for piece in rest if not piece.get("thought")])
        tool_calls = [tool_call(call.id, call.name, call.args) for call in calls] or None
        beside = {"tool_calls": tool_calls}
        layout.expect(session, role, text, time=time, id=next(ids), metadata=metadata, beside=beside)


def name(session_id, app=APP, user=USER):
    """A session is known by app, user and id together."""
    return f"{app}/{user}/{session_id}"


async def add_session(service, layout, session_id, events, app=APP, user=USER, **options):
    platform_time.set_time_provider(lambda: START.timestamp())
    session = await service.create_session(app_name=app, user_id=user, session_id=session_id, state={"n": 1})
    for event in events:
        # An event is refused that is older than what the session has; the service compares with the last one.
        await service.append_event(session, event.model_copy(deep=True))
    expect(layout, name(session_id, app, user), events, **options)


async def add_all(service, layout, **options):
    for conversation in conversations():
        # It takes white space off the ends of ids.
        await add_session(service, layout, conversation.id.strip(), list(events(conversation)), **options)
    await add_session(service, layout, "odd-events", list(odd_events()), **options)
    # The same id for another user, and in another app.
    short = list(events(conversations()[-1]))
    await add_session(service, layout, "0", short, user="b", **options)
    await add_session(service, layout, "0", short, app="other app", **options)
    await add_session(service, layout, "silent", [], **options)
    gone = await service.create_session(app_name=APP, user_id=USER, session_id="gone")
    for event in short:
        await service.append_event(gone, event.model_copy(deep=True))
    await service.delete_session(app_name=APP, user_id=USER, session_id="gone")


class Script(BaseLlm):
    """A model that says what was written for it."""

    responses: list[types.Content]

    async def generate_content_async(self, llm_request, stream=False):
        yield LlmResponse(content=self.responses.pop(0), usage_metadata=usage(40, 4), model_version=MODEL)


def weather(city: str) -> dict:
    """Tells the weather."""
    return {"city": city, "sky": "☔"}


async def run_agent(service, layout):
    """Two turns of a real agent, one with parallel calls."""
    calls = [
        types.Part(function_call=types.FunctionCall(id=f"call_{city}", name="weather", args={"city": city}))
        for city in ("Köln", "東京")
    ]
    answers = [types.Part(text=text) for text in ("Rain. ☔", "You're welcome.")]
    contents = [calls, [answers[0]], [answers[1]]]
    script = Script(model=MODEL, responses=[types.Content(role="model", parts=parts) for parts in contents])
    agent = Agent(name="forecaster", model=script, instruction="Tell the weather.", tools=[weather])
    runner = Runner(app_name=APP, agent=agent, session_service=service)
    await service.create_session(app_name=APP, user_id=USER, session_id="run")
    ticks = iter(range(1, 1000))
    platform_time.set_time_provider(lambda: START.timestamp() + next(ticks) / 8)
    platform_uuid.set_id_provider(lambda: f"{next(ticks):032x}")
    for text in ("Weather in Köln and 東京?", "Thanks."):
        said = types.Content(role="user", parts=[types.Part(text=text)])
        async for _ in runner.run_async(user_id=USER, session_id="run", new_message=said):
            pass
    # The runner gives no word of what it stores for the user: ids and times are asked of the service.
    session = await service.get_session(app_name=APP, user_id=USER, session_id="run")
    texts = [[piece.text for piece in event.content.parts] for event in session.events]
    assert texts[0] + texts[3:] == ["Weather in Köln and 東京?", ["Rain. ☔"], ["Thanks."], ["You're welcome."]], texts
    assert [len(pieces) for pieces in texts] == [1, 2, 2, 1, 1, 1], texts
    expect(layout, name("run"), session.events)


def break_rows(layout, path):
    with closing(sqlite3.connect(path)) as connection:
        insert = (
            "INSERT INTO events (id, app_name, user_id, session_id, invocation_id, timestamp, event_data)"
            " SELECT ?, app_name, user_id, session_id, invocation_id, timestamp, ? FROM events"
            " WHERE session_id = 'tools' ORDER BY rowid DESC LIMIT 1"
        )
        for number, (data, reason) in enumerate((('{"author":"us', "cut off"), ("[]", "no object"), ("", "empty"))):
            connection.execute(insert, (f"broken-{number}", data))
            layout.refuse(f"event broken-{number}", reason)
        connection.commit()


async def generate_sqlite():
    layout = Layout("google-adk-sqlite", "google-adk", "aiosqlite")
    path = layout.path("sessions.db")
    service = SqliteSessionService(str(path))
    await add_all(service, layout)
    await run_agent(service, layout)
    break_rows(layout, path)
    layout.sqlite_schema("sessions.db")
    layout.differs("the key of a session is (app_name, user_id, id), the key of an event has the three, too")
    layout.close()


async def generate_database():
    layout = Layout("google-adk-database", "google-adk", "SQLAlchemy", "aiosqlite")
    path = layout.path("sessions.db")
    service = DatabaseSessionService(f"sqlite+aiosqlite:///{path}")
    await add_all(service, layout)
    await run_agent(service, layout)
    await service.db_engine.dispose()
    break_rows(layout, path)
    layout.sqlite_schema("sessions.db")
    layout.differs("the library itself orders events of the same time by id, which is random, not as they were added")
    layout.differs("a table adk_internal_metadata with schema_version")
    layout.close()


async def generate_database_v0():
    layout = Layout("google-adk-database-v0", "google-adk", "SQLAlchemy", "aiosqlite")
    path = layout.path("sessions.db")
    engine = create_engine(f"sqlite:///{path}")
    v0.Base.metadata.create_all(engine)
    engine.dispose()
    service = DatabaseSessionService(f"sqlite+aiosqlite:///{path}")
    # These tables have no column for the model.
    await add_all(service, layout, with_model=False)
    await service.db_engine.dispose()
    with closing(sqlite3.connect(path)) as connection:
        columns = [row[1] for row in connection.execute("PRAGMA table_info(events)")]
        values = ["'partial-0'" if column == "id" else "1" if column == "partial" else column for column in columns]
        connection.execute(
            f"INSERT INTO events ({', '.join(columns)}) SELECT {', '.join(values)} FROM events"
            " WHERE session_id = 'tools' ORDER BY rowid DESC LIMIT 1"
        )
        connection.commit()
    layout.skip("event partial-0", "partial: the whole follows")
    layout.sqlite_schema("sessions.db")
    layout.differs("`timestamp` is naive; release 1.20 wrote it in local time, this one writes it in UTC")
    layout.differs("no column for model_version")
    layout.close()


async def generate():
    await generate_sqlite()
    await generate_database()
    await generate_database_v0()


if __name__ == "__main__":
    asyncio.run(generate())
