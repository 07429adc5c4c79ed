"""Transcripts of Claude Code, by what is known of their lines: there is no library that writes them."""

from datetime import timedelta
from itertools import groupby

from corpus import START, Call, Image, Writer, conversations
from javascript import stringify, time_text, to_milliseconds
from layout import Layout, kept_parts, text_of, tool_call

MODEL = "claude-opus-9"
USAGE = {"input_tokens": 4, "cache_creation_input_tokens": 900, "cache_read_input_tokens": 12, "output_tokens": 33}


class Transcript:
    """One file, line by line; each line of the chain has the one before as its parent, unless told otherwise."""

    def __init__(self, layout, writer, directory="-home-zo--project"):
        self.layout = layout
        self.writer = writer
        self.session = writer.identity()
        self.last = None
        self.lines = []
        self.path = layout.path(f"projects/{directory}/{self.session}.jsonl")

    def raw(self, line):
        self.lines.append(line if isinstance(line, str) else stringify(line))

    def chain(self, kind, parent="last", time=None, uuid=None, **fields):
        """A line of the chain. Returns its uuid."""
        uuid = uuid or self.writer.identity()
        line = {
            "parentUuid": self.last if parent == "last" else parent,
            "isSidechain": False,
            "userType": "external",
            "cwd": "/home/zoë/project",
            "sessionId": self.session,
            "version": "2.1.0",
            "gitBranch": "main",
            "type": kind,
        }
        self.raw(line | fields | {"uuid": uuid, "timestamp": time_text(time or START)})
        self.last = uuid
        return uuid

    def user(self, content, **fields):
        return self.chain("user", message={"role": "user", "content": content}, **fields)

    def assistant(self, message_id, block, usage=USAGE, **fields):
        """A line of an answer; every block has one of its own."""
        message = {"model": MODEL, "id": message_id, "type": "message", "role": "assistant", "content": [block]}
        message |= {"stop_reason": None, "stop_sequence": None, "usage": usage}
        return self.chain("assistant", message=message, requestId=f"req_{message_id}", **fields)

    def result(self, call_id, content, parent, failed=False, **fields):
        block = {"tool_use_id": call_id, "type": "tool_result", "content": content}
        if failed:
            block["is_error"] = True
        return self.user([block], parent=parent, toolUseResult={"stdout": "…"}, **fields)

    def expect(self, role, content, uuid, time=None, model=True, usage=USAGE, calls=(), **options):
        metadata = options.pop("metadata", {})
        if role == "assistant" and model:
            metadata |= {"model": MODEL, "usage": usage}
        if not isinstance(content, str):
            metadata["content_parts"] = kept_parts(content)
            content = text_of(content)
        beside = options.pop("beside", {})
        if calls:
            beside["tool_calls"] = [tool_call(call.id, call.name, call.arguments) for call in calls]
        time = to_milliseconds(time or START)
        self.layout.expect(self.session, role, content, time=time, id=uuid, metadata=metadata, beside=beside)

    def expect_result(self, call, content, uuid, failed=False, time=None):
        metadata = {"status": "error" if failed else None}
        beside = {"tool_call_id": call.id, "name": call.name}
        self.expect("tool", content, uuid, time, metadata=metadata, beside=beside)

    def close(self, title=None):
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text("".join(line + "\n" for line in self.lines), encoding="utf-8")
        self.layout.expect_session(self.session, title=title, cwd="/home/zoë/project")


def text(value):
    return {"type": "text", "text": value}


def tool_use(call):
    return {"type": "tool_use", "id": call.id, "name": call.name, "input": call.arguments}


def piece(value):
    if not isinstance(value, Image):
        return text(value)
    if value.url.startswith("data:"):
        source = {"type": "base64", "media_type": "image/gif", "data": value.url.split(",")[1]}
    else:
        source = {"type": "url", "url": value.url}
    return {"type": "image", "source": source}


def write_conversation(layout, number, conversation):
    """A conversation as it is written in the usual case, with lines of other kinds among it."""
    transcript = Transcript(layout, Writer(100 + number))
    transcript.raw({"type": "file-history-snapshot", "messageId": transcript.session, "snapshot": {}})
    owners = {}
    said = [message for message in conversation.messages if message.role != "system"]
    for role, group in groupby(said, key=lambda message: message.role):
        for message in group:
            time, content = message.time, message.content
            if not isinstance(content, str):
                content = [piece(value) for value in content]
            if role == "user":
                uuid = transcript.user(content, time=time)
                transcript.expect("user", content, uuid, time)
            elif role == "tool":
                uuid = transcript.result(
                    message.answers.id, content, owners[message.answers.id], message.failed, time=time
                )
                transcript.expect_result(message.answers, content, uuid, message.failed, time)
            else:
                blocks = [text(content)] if content or not message.calls else []
                message_id = f"msg_{message.id}"
                uuids = [transcript.assistant(message_id, block, time=time) for block in blocks]
                for call in message.calls:
                    owners[call.id] = transcript.assistant(message_id, tool_use(call), time=time)
                    uuids.append(owners[call.id])
                transcript.expect("assistant", blocks, uuids[0], time, calls=message.calls)
    transcript.raw({"type": "custom-title", "customTitle": conversation.title, "sessionId": transcript.session})
    transcript.close(conversation.title)


def write_parallel(layout, last_result_first):
    """Calls side by side, each the parent of its result, so that one chain doesn't have them all.

    `last_result_first`: the results came the other way around, and the file ends there: its last line is the result
    of the first call, from which the second one is not reached.
    """
    transcript = Transcript(layout, Writer(120 + last_result_first))
    calls = [Call(f"toolu_{name}", "Bash", {"command": f"echo {name}"}) for name in ("ä", "b", "c")]
    asked = transcript.user("Run three.")
    thought = {"type": "thinking", "thinking": "Three at once.", "signature": "c2ln"}
    said = [transcript.assistant("msg_p", thought), transcript.assistant("msg_p", text("Running."))]
    final = USAGE | {"output_tokens": 99}
    uses = [transcript.assistant("msg_p", tool_use(call), usage=final) for call in calls]
    pairs = list(zip(calls, uses, strict=True))
    if last_result_first:
        pairs.reverse()
    results = [transcript.result(call.id, call.arguments["command"], use) for call, use in pairs]
    transcript.expect("user", "Run three.", asked)
    transcript.expect("assistant", [thought, text("Running.")], said[0], usage=final, calls=calls)
    for (call, _), result in zip(pairs, results, strict=True):
        transcript.expect_result(call, call.arguments["command"], result)
    if not last_result_first:
        answer = transcript.assistant("msg_q", text("Done."))
        transcript.expect("assistant", "Done.", answer)
    transcript.close()


def write_branches(layout):
    """A prompt that was edited, a subagent's chain, lines for the program itself, an empty answer to a command."""
    transcript = Transcript(layout, Writer(130))
    transcript.raw(
        {"type": "summary", "summary": "Of another session", "leafUuid": "00000000-0000-4000-8000-000000000000"}
    )
    transcript.raw({"type": "ai-title", "aiTitle": "Guessed title", "sessionId": transcript.session})
    transcript.user("Caveat: …", isMeta=True)
    asked = transcript.user("First.")
    answered = transcript.assistant("msg_1", text("One."))
    transcript.user("Second, as it was typed first.")
    transcript.assistant("msg_2", text("Two?"))
    transcript.chain("progress", data={"type": "hook_progress"})
    edited = transcript.user("Second, edited.", parent=answered)
    image = transcript.chain("attachment", attachment={"type": "todo", "content": []})
    task = Call("toolu_task", "Task", {"prompt": "Look around."})
    use = transcript.assistant("msg_3", tool_use(task), parent=image)
    transcript.chain("user", parent=None, isSidechain=True, message={"role": "user", "content": "Look around."})
    side = {"model": MODEL, "id": "msg_s", "role": "assistant", "content": [text("From the side.")], "usage": USAGE}
    transcript.chain("assistant", isSidechain=True, message=side)
    found = transcript.result("toolu_task", [text("Found: ü"), text("agentId: a1")], use)
    note = transcript.chain(
        "system", subtype="local_command", content="<command-name>/cost</command-name>", isMeta=False
    )
    thanks = transcript.user(
        [text("Thanks."), {"type": "document", "source": {"type": "file", "file_id": "f"}}], parent=note
    )
    last = transcript.assistant("msg_4", text("Gladly."))
    transcript.user("<command-stdout></command-stdout>", isMeta=True, parent=last)
    transcript.chain("assistant", parent=None, isSidechain=True, message=side)

    transcript.expect("user", "First.", asked)
    transcript.expect("assistant", "One.", answered)
    transcript.expect("user", "Second, edited.", edited)
    transcript.expect("assistant", "", use, calls=[task])
    transcript.expect_result(task, [text("Found: ü"), text("agentId: a1")], found)
    transcript.expect(
        "user", [text("Thanks."), {"type": "document", "source": {"type": "file", "file_id": "f"}}], thanks
    )
    transcript.expect("assistant", "Gladly.", last)
    layout.skip("isSidechain and isMeta", "not said in the conversation")
    transcript.close("Guessed title")
    agent = {"type": "user", "isSidechain": True, "agentId": "a1", "uuid": "s", "parentUuid": None}
    agent |= {
        "sessionId": transcript.session,
        "timestamp": time_text(START),
        "message": {"role": "user", "content": "?"},
    }
    (transcript.path.parent / "agent-a1.jsonl").write_text(stringify(agent) + "\n", encoding="utf-8")
    layout.skip("agent-a1.jsonl", "nothing in it but a subagent's chain")


def write_compacted(layout):
    """A conversation that was compacted twice: a boundary begins a new chain and tells where the old one ended."""
    transcript = Transcript(layout, Writer(140))
    time = START
    for round_number in range(3):
        for turn in range(2):
            time += timedelta(minutes=1)
            said = f"{round_number}.{turn}"
            uuid = transcript.user(said, time=time)
            transcript.expect("user", said, uuid, time)
            uuid = transcript.assistant(f"msg_{said}", text(f"re {said}"), time=time)
            transcript.expect("assistant", f"re {said}", uuid, time)
        if round_number == 2:
            continue
        end = transcript.last
        details = {"trigger": "auto", "preTokens": 155_000}
        boundary = {"subtype": "compact_boundary", "content": "Conversation compacted", "compactMetadata": details}
        transcript.chain("system", parent=None, logicalParentUuid=end, isMeta=False, level="info", **boundary)
        summary = f"This session is being continued. Summary {round_number}: …"
        uuid = transcript.user(summary, time=time, isCompactSummary=True, isVisibleInTranscriptOnly=True)
        transcript.expect("user", summary, uuid, time, metadata={"compact_summary": True})
    transcript.close()


def write_damaged(layout):
    """Lines that can't be read, parents that are missing, or that go around."""
    transcript = Transcript(layout, Writer(150))
    lost = transcript.user("Before the gap.", parent="11111111-1111-4111-8111-111111111111")
    transcript.expect("user", "Before the gap.", lost)
    transcript.raw('{"parentUuid":"x","type":"assistant","message":{"role":"assi')
    transcript.raw("")
    transcript.raw("[]")
    transcript.raw({"type": "user", "uuid": transcript.writer.identity(), "message": {"role": "user"}})
    transcript.raw({"type": "unheard-of", "value": 1})
    answer = transcript.assistant("msg_d", text("After it."))
    transcript.expect("assistant", "After it.", answer)
    transcript.close()
    with open(transcript.path, "a", encoding="utf-8") as file:
        file.write('{"parentUuid":"' + answer + '","type":"user","uuid":"y","message":{"role":"user","content":"half')
    layout.skip(f"{transcript.session}.jsonl:5", "no content, and no way leads there")
    for place, reason in (("2", "cut off"), ("4", "no object"), ("8", "cut off")):
        layout.refuse(f"{transcript.session}.jsonl:{place}", reason)

    around = Transcript(layout, Writer(151))
    first = around.writer.identity()
    second = around.user("a", parent=first)
    around.user("b", uuid=first)
    third = around.assistant("msg_e", text("c"))
    # From the newest back: c, b, a, and then b again, where the way ends.
    around.expect("user", "a", second)
    around.expect("user", "b", first)
    around.expect("assistant", "c", third)
    around.close()


def generate():
    layout = Layout("claude-code")
    for number, conversation in enumerate(conversations(half_pairs=True)):
        write_conversation(layout, number, conversation)
    write_parallel(layout, last_result_first=False)
    write_parallel(layout, last_result_first=True)
    write_branches(layout)
    write_compacted(layout)
    write_damaged(layout)
    layout.notes["sessions"] = "the name of the file, without .jsonl"
    layout.close()


if __name__ == "__main__":
    generate()
