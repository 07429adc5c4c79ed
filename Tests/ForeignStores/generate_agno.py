"""agno: sessions and runs in SqliteDb. Run by version 2 and by version 3, whose layouts are not the same."""

import shutil
import sqlite3
import sys
from contextlib import closing
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

from agno.agent import Agent
from agno.db.sqlite import SqliteDb
from agno.media import Image
from agno.metrics import MessageMetrics
from agno.models.base import Model
from agno.models.message import Message
from agno.models.response import ModelResponse
from agno.run.agent import RunOutput
from agno.run.base import RunStatus
from agno.run.team import TeamRunOutput
from agno.session import AgentSession, TeamSession

import corpus
from layout import Layout, tool_call

MAJOR = int(metadata.version("agno").split(".")[0])
MODEL = "scripted-1"
CREATED = int(corpus.START.timestamp())


class Store:
    """Saves runs in the way of the version, and tells the layout what their messages become."""

    def __init__(self, layout, file):
        self.layout = layout
        self.db = SqliteDb(db_file=str(layout.path(file)), id="conversations")

    def save(self, session, runs):
        session.created_at = CREATED
        if MAJOR == 2:
            session.runs = runs
            self.db.upsert_session(session)
            return
        self.db.upsert_session(session)
        for index, run in enumerate(runs):
            self.db.upsert_run(run, session.session_id, session.user_id, index)

    def expect(self, session_id, messages):
        system = None
        names = {}
        for message in messages:
            # Every run begins with the instructions; they are said again only when they have changed.
            if message.role == "system" and message.content == system:
                continue
            if message.role == "system":
                system = message.content
            for call in message.tool_calls or []:
                names[call["id"]] = call["function"]["name"]
            spent = {key: value for key, value in message.metrics.to_dict().items() if key.endswith("_tokens")}
            self.layout.expect(
                session_id,
                message.role,
                message.content or "",
                time=datetime.fromtimestamp(message.created_at, UTC),
                id=message.id,
                metadata={
                    "model": MODEL if message.role == "assistant" else None,
                    "usage": spent or None,
                    "reasoning_content": message.reasoning_content,
                    "tool_call_error": message.tool_call_error or None,
                    "images": [image.to_dict() for image in message.images] if message.images else None,
                },
                beside={
                    "tool_calls": message.tool_calls,
                    "tool_call_id": message.tool_call_id,
                    "name": message.tool_name or names.get(message.tool_call_id) or message.name,
                },
            )


def made(message):
    """A message of the corpus as agno has it. Images don't stand in the content."""
    content, images = message.content, None
    if not isinstance(content, str):
        images = [
            Image(id=f"image-{number}", url=part.url)
            for number, part in enumerate(content)
            if isinstance(part, corpus.Image)
        ]
        content = " ".join(part for part in content if isinstance(part, str))
    options = {}
    if message.calls:
        options["tool_calls"] = [tool_call(call.id, call.name, call.arguments) for call in message.calls]
        content = content or None
    if message.answers:
        call = message.answers
        options |= {"tool_call_id": call.id, "tool_name": call.name, "tool_args": call.arguments}
        options["tool_call_error"] = message.failed
    if message.role == "assistant":
        options["metrics"] = MessageMetrics(input_tokens=20, output_tokens=5, total_tokens=25, time_to_first_token=0.5)
        options["reasoning_content"] = "Hm." if message.calls else None
    return Message(
        id=message.id,
        role=message.role,
        content=content,
        images=images,
        created_at=int(message.second.timestamp()),
        **options,
    )


def again(message, number):
    """The message as a later run has it that begins with the history."""
    return message.model_copy(update={"id": f"{message.id}-{number}", "from_history": True})


def run(session_id, number, messages, **options):
    options = {"agent_id": "a1", "status": RunStatus.completed} | options
    return RunOutput(
        run_id=f"{session_id}-run-{number}",
        agent_name="Guide",
        session_id=session_id,
        model=MODEL,
        messages=messages,
        created_at=CREATED + number,
        **options,
    )


def agent_session(session_id, title=None):
    return AgentSession(
        session_id=session_id, agent_id="a1", user_id="u1", session_data={"session_name": title} if title else {}
    )


def add_conversations(store):
    for conversation in corpus.conversations():
        said = [[made(message) for message in piece] for piece in corpus.turns(conversation.messages)]
        instructions = said.pop(0)[0] if said[0][0].role == "system" else None
        runs, expected = [], [instructions] if instructions else []
        for number, turn in enumerate(said):
            first = (
                [instructions.model_copy(update={"id": f"system-{number}"} if number else {})] if instructions else []
            )
            history = [again(message, number) for message in said[number - 1]] if number else []
            status = RunStatus.paused if conversation.id == "interrupted" else RunStatus.completed
            runs.append(run(conversation.id, number, first + history + turn, status=status))
            expected += turn
        store.save(agent_session(conversation.id, conversation.title), runs)
        store.expect(conversation.id, expected)
        store.layout.expect_session(conversation.id, title=conversation.title)


def exchange(name, system=None):
    """What is asked and what is answered, as messages."""
    created = {"created_at": CREATED}
    first = [Message(id=f"{name}-system", role="system", content=system, **created)] if system else []
    return [
        *first,
        Message(id=f"{name}-user", role="user", content=f"ask {name}", **created),
        Message(id=f"{name}-assistant", role="assistant", content=f"answer {name}", **created),
    ]


def add_others(store):
    """Instructions that change, runs that failed, a team with a member's run, sessions without messages."""
    pieces = [
        exchange("1", "Be terse."),
        exchange("2", "Be terse."),
        exchange("3", "Be kind."),
        exchange("4", "Be terse."),
    ]
    runs = [run("changing", number, piece) for number, piece in enumerate(pieces)]
    runs[1].status = RunStatus.error
    runs.append(run("changing", 9, None, status=RunStatus.pending))
    store.save(agent_session("changing"), runs)
    store.expect("changing", sum(pieces, []))

    lead, member = exchange("lead"), exchange("member")
    nested = run("team", 1, member, parent_run_id="team-lead", agent_id="a2")
    outer = TeamRunOutput(
        run_id="team-lead",
        team_id="t1",
        session_id="team",
        model=MODEL,
        messages=lead,
        member_responses=[nested],
        status=RunStatus.completed,
        created_at=CREATED,
    )
    store.save(TeamSession(session_id="team", team_id="t1", user_id="u1"), [outer, nested])
    store.expect("team", lead)
    store.layout.skip("run team-run-1", "a member's run, with a parent_run_id")
    store.save(agent_session("silent"), [])
    store.layout.skip("session silent", "no runs")
    if MAJOR > 2:
        replaced, regenerated = exchange("first try"), exchange("second try")
        runs = [run("regenerated", 0, replaced, status=RunStatus.regenerated), run("regenerated", 1, regenerated)]
        store.save(agent_session("regenerated"), runs)
        store.expect("regenerated", regenerated)
        store.layout.skip("run regenerated-run-0", "status REGENERATED: another run has taken its place")


class Script(Model):
    """A model that says what was written for it."""

    def __init__(self, responses):
        super().__init__(id=MODEL, name="Scripted", provider="none")
        self.responses = iter(responses)

    def invoke(self, *arguments, **options):
        return next(self.responses)

    async def ainvoke(self, *arguments, **options):
        return next(self.responses)

    def invoke_stream(self, *arguments, **options):
        raise NotImplementedError

    def ainvoke_stream(self, *arguments, **options):
        raise NotImplementedError

    def _parse_provider_response(self, response, **options):
        return response

    def _parse_provider_response_delta(self, response):
        return response


def weather(city: str) -> str:
    """Tells the weather."""
    return f"{city}: ☔"


def run_agent(store):
    """Two turns of a real agent, one with parallel calls; it stores the history with the second."""
    calls = [tool_call(f"call_{city}", "weather", {"city": city}) for city in ("Köln", "東京")]
    used = MessageMetrics(input_tokens=100, output_tokens=20, total_tokens=120, cache_read_tokens=60)
    responses = [
        ModelResponse(role="assistant", content="I look.", tool_calls=calls, response_usage=used),
        ModelResponse(role="assistant", content="Rain. ☔"),
        ModelResponse(role="assistant", content="You're welcome."),
    ]
    agent = Agent(
        id="forecaster",
        model=Script(responses),
        db=store.db,
        tools=[weather],
        instructions="Tell the weather.",
        add_history_to_context=True,
        store_history_messages=True,
        telemetry=False,
    )
    runs = [agent.run(text, session_id="run", user_id="u1") for text in ("Weather in Köln and 東京?", "Thanks.")]
    messages = [message for output in runs for message in output.messages]
    said = [message for message in messages if not message.from_history]
    assert len(said) < len(messages)
    roles = ["system", "user", "assistant", "tool", "tool", "assistant", "system", "user", "assistant"]
    assert [message.role for message in said] == roles, said
    store.expect("run", said)


def damage(layout, file, statement, place):
    with closing(sqlite3.connect(layout.path(file))) as connection:
        connection.execute(statement)
        connection.commit()
    layout.refuse(place, "cut off")


def generate_2():
    layout = Layout("agno-2-sqlite", "agno", "SQLAlchemy")
    store = Store(layout, "agno.db")
    add_conversations(store)
    add_others(store)
    run_agent(store)
    store.save(agent_session("broken"), [run("broken", 0, exchange("broken"))])
    store.db.db_engine.dispose()
    cut = "UPDATE agno_sessions SET runs = substr(runs, 1, 300) WHERE session_id = 'broken'"
    damage(layout, "agno.db", cut, "agno_sessions.runs of broken")
    layout.sqlite_schema("agno.db")
    layout.differs("the JSON columns are JSON twice over: a JSON string whose text is JSON")
    layout.differs("runs have no history unless store_history_messages is set; each has the instructions again")
    layout.close()


def generate_3():
    layout = Layout("agno-3-sqlite", "agno", "SQLAlchemy")
    store = Store(layout, "agno.db")
    add_conversations(store)
    add_others(store)
    run_agent(store)
    store.save(agent_session("broken"), [run("broken", number, exchange(f"whole {number}")) for number in range(2)])
    store.expect("broken", exchange("whole 1"))
    store.db.db_engine.dispose()
    cut = "UPDATE agno_runs SET run_data = substr(run_data, 1, 100) WHERE run_id = 'broken-run-0'"
    damage(layout, "agno.db", cut, "agno_runs, broken-run-0")
    layout.sqlite_schema("agno.db")
    layout.differs("runs have no history unless store_history_messages is set; each has the instructions again")
    layout.differs("a status REGENERATED: such a run has been replaced by another one")
    layout.close()


def generate_mixed():
    """A file of version 2 that version 3 has gone on with: old runs in the column, new ones in the table.

    The library reads the runs of the column first, those with a row in the table from there, then the table's others.
    """
    layout = Layout("agno-mixed-sqlite", "agno")
    older = Path(sys.argv[1]) / "agno-2-sqlite"
    shutil.copyfile(older / "agno.db", layout.path("agno.db"))
    store = Store(layout, "agno.db")
    with closing(sqlite3.connect(layout.path("agno.db"))) as connection:
        connection.execute("DELETE FROM agno_sessions WHERE session_id NOT IN ('changing', 'team')")
        connection.commit()
    changed, added = exchange("2, changed"), exchange("added", "Be terse.")
    store.db.upsert_run(run("changing", 1, changed), "changing", "u1", 1)
    store.db.upsert_run(run("changing", 5, added), "changing", "u1", 5)
    store.db.upsert_run(run("new", 0, exchange("new")), "changing", "u1", 6)
    kept = [exchange("1", "Be terse."), changed, exchange("3", "Be kind."), exchange("4", "Be terse.")]
    store.expect("changing", sum(kept, []) + added + exchange("new"))
    store.expect("team", exchange("lead"))
    store.db.db_engine.dispose()
    layout.sqlite_schema("agno.db")
    layout.close()


if __name__ == "__main__":
    if MAJOR == 2:
        generate_2()
    else:
        generate_3()
        generate_mixed()
