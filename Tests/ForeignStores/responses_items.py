"""Conversations as input items of OpenAI's Responses API, and the messages that an import makes of such items."""

import json

from corpus import Image
from layout import kept_parts, text_of, tool_call

# Items that are no message, call or result; a library that replays them to the model needs them as they are.
OTHER_ITEMS = (
    {
        "type": "reasoning",
        "id": "rs_1",
        "summary": [{"type": "summary_text", "text": "Thinking…"}, {"type": "summary_text", "text": "Done. 🤔"}],
        "encrypted_content": "gAAAAAB",
    },
    {"type": "reasoning", "id": "rs_2", "summary": []},
    {"type": "web_search_call", "id": "ws_1", "status": "completed", "action": {"type": "search", "query": "Köln"}},
    {"type": "compaction", "id": "cmp_1", "encrypted_content": "gAAAAAC"},
    {"type": "item_reference", "id": "msg_0"},
)


def _input_part(part):
    if isinstance(part, Image):
        return {"type": "input_image", "image_url": part.url, "detail": "auto"}
    return {"type": "input_text", "text": part}


def items(messages):
    """The items of messages, each with the message that it comes from."""
    for message in messages:
        if message.role == "tool":
            item = {"type": "function_call_output", "call_id": message.answers.id, "output": message.content}
            yield item, message
        elif message.role != "assistant":
            content = message.content
            if not isinstance(content, str):
                content = [_input_part(part) for part in content]
            yield {"role": message.role, "content": content}, message
        else:
            if message.content or not message.calls:
                yield output_message(message.id, message.content), message
            for call in message.calls:
                yield function_call(call), message


def output_message(message_id, text):
    return {
        "type": "message",
        "id": f"msg_{message_id}",
        "role": "assistant",
        "status": "completed",
        "content": [{"type": "output_text", "text": text, "annotations": [], "logprobs": []}],
    }


def function_call(call):
    # Written with spaces and escapes: the text of the arguments has to come through as it is.
    return {
        "type": "function_call",
        "id": call.id.replace("call_", "fc_"),
        "call_id": call.id,
        "name": call.name,
        "arguments": json.dumps(call.arguments),
        "status": "completed",
    }


def odd_items():
    """Items of shapes that the conversations don't have."""
    yield {"type": "message", "role": "developer", "content": [{"type": "input_text", "text": "Be kind."}]}
    yield {
        "role": "user",
        "content": [{"type": "input_file", "file_id": "file-1"}, {"type": "input_text", "text": "Sum it up."}],
    }
    yield {
        "type": "function_call_output",
        "call_id": "call_unknown",
        "output": [{"type": "input_text", "text": "a"}, {"type": "input_text", "text": "b"}],
    }
    yield {
        "type": "message",
        "id": "msg_r",
        "role": "assistant",
        "status": "incomplete",
        "content": [{"type": "refusal", "refusal": "No."}],
    }
    cited = {"type": "url_citation", "start_index": 0, "end_index": 3, "url": "https://example.com", "title": "Ü"}
    yield {
        "type": "message",
        "id": "msg_c",
        "role": "assistant",
        "status": "completed",
        "content": [{"type": "output_text", "text": "See.", "annotations": [cited]}],
    }
    yield from OTHER_ITEMS


class Expectation:
    """The messages that items become, one after another; call `finish` after the last.

    Calls that follow each other are one message, as they came in one answer of the model and services want them so.
    """

    def __init__(self, layout, session):
        self.layout = layout
        self.session = session
        self.names = {}
        self.calls = []

    def add(self, item, time=None, usage=None):
        kind = item.get("type", "message")
        if kind == "function_call":
            self.names[item["call_id"]] = item["name"]
            self.calls.append((item, time))
            return
        self.finish()
        metadata = {"usage": usage}
        beside = {}
        if kind == "message":
            role, content = item["role"], item["content"]
            metadata["status"] = item.get("status")
        elif kind == "function_call_output":
            role, content = "tool", item["output"]
            beside = {"tool_call_id": item["call_id"], "name": self.names.get(item["call_id"])}
        else:
            role, content = kind, text_of(item.get("summary", []))
            metadata["raw"] = item
        if not isinstance(content, str):
            metadata["content_parts"] = kept_parts(content)
            content = text_of(content)
        self.layout.expect(self.session, role, content, time=time, id=item.get("id"), metadata=metadata, beside=beside)

    def finish(self):
        if not self.calls:
            return
        (first, time), calls = self.calls[0], [item for item, _ in self.calls]
        self.calls = []
        tool_calls = [tool_call(item["call_id"], item["name"], item["arguments"]) for item in calls]
        self.layout.expect(
            self.session, "assistant", "", time=time, id=first.get("id"), beside={"tool_calls": tool_calls}
        )
