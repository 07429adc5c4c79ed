"""What the generated stores hold: conversations as awkward as real ones, the same for every layout."""

import os
import random
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

SEED = int(os.environ.get("AMBERLOG_SEED", "20260131"))
START = datetime(2026, 1, 31, 11, 0, 0, 123456, tzinfo=UTC)
ODD_ID = 'Zoë\'s "chat" #1 ../x\\y?&=%00:*\t👋 e\u0301'
PLAIN_ODD_ID = "-Zoe's_odd.id 1 (copy)~"

LANGUAGES = (
    "Grüße aus Köln: ß, ẞ, ﬁ. Ça va? Łódź. Ελληνικά. Русский. עברית. العربية. हिन्दी. ไทย. 日本語。한국어. 中文。",
    "👩‍👩‍👧‍👦 🏳️‍🌈 👍🏽 e\u0301 is not é; 𝔘𝔫𝔦𝔠𝔬𝔡𝔢 \u202eright to left\u202c \ufeffmark \u200b\ufffd \U0010ffff",
)
AWKWARD = LANGUAGES + (
    "",
    " \n\t ",
    'He said "it\'s \\"fine\\"", {"role":"user","content":"not JSON"}, \\u0000, \\n, %s, {}; DROP TABLE x; --',
    "one\ntwo\r\nthree\rtab\tline\u2028paragraph\u2029\x08\x0b\x0c\x1b[31mred\x1b[0m\x7f\x85",
    "null",
    '[{"type":"text","text":"looks like parts"}]',
    "```python\nprint('<b>&amp;</b>')\n```",
)
WITH_NUL = "before\x00after\x00"
HALF_PAIR = "cut off here: \ud83d"
WORDS = (
    "the invoice refund Köln deploy 天気 привет budget flight hotel kernel résumé naïve 🙂 SELECT null true 0 -1 1e9 "
    "memory agent café שלום crash ledger 注文 status"
).split()


@dataclass(frozen=True)
class Call:
    """A call of a tool, by an assistant."""

    id: str
    name: str
    arguments: dict


@dataclass(frozen=True)
class Image:
    """A part of a content that refers to an image."""

    url: str


@dataclass(frozen=True)
class Message:
    role: str
    content: str | tuple
    time: datetime
    id: str
    calls: tuple[Call, ...] = ()
    answers: Call | None = None
    failed: bool = False

    @property
    def second(self):
        """The time as layouts have it that keep whole seconds."""
        return self.time.replace(microsecond=0)


@dataclass(frozen=True)
class Conversation:
    id: str
    title: str
    messages: tuple[Message, ...]


class Writer:
    """Writes one conversation; times and ids come by themselves."""

    def __init__(self, number, step=timedelta(seconds=7, microseconds=1003)):
        self.random = random.Random(f"{SEED} {number}")
        self.time = START + timedelta(days=number)
        self.step = step
        self.messages = []

    def identity(self):
        return str(uuid.UUID(int=self.random.getrandbits(128), version=4))

    def add(self, role, content="", calls=(), answers=None, failed=False):
        self.messages.append(Message(role, content, self.time, self.identity(), tuple(calls), answers, failed))
        self.time += self.step

    def call(self, name, **arguments):
        return Call(f"call_{self.random.getrandbits(96):024x}", name, arguments)

    def answer(self, call, content, failed=False):
        self.add("tool", content, answers=call, failed=failed)

    def words(self, count):
        return " ".join(self.random.choices(WORDS, k=count))


def _awkward(nul, half_pairs):
    writer = Writer(1)
    texts = list(AWKWARD) + [writer.words(20_000)[:100_000]]
    texts += [WITH_NUL] * nul + [HALF_PAIR] * half_pairs
    writer.add("system", "You are terse. 请用中文回答。")
    for index, text in enumerate(texts):
        writer.add("user", text)
        writer.add("assistant", texts[index - 1])
    return writer.messages


def _tools():
    writer = Writer(2)
    writer.add("system", "You may call tools.")
    writer.add("user", "How is the weather in Köln and 東京, and what is 6 × 7?")
    weather = [writer.call("weather", city=city, units="°C") for city in ("Köln", "東京")]
    product = writer.call("multiply", factors=[6, 7], options={"exact": True, "note": None, "scale": 0.5})
    writer.add("assistant", "I will look.", calls=(*weather, product))
    writer.answer(weather[0], '{"temperature": 3, "sky": "☔"}')
    writer.answer(weather[1], '連接 failed: "timeout"\nTraceback …', failed=True)
    writer.answer(product, "42")
    writer.add("assistant", "Köln: 3 °C ☔. I couldn't reach 東京. 6 × 7 = 42.")
    writer.add("user", "What time is it?")
    now = writer.call("now")
    writer.add("assistant", calls=(now,))
    writer.answer(now, "")
    again = writer.call("now", zone='"UTC"\n')
    writer.add("assistant", "Once more.", calls=(again,))
    writer.answer(again, writer.words(3_000))
    writer.add("assistant", "It is late.")
    return writer.messages


def _interrupted():
    writer = Writer(3)
    writer.add("user", "Delete everything.")
    writer.add("assistant", "Are you sure?", calls=(writer.call("delete", path="/", recursive=True),))
    return writer.messages


def _images():
    writer = Writer(4)
    pixel = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="
    writer.add("user", ("What is this?", Image("https://example.com/ü.png?a=1&b=2")))
    writer.add("assistant", "A letter.")
    writer.add("user", ("And", "these two?", Image(pixel), Image("https://example.com/2.jpg")))
    writer.add("assistant", "A point, and another letter.")
    writer.add("user", (Image(pixel),))
    writer.add("assistant", "The same point.")
    return writer.messages


def _long(number, turns):
    writer = Writer(number)
    for turn in range(turns):
        writer.add("user", f"{turn}: {writer.words(writer.random.randint(1, 60))}")
        if turn % 11 == 5:
            call = writer.call("search", query=writer.words(4), limit=turn)
            writer.add("assistant", calls=(call,))
            writer.answer(call, writer.words(writer.random.randint(0, 200)))
        writer.add("assistant", writer.words(writer.random.randint(1, 120)))
    return writer.messages


def _same_time():
    writer = Writer(7, step=timedelta(0))
    for number in range(20):
        writer.add("user", f"quick {number}")
        writer.add("assistant", f"reply {number}")
    return writer.messages


def _short(number):
    writer = Writer(number)
    writer.add("user", "Is anybody here?")
    writer.add("assistant", "Yes. 👋")
    return writer.messages


def conversations(nul=True, half_pairs=False, plain_ids=False):
    """All conversations.

    `nul`: with a content that has U+0000. `half_pairs`: with one that has half of a surrogate pair, as text has that
    was cut by its UTF-16 length. `plain_ids`: with ids that can be the name of a file and are ASCII.
    """
    return (
        Conversation("user_123", "Awkward 🙃 texts", tuple(_awkward(nul, half_pairs))),
        Conversation("tools", "Weather", tuple(_tools())),
        Conversation("interrupted", "", tuple(_interrupted())),
        Conversation("images", 'Pictures "and" more', tuple(_images())),
        Conversation("long-1", "Long", tuple(_long(5, 150))),
        Conversation("long-2", "Longer", tuple(_long(6, 400))),
        Conversation("same-time", "All at once", tuple(_same_time())),
        Conversation(PLAIN_ODD_ID if plain_ids else ODD_ID, "Odd", tuple(_short(8))),
        Conversation("0", "Zero", tuple(_short(9))),
    )


def turns(messages):
    """The messages in pieces that each begin with what a user says; what stands before the first is a piece, too."""
    pieces = []
    for message in messages:
        if message.role == "user" or not pieces:
            pieces.append([])
        pieces[-1].append(message)
    return pieces
