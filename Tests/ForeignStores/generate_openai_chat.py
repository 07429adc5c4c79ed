"""OpenAI's chats, as the openai package's own types have them: a chat a line, or a message a line."""

import json

from openai.types.chat import (
    ChatCompletionAssistantMessageParam,
    ChatCompletionFunctionToolParam,
    ChatCompletionMessage,
    ChatCompletionSystemMessageParam,
    ChatCompletionToolMessageParam,
    ChatCompletionUserMessageParam,
)

from corpus import HALF_PAIR, Image, conversations
from layout import Layout, text_of, tool_call

TOOL = ChatCompletionFunctionToolParam(
    type="function", function={"name": "weather", "parameters": {"type": "object", "properties": {}}}
)


def part(piece):
    if isinstance(piece, Image):
        return {"type": "image_url", "image_url": {"url": piece.url, "detail": "auto"}}
    return {"type": "text", "text": piece}


def chat(said, with_nulls):
    """The messages of a chat. `with_nulls`: answers have every field of the type, as `model_dump` gives them."""
    for message in said:
        content = message.content
        if not isinstance(content, str):
            content = [part(piece) for piece in content]
        if message.role == "system":
            yield ChatCompletionSystemMessageParam(role="system", content=content)
        elif message.role == "user":
            yield ChatCompletionUserMessageParam(role="user", content=content, name="Bo")
        elif message.role == "tool":
            yield ChatCompletionToolMessageParam(role="tool", content=content, tool_call_id=message.answers.id)
        else:
            calls = [tool_call(call.id, call.name, json.dumps(call.arguments)) for call in message.calls] or None
            answer = ChatCompletionMessage(role="assistant", content=content or None, tool_calls=calls)
            if not calls:
                answer.content = content
            yield answer.model_dump(exclude_none=not with_nulls)


def odd_messages():
    yield {"role": "developer", "content": [{"type": "text", "text": "Be"}, {"type": "text", "text": "kind."}]}
    yield ChatCompletionAssistantMessageParam(role="assistant", content=[{"type": "refusal", "refusal": "No."}])
    yield {"role": "assistant", "content": None, "function_call": {"name": "look", "arguments": "{}"}}
    yield {"role": "function", "name": "look", "content": "fog"}
    yield {"role": "assistant", "content": "spoken", "audio": {"id": "audio_1"}, "weight": 0}
    yield {"role": "user", "content": HALF_PAIR}
    # What a service was asked to keep with the message.
    yield {
        "role": "user",
        "content": "with more",
        "metadata": {"lang": "ü", "_extra": 1},
        "id": "m-7",
        "timestamp": 1769860800,
    }


def expect(layout, session, message):
    """A message with everything that stands beside its role and content; parts become text, and are kept."""
    content, metadata = message.get("content"), dict(message.get("metadata", {}))
    if not isinstance(content, str):
        metadata["content_parts"] = content
        content = text_of(content or [])
    line = {"session_id": session} | message | {"content": content}
    if metadata:
        line["metadata"] = metadata
    layout.expect_line(line)


def generate():
    layout = Layout("openai-chat", "openai")
    with open(layout.path("chats.jsonl"), "w", encoding="utf-8") as file:
        for number, conversation in enumerate(conversations(half_pairs=True), start=1):
            messages = list(chat(conversation.messages, with_nulls=number % 2 == 0))
            named = number % 3 == 0
            session = conversation.id if named else f"chats-{number}"
            line = {"session_id": session} if named else {}
            line |= {"messages": messages, "tools": [TOOL]}
            if conversation.title:
                line["metadata"] = {"title": conversation.title}
            file.write(json.dumps(line, ensure_ascii=number != 2) + "\n")
            for message in messages:
                expect(layout, session, message)
            layout.expect_session(session, tools=[TOOL], title=conversation.title)
        file.write("\n" + json.dumps({"messages": list(odd_messages())}) + "\r\n")
        for message in odd_messages():
            expect(layout, f"chats-{number + 2}", message)
        for text, place, reason in (
            ('{"messages": [{"role": "user"}, {"role": "user", "content": "whole"}]}', "message 1", "no content"),
            ('{"messages": [{"content": "?"}]}', "message 1", "no role"),
            ('{"messages": [{"role": "assistant", "content": null}]}', "message 1", "no content, and no calls"),
            ('{"messages": {"role": "user", "content": "?"}}', "the line", "messages that are no array"),
            ('{"id": "chatcmpl-1", "object": "chat.completion", "choices": []}', "the line", "no messages"),
            ('{"messages": [{"role": "user", "content": "cut o', "the line", "cut off"),
        ):
            number += 1
            file.write(text + "\n")
            layout.refuse(f"chats.jsonl:{number + 2}, {place}", reason)
            if "whole" in text:
                layout.expect_line({"session_id": f"chats-{number + 2}", "role": "user", "content": "whole"})

    with open(layout.path("messages.jsonl"), "w", encoding="utf-8") as file:
        file.write("\ufeff")
        for conversation in conversations()[1:4]:
            session = f"messages {conversation.id}"
            for message in chat(conversation.messages, with_nulls=False):
                file.write(json.dumps({"session_id": session} | message, ensure_ascii=False) + "\n")
                expect(layout, session, message)
        file.write('{"session_id": "messages tools", "role": "user", "content": "half a li')
    layout.refuse("messages.jsonl, the last line", "cut off")
    layout.notes["sessions"] = "session_id where a line has one, else the file's name and the line's number"
    layout.close()


if __name__ == "__main__":
    generate()
