"""Strands: FileSessionManager."""

import base64
from datetime import datetime
from itertools import groupby

from strands import Agent, tool
from strands.models.model import Model
from strands.session.file_session_manager import FileSessionManager
from strands.types.session import SessionAgent, SessionMessage

from corpus import START, conversations
from layout import Layout, compact, kept_parts, text_of, tool_call

USAGE = {"inputTokens": 21, "outputTokens": 8, "totalTokens": 29}


def block(piece):
    if isinstance(piece, str):
        return {"text": piece}
    if piece.url.startswith("data:"):
        data = base64.b64decode(piece.url.split(",")[1])
        return {"image": {"format": "gif", "source": {"bytes": data}}}
    return {"image": {"format": "png", "source": {"location": {"type": "s3", "uri": piece.url}}}}


def result(message):
    # What a tool gives as an object goes in as that, all other as text.
    content = {"json": {"value": message.content}} if message.content.startswith("{") else {"text": message.content}
    status = "error" if message.failed else "success"
    return {"toolResult": {"toolUseId": message.answers.id, "status": status, "content": [content]}}


def records(said):
    """(message, time) of a conversation. Instructions are not kept; results that come together are one message."""
    said = [message for message in said if message.role != "system"]
    for role, group in groupby(said, key=lambda message: message.role):
        group = list(group)
        if role == "tool":
            content = [result(message) for message in group]
            yield {"role": "user", "content": content, "tracking_id": group[0].id}, group[0].time
            continue
        for message in group:
            pieces = (message.content,) if isinstance(message.content, str) else message.content
            content = [block(piece) for piece in pieces if piece or not message.calls]
            content += [
                {"toolUse": {"toolUseId": call.id, "name": call.name, "input": call.arguments}}
                for call in message.calls
            ]
            made = {"role": role, "content": content, "tracking_id": message.id}
            if role == "assistant":
                made["metadata"] = {"usage": USAGE, "metrics": {"latencyMs": 12}}
            yield made, message.time


def encoded(blocks):
    """Blocks as they are written: bytes in base64."""
    if isinstance(blocks, bytes):
        return {"__bytes_encoded__": True, "data": base64.b64encode(blocks).decode()}
    if isinstance(blocks, list):
        return [encoded(element) for element in blocks]
    if isinstance(blocks, dict):
        return {key: encoded(element) for key, element in blocks.items()}
    return blocks


class Expectation:
    """The messages that records become: one for each result, then one for the rest of the blocks."""

    def __init__(self, layout, session):
        self.layout = layout
        self.session = session
        self.names = {}

    def add(self, message, time):
        blocks = encoded(message["content"])
        tracking_id = message.get("tracking_id")
        ids = (
            tracking_id and (tracking_id if number == 1 else f"{tracking_id}#{number}")
            for number in range(1, len(blocks) + 2)
        )
        for found in (block["toolResult"] for block in blocks if "toolResult" in block):
            content = found["content"]
            texts = [{"text": compact(piece["json"])} if "json" in piece else piece for piece in content]
            beside = {"tool_call_id": found["toolUseId"], "name": self.names.get(found["toolUseId"])}
            metadata = {
                "status": found["status"] if found["status"] != "success" else None,
                "content_parts": kept_parts(content),
            }
            self.layout.expect(
                self.session, "tool", text_of(texts), time=time, id=next(ids), metadata=metadata, beside=beside
            )
        calls = [block["toolUse"] for block in blocks if "toolUse" in block]
        rest = [block for block in blocks if "toolResult" not in block and "toolUse" not in block]
        if not calls and not rest:
            return
        self.names |= {call["toolUseId"]: call["name"] for call in calls}
        metadata = {"usage": message.get("metadata", {}).get("usage"), "content_parts": kept_parts(rest)}
        beside = {"tool_calls": [tool_call(call["toolUseId"], call["name"], call["input"]) for call in calls] or None}
        self.layout.expect(
            self.session, message["role"], text_of(rest), time=time, id=next(ids), metadata=metadata, beside=beside
        )


def odd_records():
    """Blocks that the conversations don't have, and a message from before messages had an id."""
    thinking = {"reasoningContent": {"reasoningText": {"text": "Hm…", "signature": "c2ln"}}}
    yield {"role": "user", "content": [{"text": "Without an id."}]}
    yield {"role": "assistant", "content": [thinking, {"text": "So."}], "tracking_id": "t-1"}
    yield {"role": "assistant", "content": [{"text": "a"}, {"text": "b"}], "tracking_id": "t-2"}
    document = {"document": {"format": "pdf", "name": "ü", "source": {"bytes": b"%PDF-1.7\xff"}}}
    mixed = [
        {"text": "first"},
        {"json": {"b": [1, None], "a": "ü"}},
        {"image": {"format": "png", "source": {"bytes": b"\x89"}}},
    ]
    answer = {"toolResult": {"toolUseId": "t-unknown", "status": "success", "content": mixed}}
    yield {"role": "user", "content": [{"text": "And this:"}, answer, document], "tracking_id": "t-3"}
    yield {"role": "assistant", "content": [], "tracking_id": "t-4"}
    yield {"role": "user", "content": [{"guardContent": {"text": {"text": "?"}}}, {"cachePoint": {"type": "default"}}]}


class Script(Model):
    """A model that says what was written for it: lists of blocks."""

    def __init__(self, answers):
        self.answers = iter(answers)

    def get_config(self):
        return {"model_id": "scripted-1"}

    def update_config(self, **config):
        raise NotImplementedError

    def structured_output(self, output_model, prompt, system_prompt=None, **options):
        raise NotImplementedError

    async def stream(self, messages, tool_specs=None, system_prompt=None, **options):
        blocks = next(self.answers)
        yield {"messageStart": {"role": "assistant"}}
        for block in blocks:
            if "text" in block:
                yield {"contentBlockStart": {"start": {}}}
                yield {"contentBlockDelta": {"delta": {"text": block["text"]}}}
            else:
                use = block["toolUse"]
                yield {"contentBlockStart": {"start": {"toolUse": {key: use[key] for key in ("toolUseId", "name")}}}}
                yield {"contentBlockDelta": {"delta": {"toolUse": {"input": compact(use["input"])}}}}
            yield {"contentBlockStop": {}}
        yield {"messageStop": {"stopReason": "tool_use" if "toolUse" in blocks[-1] else "end_turn"}}
        yield {"metadata": {"usage": dict(USAGE), "metrics": {"latencyMs": 5}}}


@tool
def weather(city: str) -> str:
    """Tells the weather."""
    return f"{city}: ☔"


def run_agent(layout):
    """Two turns of a real agent, one with parallel calls."""
    uses = [{"toolUse": {"toolUseId": f"use_{city}", "name": "weather", "input": {"city": city}}} for city in "KT"]
    script = Script([[{"text": "I look."}, *uses], [{"text": "Rain. ☔"}], [{"text": "You're welcome."}]])
    manager = FileSessionManager("run", str(layout.folder))
    agent = Agent(model=script, tools=[weather], session_manager=manager, agent_id="forecaster", callback_handler=None)
    for text in ("Weather in K and T?", "Thanks."):
        agent(text)
    results = [
        {"toolResult": {"toolUseId": f"use_{city}", "status": "success", "content": [{"text": f"{city}: ☔"}]}}
        for city in "KT"
    ]
    said = [
        {"role": "user", "content": [{"text": "Weather in K and T?"}]},
        {"role": "assistant", "content": [{"text": "I look."}, *uses], "metadata": {"usage": USAGE}},
        {"role": "user", "content": results},
        {"role": "assistant", "content": [{"text": "Rain. ☔"}], "metadata": {"usage": USAGE}},
        {"role": "user", "content": [{"text": "Thanks."}]},
        {"role": "assistant", "content": [{"text": "You're welcome."}], "metadata": {"usage": USAGE}},
    ]
    # Ids and times are the library's own.
    kept = manager.list_messages("run", "forecaster")
    expectation = Expectation(layout, "run/forecaster")
    for message, record in zip(said, kept, strict=True):
        message["tracking_id"] = record.message["tracking_id"]
        expectation.add(message, datetime.fromisoformat(record.created_at))


class Swarm:
    id = "swarm"

    def serialize_state(self):
        return {"type": "swarm", "status": "completed", "node_history": ["a", "b"]}


def generate():
    layout = Layout("strands-files", "strands-agents")

    def add(session_id, agent_id, messages):
        manager = FileSessionManager(session_id, str(layout.folder))
        manager.create_agent(session_id, SessionAgent(agent_id, state={}, conversation_manager_state={}))
        expectation = Expectation(layout, session_id if agent_id == "default" else f"{session_id}/{agent_id}")
        for number, (message, time) in enumerate(messages):
            text = time.isoformat()
            record = SessionMessage(message, number, created_at=text, updated_at=text)
            manager.create_message(session_id, agent_id, record)
            expectation.add(message, time)
        return manager

    for conversation in conversations(plain_ids=True):
        manager = add(conversation.id, "default", records(conversation.messages))
    # A second agent of the last session, and sessions with odd blocks, with nothing, with no agent.
    add(
        manager.session_id,
        "critic ü",
        [({"role": "user", "content": [{"text": "And you?"}], "tracking_id": "c-1"}, START)],
    )
    add("odd-blocks", "default", [(record, START) for record in odd_records()])
    layout.skip("session_odd-blocks/…/message_4.json", "no blocks")
    add("silent", "default", [])
    manager = FileSessionManager("no-agent", str(layout.folder))
    manager.create_multi_agent("no-agent", Swarm())
    layout.skip("session_no-agent/multi_agents", "the state of a swarm, without messages")

    # What was said first was taken back for something else.
    manager = FileSessionManager("redacted", str(layout.folder))
    manager.create_agent("redacted", SessionAgent("default", state={}, conversation_manager_state={}))
    said = {"role": "user", "content": [{"text": "My password is 1234."}], "tracking_id": "r-1"}
    record = SessionMessage(said, 0, created_at=START.isoformat(), updated_at=START.isoformat())
    manager.create_message("redacted", "default", record)
    record.redact_message = {"role": "user", "content": [{"text": "[redacted]"}], "tracking_id": "r-1"}
    manager.update_message("redacted", "default", record)
    Expectation(layout, "redacted").add(record.redact_message, START)

    run_agent(layout)
    folder = layout.path("session_tools/agents/agent_default/messages")
    for name, text, reason in (
        ("message_90.json", '{\n  "message": {\n    "role": "us', "cut off"),
        ("message_91.json", "", "empty"),
        ("message_92.json", "[]", "no object"),
        ("message_x.json", "{}", "no number"),
    ):
        (folder / name).write_text(text, encoding="utf-8")
        layout.refuse(f"session_tools/…/{name}", reason)
    (folder / ".strands_ab12.tmp").write_text('{\n  "mess', encoding="utf-8")
    layout.skip("session_tools/…/.strands_ab12.tmp", "a file that was being written")
    layout.notes["files"] = sorted(
        str(path.relative_to(layout.folder)) for path in layout.folder.rglob("*") if "long" not in str(path)
    )
    layout.differs(
        "message.tracking_id is the message's own id in present versions, and message.metadata.usage what it used"
    )
    layout.differs('bytes are {"__bytes_encoded__": true, "data": <base64>}')
    layout.differs("created_at is the time in UTC with +00:00; the directory can have several agents, and multi_agents")
    layout.close()


if __name__ == "__main__":
    generate()
