"""Transcripts of Apple's FoundationModels, by what is known of them: the library runs on Apple's systems alone."""

from corpus import Image, Writer, conversations
from javascript import stringify
from layout import Layout, compact, kept_parts, text_of, tool_call

ROLES = {"system": "instructions", "user": "user", "assistant": "response", "tool": "tool"}


class Transcript:
    """One file. Its name is the session's."""

    def __init__(self, layout, name, number):
        self.layout = layout
        self.name = name
        self.writer = Writer(400 + number)
        self.entries = []

    def part(self, piece):
        if isinstance(piece, Image):
            return {"type": "image", "url": piece.url, "id": self.writer.identity()}
        return {"type": "text", "text": piece, "id": self.writer.identity()}

    def add(self, id, role, contents, **fields):
        self.entries.append({"id": id, "role": role, "contents": contents} | fields)

    def expect(self, id, role, contents, **beside):
        texts = [{"text": compact(part["structure"])} if "structure" in part else part for part in contents]
        metadata = {"content_parts": kept_parts(contents)}
        self.layout.expect(self.name, role, text_of(texts), id=id, metadata=metadata, beside=beside)

    def close(self):
        document = {"type": "FoundationModels.Transcript", "version": 1, "transcript": {"entries": self.entries}}
        self.layout.path(f"{self.name}.json").write_text(stringify(document), encoding="utf-8")


def from_corpus(layout, number, conversation):
    transcript = Transcript(layout, conversation.id, number)
    for message in conversation.messages:
        pieces = (message.content,) if isinstance(message.content, str) else message.content
        contents = [transcript.part(piece) for piece in pieces if piece or not message.calls]
        fields, beside = {}, {}
        if message.calls:
            # Arguments are reported both as text and as an object.
            as_text = number % 2 == 0
            arguments = [compact(call.arguments) if as_text else call.arguments for call in message.calls]
            calls = list(zip(message.calls, arguments, strict=True))
            fields["toolCalls"] = [{"id": call.id, "name": call.name, "arguments": value} for call, value in calls]
            beside["tool_calls"] = [tool_call(call.id, call.name, call.arguments) for call in message.calls]
        if message.answers:
            fields |= {"toolCallID": message.answers.id, "toolName": message.answers.name}
            beside |= {"tool_call_id": message.answers.id, "name": message.answers.name}
        transcript.add(message.id, ROLES[message.role], contents, **fields)
        transcript.expect(message.id, message.role, contents, **beside)
    transcript.close()


def odd(layout):
    transcript = Transcript(layout, "odd-entries", 50)
    weather = {"type": "structure", "id": "s1", "structure": {"source": "Weather", "content": {"sky": "☔", "mm": 3.5}}}
    said = {"type": "text", "text": "As you see:"}
    for id, role, expected, contents in (
        ("e1", "response", "assistant", [weather]),
        ("e2", "response", "assistant", [said, weather]),
        ("e3", "user", "user", [said]),
        ("e4", "user", "user", []),
        ("e5", "observer", "observer", [said]),
    ):
        transcript.add(id, role, contents)
        transcript.expect(id, expected, contents)
    # Its tool is named by the call alone.
    transcript.add("e6", "response", [], toolCalls=[{"id": "c1", "name": "look", "arguments": {}}])
    transcript.expect("e6", "assistant", [], tool_calls=[tool_call("c1", "look", {})])
    transcript.add("e7", "tool", [said], toolCallID="c1")
    transcript.expect("e7", "tool", [said], tool_call_id="c1", name="look")
    transcript.entries.append({"id": "e8", "contents": [said]})
    layout.refuse("odd-entries.json, e8", "no role")
    transcript.entries.append("text")
    layout.refuse("odd-entries.json, the last entry", "no object")
    transcript.close()


def generate():
    layout = Layout("foundation-models")
    for number, conversation in enumerate(conversations(half_pairs=True, plain_ids=True)):
        from_corpus(layout, number, conversation)
    odd(layout)
    Transcript(layout, "silent", 51).close()
    whole = '{"type":"FoundationModels.Transcript","version":'
    layout.path("newer.json").write_text(whole + '2,"transcript":{"entries":[]}}', encoding="utf-8")
    layout.refuse("newer.json", "version 2")
    layout.path("broken.json").write_text(whole + '1,"transcript":{"entries":[{"id', encoding="utf-8")
    layout.refuse("broken.json", "cut off")
    layout.notes["sessions"] = "the name of the file, without .json"
    layout.close()


if __name__ == "__main__":
    generate()
