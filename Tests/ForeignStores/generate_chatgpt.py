"""Exports of ChatGPT, by what is reported of them: there is no library that writes them."""

from datetime import timedelta

from corpus import START, Image, Writer, conversations
from javascript import stringify
from layout import Layout, kept_parts, text_of

MODEL = "gpt-9-thinking"


class Tree:
    """One conversation: a tree of messages, of which the way from the root to `current_node` is what was kept."""

    def __init__(self, layout, number, title):
        self.layout = layout
        self.writer = Writer(200 + number)
        self.id = self.writer.identity()
        self.title = title
        self.mapping = {}
        self.current = self.node(None, node_id="client-created-root")

    def node(self, message, parent="current", node_id=None):
        """Adds a node below the current one, and goes there."""
        parent = getattr(self, "current", None) if parent == "current" else parent
        node_id = node_id or self.writer.identity()
        if message:
            message["id"] = node_id
        self.mapping[node_id] = {"id": node_id, "message": message, "parent": parent, "children": []}
        if parent in self.mapping:
            self.mapping[parent]["children"].append(node_id)
        self.current = node_id
        return node_id

    def say(self, role, content, time=None, name=None, recipient="all", parent="current", hidden=False, **metadata):
        if isinstance(content, str):
            content = {"content_type": "text", "parts": [content]}
        if role == "assistant":
            metadata = {"model_slug": MODEL, "finish_details": {"type": "stop"}} | metadata
        if hidden:
            metadata["is_visually_hidden_from_conversation"] = True
        message = {
            "id": None,
            "author": {"role": role, "name": name, "metadata": {}},
            "create_time": time.timestamp() if time else None,
            "update_time": None,
            "content": content,
            "status": "finished_successfully",
            "end_turn": None,
            "weight": 0.0 if hidden else 1.0,
            "metadata": metadata,
            "recipient": recipient,
            "channel": None,
        }
        return self.node(message, parent)

    def expect(self, role, content, id, time=None, name=None, recipient=None, raw=None):
        """`content`: text, or parts. A message without a time has that of the conversation."""
        metadata = {"model": MODEL if role == "assistant" else None, "recipient": recipient, "raw": raw}
        if not isinstance(content, str):
            metadata["content_parts"] = kept_parts(content)
            content = text_of(content)
        beside = {"name": name}
        self.layout.expect(self.id, role, content, time=time or START, id=id, metadata=metadata, beside=beside)

    def export(self, **changes):
        if self.title:
            self.layout.expect_session(self.id, title=self.title)
        return {
            "title": self.title,
            "create_time": START.timestamp(),
            "update_time": START.timestamp() + 60,
            "mapping": self.mapping,
            "moderation_results": [],
            "current_node": self.current,
            "conversation_id": self.id,
            "id": self.id,
        } | changes


def part(piece):
    if isinstance(piece, Image):
        return {
            "content_type": "image_asset_pointer",
            "asset_pointer": f"sediment://{len(piece.url)}",
            "size_bytes": 1024,
            "width": 16,
            "height": 9,
            "metadata": None,
        }
    return piece


def from_corpus(layout, number, conversation):
    tree = Tree(layout, number, conversation.title or None)
    tree.say("system", "", hidden=True)
    names = {}
    for message in conversation.messages:
        if message.role == "tool":
            name = names[message.answers.id]
            id = tree.say("tool", message.content, message.time, name=name)
            tree.expect("tool", message.content, id, message.time, name=name)
            continue
        content = message.content
        if not isinstance(content, str):
            parts = [part(piece) for piece in content]
            id = tree.say(message.role, {"content_type": "multimodal_text", "parts": parts}, message.time)
            tree.expect(message.role, parts, id, message.time)
        elif content or not message.calls:
            id = tree.say(message.role, content, message.time)
            tree.expect(message.role, content, id, message.time)
        for call in message.calls:
            # A call is a message to the tool, of code or of JSON, and has no id.
            names[call.id] = call.name
            code = {
                "content_type": "code",
                "language": "json",
                "response_format_name": None,
                "text": stringify(call.arguments),
            }
            id = tree.say("assistant", code, message.time, recipient=call.name)
            tree.expect("assistant", stringify(call.arguments), id, message.time, recipient=call.name)
    return tree.export()


def branched(layout):
    """A prompt that was edited and an answer that was made again; what was left stays in the tree."""
    tree = Tree(layout, 50, "Branches")
    asked = tree.say("user", "One?", START)
    tree.say("assistant", "Left: first answer.", START)
    kept = tree.say("assistant", "Second answer.", START, parent=asked)
    tree.say("user", "Left: two?", START)
    tree.say("assistant", "Left: answer to two?", START)
    edited = tree.say("user", "Two, edited?", START, parent=kept)
    current = tree.say("assistant", "Answer to the edited.", START + timedelta(seconds=1))
    tree.say("assistant", "Left: the newest in the tree.", START + timedelta(days=1), parent=edited)
    tree.current = current
    tree.expect("user", "One?", asked, START)
    tree.expect("assistant", "Second answer.", kept, START)
    tree.expect("user", "Two, edited?", edited, START)
    tree.expect("assistant", "Answer to the edited.", current, START + timedelta(seconds=1))
    return tree.export()


def other_contents(layout):
    tree = Tree(layout, 51, None)
    profile = {"content_type": "user_editable_context", "user_profile": "I am Zoë.", "user_instructions": "Be terse."}
    tree.say("user", profile, hidden=True)
    layout.skip("a message that is_visually_hidden_from_conversation", "not said")
    for role, name, content, expected in (
        ("tool", "python", {"content_type": "execution_output", "text": "ü\n"}, "ü\n"),
        ("tool", "browser", {"content_type": "tether_quote", "url": "u", "title": "t", "text": "quoted"}, "quoted"),
        ("user", None, {"content_type": "text", "parts": ["a", "b"]}, ["a", "b"]),
        ("user", None, {"content_type": "text", "parts": [""]}, [""]),
        (
            "assistant",
            None,
            {
                "content_type": "multimodal_text",
                "parts": [{"content_type": "audio_transcription", "text": "spoken", "direction": "in"}],
            },
            None,
        ),
    ):
        id = tree.say(role, content, name=name)
        tree.expect(role, content["parts"] if expected is None else expected, id, name=name)
    for content in (
        {"content_type": "thoughts", "thoughts": [{"summary": "Hm", "content": "…"}], "source_analysis_msg_id": "x"},
        {"content_type": "reasoning_recap", "content": "Thought for 5 s"},
        {"content_type": "tether_browsing_display", "result": "", "summary": "", "assets": None},
    ):
        id = tree.say("assistant", content)
        tree.expect("assistant", "", id, raw=content)
    return tree.export()


def damaged(layout):
    """A current node that is not there, one that is null, parents that go around, and pieces that are missing."""
    tree = Tree(layout, 52, "Lost node")
    first = tree.say("user", "Where?", START)
    tree.expect("user", "Where?", first, START)
    last = tree.say("assistant", "Here.", START + timedelta(seconds=5))
    tree.expect("assistant", "Here.", last, START + timedelta(seconds=5))
    tree.say("assistant", "Older.", START, parent=first)
    # The newest of the leaves is taken.
    yield tree.export(current_node="gone")

    tree = Tree(layout, 53, "No node")
    only = tree.say("user", "Only one.")
    tree.expect("user", "Only one.", only)
    yield tree.export(current_node=None)

    tree = Tree(layout, 54, "Around")
    first = tree.say("user", "a", START)
    second = tree.say("assistant", "b", START)
    tree.mapping[first]["parent"] = second
    tree.expect("user", "a", first, START)
    tree.expect("assistant", "b", second, START)
    yield tree.export()

    tree = Tree(layout, 55, "No author")
    tree.say("user", "?", START)
    tree.mapping[tree.current]["message"]["author"] = None
    layout.refuse(f"conversation {tree.id}", "a message without an author")
    whole = tree.say("assistant", "Whole.", START)
    tree.expect("assistant", "Whole.", whole, START)
    yield tree.export()

    yield {"title": "No tree", "id": "no-tree", "conversation_id": "no-tree", "current_node": None, "mapping": None}
    layout.refuse("conversation no-tree", "no mapping")
    yield "text"
    layout.refuse("the last element", "no object")


def generate(layout_name, files):
    """`files`: the number of files that the conversations are split into, 1 for conversations.json alone."""
    layout = Layout(layout_name)
    found = [from_corpus(layout, number, each) for number, each in enumerate(conversations(half_pairs=True))]
    found += [branched(layout), other_contents(layout), *damaged(layout)]
    # Older exports have only one of the two names of the id.
    del found[0]["id"], found[1]["conversation_id"]
    if files == 1:
        layout.path("conversations.json").write_text(stringify(found), encoding="utf-8")
        layout.path("user.json").write_text(stringify({"id": "user-1", "email": "ü@example.com"}), encoding="utf-8")
    else:
        size = len(found) // files + 1
        for number in range(files):
            some = found[number * size : (number + 1) * size]
            layout.path(f"conversations-{number:03d}.json").write_text(stringify(some), encoding="utf-8")
    layout.close()


if __name__ == "__main__":
    generate("chatgpt-export", 1)
    generate("chatgpt-export-split", 3)
