"""One layout's folder: where its store goes, what an import of it has to give, and notes on the real thing."""

import json
import shutil
import sqlite3
import sys
from contextlib import closing
from datetime import UTC
from importlib import metadata
from pathlib import Path

from corpus import SEED


def compact(value):
    """JSON as Amberlog writes values: no spaces, keys in the order of their bytes, only what must be escaped is."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def tool_call(call_id, name, arguments):
    """A call in the shape of OpenAI's chats. `arguments`: the JSON text, or the object."""
    if not isinstance(arguments, str):
        arguments = compact(arguments)
    return {"id": call_id, "type": "function", "function": {"name": name, "arguments": arguments}}


def text_of(parts):
    """The text of parts, as `ContentParts` has it."""
    texts = (part if isinstance(part, str) else part.get("text") for part in parts)
    return "\n".join(text for text in texts if isinstance(text, str))


def kept_parts(parts):
    """The parts if they tell more than their text, else nothing: one part of text alone does not."""
    if len(parts) == 1 and (isinstance(parts[0], str) or parts[0].keys() <= {"type", "text"} and "text" in parts[0]):
        return None
    return parts or None


def _mended(value):
    """The value without halves of surrogate pairs, which become U+FFFD."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list | tuple):
        return [_mended(element) for element in value]
    if isinstance(value, dict):
        return {_mended(key): _mended(element) for key, element in value.items()}
    return value


def iso(time):
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


class Layout:
    """Call `close` at the end: it writes `expected.jsonl`, `sessions.jsonl` if there is any, and `NOTES.json`."""

    def __init__(self, name, *libraries):
        self.folder = Path(sys.argv[1]).resolve() / name
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        self._lines = []
        self._sessions = []
        self.notes = {
            "layout": name,
            "libraries": {library: metadata.version(library) for library in libraries},
            "seed": SEED,
            "refused": [],
            "skipped": [],
            "differs": [],
        }

    def path(self, name):
        return self.folder / name

    # What an import has to give.

    def expect(self, session, role, content, *, time=None, id=None, metadata=None, beside=None):
        """A message. What is `None` in `metadata` and `beside` is left out."""
        line = {"session_id": session, "role": role, "content": content}
        if time is not None:
            line["timestamp"] = iso(time)
        if known := {key: value for key, value in (metadata or {}).items() if value is not None}:
            line["metadata"] = known
        if id is not None:
            line["id"] = id
        self.expect_line(line | {key: value for key, value in (beside or {}).items() if value is not None})

    def expect_line(self, line):
        """A message as the whole line, whatever is `null` in it."""
        self._lines.append(_mended(line))

    def expect_session(self, session, **metadata):
        """The metadata of a session."""
        if known := {key: value for key, value in metadata.items() if value}:
            self._sessions.append(_mended({"session_id": session, "metadata": known}))

    # Notes.

    def refuse(self, place, reason):
        """A record that can't be imported: the import tells it and goes on."""
        self.notes["refused"].append(f"{place}: {reason}")

    def skip(self, place, reason):
        """A record that is no message: the import passes over it."""
        self.notes["skipped"].append(f"{place}: {reason}")

    def differs(self, text):
        """Where the library doesn't do what is told of it."""
        self.notes["differs"].append(text)

    def sqlite_schema(self, name):
        """Notes how the tables of a SQLite file were made, and how many rows they have."""
        with closing(sqlite3.connect(f"file:{self.path(name)}?mode=ro", uri=True)) as connection:
            tables = {}
            for kind, table, sql in connection.execute("SELECT type, name, sql FROM sqlite_master ORDER BY rowid"):
                tables[f"{kind} {table}"] = " ".join(sql.split()) if sql else None
            rows = {
                key.split(" ", 1)[1]: connection.execute(f'SELECT count(*) FROM "{key.split(" ", 1)[1]}"').fetchone()[0]
                for key in tables
                if key.startswith("table ")
            }
            pragmas = {
                pragma: connection.execute(f"PRAGMA {pragma}").fetchone()[0]
                for pragma in ("journal_mode", "page_size", "page_count", "encoding", "user_version")
            }
        self.notes.setdefault("sqlite", {})[name] = {"schema": tables, "rows": rows, **pragmas}

    def close(self):
        self._write_lines("expected.jsonl", self._lines)
        if self._sessions:
            self._write_lines("sessions.jsonl", self._sessions)
        notes = {key: value for key, value in self.notes.items() if value}
        notes["expected"] = {
            "messages": len(self._lines),
            "sessions": len({line["session_id"] for line in self._lines}),
            "refused": len(self.notes["refused"]),
        }
        self.path("NOTES.json").write_text(json.dumps(notes, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        print(f"{self.folder.name}: {notes['expected']['messages']} messages", flush=True)

    def _write_lines(self, name, lines):
        with open(self.path(name), "w", encoding="utf-8", newline="\n") as file:
            for line in lines:
                file.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")
