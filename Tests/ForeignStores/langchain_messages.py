"""Conversations as LangChain's messages, each with what an import makes of it."""

from langchain_core.messages import (
    AIMessage,
    AIMessageChunk,
    ChatMessage,
    FunctionMessage,
    HumanMessage,
    SystemMessage,
    ToolMessage,
)

from corpus import Image
from layout import kept_parts, text_of, tool_call

USAGE = {"input_tokens": 11, "output_tokens": 7, "total_tokens": 18, "input_token_details": {"cache_read": 3}}
RESPONSE = {"model_name": "scripted-1", "finish_reason": "stop"}


def _expected(role, content, id, metadata=None, **beside):
    metadata = dict(metadata or {})
    if not isinstance(content, str):
        metadata["content_parts"] = kept_parts(content)
        content = text_of(content)
    return {"role": role, "content": content, "id": id, "metadata": metadata, "beside": beside}


def _blocks(content):
    return [
        {"type": "image_url", "image_url": {"url": part.url}} if isinstance(part, Image) else part for part in content
    ]


def messages(said):
    """(message, what is expected of it) of the messages of a conversation."""
    for message in said:
        content = message.content if isinstance(message.content, str) else _blocks(message.content)
        match message.role:
            case "system":
                made = SystemMessage(content, id=message.id)
                yield made, _expected("system", content, message.id)
            case "user":
                made = HumanMessage(content, id=message.id)
                yield made, _expected("user", content, message.id)
            case "assistant":
                calls = [{"id": call.id, "name": call.name, "args": call.arguments} for call in message.calls]
                made = AIMessage(
                    content, id=message.id, tool_calls=calls, usage_metadata=USAGE, response_metadata=RESPONSE
                )
                metadata = {"model": "scripted-1", "usage": USAGE, "response_metadata": RESPONSE}
                tool_calls = [tool_call(call.id, call.name, call.arguments) for call in message.calls] or None
                yield made, _expected("assistant", content, message.id, metadata, tool_calls=tool_calls)
            case "tool":
                call = message.answers
                status = "error" if message.failed else "success"
                made = ToolMessage(content, tool_call_id=call.id, name=call.name, id=message.id, status=status)
                metadata = {"status": "error" if message.failed else None}
                yield made, _expected("tool", content, message.id, metadata, tool_call_id=call.id, name=call.name)


def odd_messages():
    """The same for what the conversations don't have: other types, calls that no one could read, extras."""
    yield HumanMessage("I am Bo.", name="Bo"), _expected("user", "I am Bo.", None, name="Bo")
    yield (
        HumanMessage([{"type": "text", "text": "lone"}], additional_kwargs={"source": "web"}),
        _expected("user", "lone", None, {"additional_kwargs": {"source": "web"}}),
    )
    broken = {"name": "look", "args": '{"city": ', "id": "call_bad", "error": "cut off", "type": "invalid_tool_call"}
    yield (
        AIMessage("", invalid_tool_calls=[broken], id="run-1"),
        _expected("assistant", "", "run-1", {"invalid_tool_calls": [broken]}),
    )
    raw_call = {"id": "call_raw", "type": "function", "function": {"name": "look", "arguments": '{"city": "Köln"}'}}
    yield (
        AIMessage("", additional_kwargs={"tool_calls": [raw_call], "refusal": None}, id="run-2"),
        _expected("assistant", "", "run-2", {"additional_kwargs": {"refusal": None}}, tool_calls=[raw_call]),
    )
    # The name of the tool stands with the call alone.
    yield (
        ToolMessage("☔", tool_call_id="call_raw", artifact={"mm": 3.5}),
        _expected("tool", "☔", None, {"artifact": {"mm": 3.5}}, tool_call_id="call_raw", name="look"),
    )
    asked = {"function_call": {"name": "look", "arguments": "{}"}}
    yield (
        AIMessage("", additional_kwargs=asked, id="run-3"),
        _expected("assistant", "", "run-3", {"additional_kwargs": asked}),
    )
    yield FunctionMessage(content="fog", name="look"), _expected("tool", "fog", None, name="look")
    yield ChatMessage(content="Weak.", role="critic", id="c"), _expected("critic", "Weak.", "c")
    chunk = AIMessageChunk(content="streamed", id="run-4", usage_metadata=USAGE)
    yield chunk, _expected("assistant", "streamed", "run-4", {"usage": USAGE})
    thinking = [{"type": "thinking", "thinking": "Hm.", "signature": "c2ln"}, {"type": "text", "text": "So."}]
    yield AIMessage(thinking, id="run-5"), _expected("assistant", thinking, "run-5")
    yield (
        AIMessage([{"type": "tool_use", "id": "toolu_1", "name": "look", "input": {}}], id="run-6"),
        _expected(
            "assistant",
            [{"type": "tool_use", "id": "toolu_1", "name": "look", "input": {}}],
            "run-6",
        ),
    )
