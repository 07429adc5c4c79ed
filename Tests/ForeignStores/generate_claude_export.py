"""Exports of Claude.ai, by what is reported of them: there is no library that writes them."""

from datetime import datetime
from itertools import groupby

from corpus import START, Call, Image, Writer, conversations
from javascript import stringify
from layout import Layout, kept_parts, text_of, tool_call


def time_text(time):
    return time.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def text(value):
    stamps = {"start_timestamp": time_text(START), "stop_timestamp": time_text(START)}
    return stamps | {"type": "text", "text": value, "citations": []}


def tool_use(call, with_id=True):
    block = {"type": "tool_use", "name": call.name, "input": call.arguments, "message": call.name}
    return block | {"id": call.id} if with_id else block


def tool_result(call, content, failed=False, with_id=True):
    block = {"type": "tool_result", "name": call.name, "content": content, "is_error": failed}
    return block | {"tool_use_id": call.id} if with_id else block


class Export:
    """One conversation of an export."""

    def __init__(self, layout, number, name):
        self.layout = layout
        self.writer = Writer(300 + number)
        self.id = self.writer.identity()
        self.name = name
        self.messages = []

    def message(self, sender, content, time=START, text_alone=None, attachments=(), files=()):
        uuid = self.writer.identity()
        message = {
            "uuid": uuid,
            "text": text_of(content) if text_alone is None else text_alone,
            "content": content,
            "sender": sender,
            "created_at": time_text(time),
            "updated_at": time_text(time),
            "attachments": list(attachments),
            "files": list(files),
        }
        self.messages.append(message)
        return uuid

    def expect(self, role, content, id, time=START, calls=(), answers=None, failed=False, metadata=None):
        metadata = {"status": "error" if failed else None} | (metadata or {})
        if not isinstance(content, str):
            metadata["content_parts"] = kept_parts(content)
            content = text_of(content)
        beside = {"tool_calls": [tool_call(call.id, call.name, call.arguments) for call in calls] or None}
        if answers:
            beside |= {"tool_call_id": answers.id, "name": answers.name}
        self.layout.expect(self.id, role, content, time=time, id=id, metadata=metadata, beside=beside)

    def export(self):
        self.layout.expect_session(self.id, title=self.name)
        return {
            "uuid": self.id,
            "name": self.name,
            "summary": "",
            "created_at": time_text(START),
            "updated_at": time_text(START),
            "account": {"uuid": "00000000-0000-4000-8000-000000000001"},
            "chat_messages": self.messages,
        }


def from_corpus(layout, number, conversation):
    """A conversation. Calls and their results are blocks of one answer, as far as the person says nothing."""
    export = Export(layout, number, conversation.title)
    said = [message for message in conversation.messages if message.role != "system"]
    for is_user, group in groupby(said, key=lambda message: message.role == "user"):
        group = list(group)
        if is_user:
            for message in group:
                pieces = [message.content] if isinstance(message.content, str) else message.content
                content = [text(piece) for piece in pieces if isinstance(piece, str)]
                # Images are not in an export, only that there were some.
                files = [{"file_name": f"{n}.png"} for n, piece in enumerate(pieces) if isinstance(piece, Image)]
                uuid = export.message("human", content, message.time, files=files)
                export.expect("user", content, uuid, message.time, metadata={"files": files or None})
            continue
        write_answer(export, group)
    return export.export()


def write_answer(export, group):
    """One message of all that the assistant says, calls and gets until the person speaks again.

    A result ends a message: what comes before it is one, itself is one, and what follows the next.
    """
    blocks, messages = [], []
    time = group[0].time
    texts, calls = [], []
    for message in group:
        if message.role == "tool":
            if texts or calls:
                messages.append(("assistant", texts, {"calls": calls}))
                texts, calls = [], []
            content = [{"type": "text", "text": message.content, "uuid": message.id}]
            blocks.append(tool_result(message.answers, content, message.failed))
            messages.append(("tool", content, {"answers": message.answers, "failed": message.failed}))
        else:
            if message.content or not message.calls:
                texts.append(text(message.content))
                blocks.append(texts[-1])
            calls += message.calls
            blocks += [tool_use(call) for call in message.calls]
    if texts or calls:
        messages.append(("assistant", texts, {"calls": calls}))
    uuid = export.message("assistant", blocks, time)
    for number, (role, content, options) in enumerate(messages, start=1):
        export.expect(role, content, uuid if number == 1 else f"{uuid}#{number}", time, **options)


def odd(layout):
    """Messages as older exports have them, and blocks of other kinds."""
    export = Export(layout, 50, "")
    uuid = export.message("human", [], text_alone="Only a text.")
    export.expect("user", "Only a text.", uuid)
    attachment = {"file_name": "ü.txt", "file_size": 7, "file_type": "txt", "extracted_content": "inside\n"}
    uuid = export.message("human", [text("See this.")], attachments=[attachment])
    export.expect("user", [text("See this.")], uuid, metadata={"attachments": [attachment]})
    thought = {"type": "thinking", "thinking": "Hm…", "summaries": [{"summary": "Thinking"}], "cut_off": False}
    blocks = [thought, text("So."), {"type": "token_budget"}]
    uuid = export.message("assistant", blocks, text_alone="Hm… So.")
    export.expect("assistant", blocks, uuid)
    # Blocks without ids: a result answers the first call before it that has no answer yet.
    uuid = export.writer.identity()
    calls = [Call(None, "look", {"at": place}) for place in ("a", "b")]
    blocks = [tool_use(call, with_id=False) for call in calls]
    blocks += [tool_result(call, [{"type": "text", "text": call.arguments["at"]}], with_id=False) for call in calls]
    uuid = export.message("assistant", blocks)
    named = [Call(f"{uuid}:{number}", call.name, call.arguments) for number, call in enumerate(calls, start=1)]
    export.expect("assistant", "", uuid, calls=named)
    for number, call in enumerate(named, start=2):
        export.expect("tool", call.arguments["at"], f"{uuid}#{number}", answers=call)
    uuid = export.message("narrator", [text("Meanwhile…")])
    export.expect("narrator", [text("Meanwhile…")], uuid)
    del export.messages[0]["content"]
    export.messages[-1]["created_at"] = "2026-01-31T12:00:00.123456+01:00"
    assert datetime.fromisoformat(export.messages[-1]["created_at"]) == START
    return export.export()


def generate():
    layout = Layout("claude-export")
    found = [from_corpus(layout, number, each) for number, each in enumerate(conversations(half_pairs=True))]
    found.append(odd(layout))
    empty = Export(layout, 51, "Nothing was said").export()
    layout.skip(f"conversation {empty['uuid']}", "no messages")
    broken = Export(layout, 52, "")
    broken.message("human", [text("?")])
    del broken.messages[0]["sender"]
    layout.refuse(f"conversation {broken.id}", "a message without a sender")
    found += [empty, broken.export(), {"uuid": "no-messages", "name": "", "chat_messages": None}, 7]
    layout.refuse("conversation no-messages", "no chat_messages")
    layout.refuse("the last element", "no object")
    layout.path("conversations.json").write_text(stringify(found), encoding="utf-8")
    layout.path("users.json").write_text('[{"uuid":"u","full_name":"Zoë"}]', encoding="utf-8")
    layout.path("projects.json").write_text("[]", encoding="utf-8")
    layout.close()


if __name__ == "__main__":
    generate()
