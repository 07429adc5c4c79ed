"""The manifest: a log of edits that say what exists. FORMAT.md, "The manifest: edits"."""

import frame
from byte_reader import Malformed
from frame import later_frames, numbered_frames, seed_of
from store_files import HEADER_ROOM, MANIFEST, read_header

SEALED, HAS_METADATA, HAS_CLIENT_IDS, HAS_ORIGIN = 1, 2, 4, 8


class SessionItem:
    def __init__(self, reader):
        self.flags = reader.number(1)
        self.number = reader.varint()
        self.generation = reader.varint()
        self.segment_length = reader.varint()
        self.first_live = reader.varint()
        self.next_sequence = reader.varint()
        self.live_messages = reader.varint()
        self.live_bytes = reader.varint()
        self.last_batch = reader.varint()
        self.created = reader.signed_varint()
        self.updated = reader.signed_varint()
        self.time_to_live = reader.signed_varint()
        self.removed = reader.ranges()
        self.id = reader.text()


class JournalItem:
    def __init__(self, reader):
        self.number = reader.varint()
        self.identity = reader.bytes(16)
        self.size = reader.varint()
        self.first_batch = reader.varint()
        self.end_offset = reader.varint()
        self.last_batch = reader.varint()


class RunItem:
    def __init__(self, reader):
        self.number = reader.varint()
        self.identity = reader.bytes(16)
        self.pages = reader.varint()
        self.messages = reader.varint()


class Counters:
    def __init__(self, reader):
        self.next_session = reader.varint()
        self.next_file = reader.varint()
        self.latest_time = reader.signed_varint()
        self.checkpointed = reader.varint()
        self.indexed = reader.varint()


ITEMS = {
    1: ("session", SessionItem),
    2: ("session ended", lambda reader: reader.varint()),
    3: ("journal", JournalItem),
    4: ("journal retired", lambda reader: reader.varint()),
    5: ("counters", Counters),
    6: ("erase begun", lambda reader: reader.varint()),
    7: ("erase finished", lambda reader: reader.varint()),
    8: ("index run", RunItem),
    9: ("index run removed", lambda reader: reader.varint()),
}


def items(edit):
    reader = edit.reader()
    while not reader.is_at_end:
        tag = reader.number(1)
        if tag not in ITEMS:
            raise Malformed(f"item {tag} at {edit.offset}")
        name, value = ITEMS[tag]
        yield name, value(reader)


class Manifest:
    """What the edits of one manifest come to."""

    def __init__(self, data, store, number, anchor):
        header = read_header(data, store, MANIFEST)
        if header.number != number:
            raise Malformed(f"manifest {header.number} where {number} was expected")
        seed = seed_of(header.identity)
        self.sessions, self.journals, self.runs, self.erasing = {}, {}, {}, set()
        self.counters = None
        self.end = HEADER_ROOM
        edit_number = header.generation
        for edit in numbered_frames(data, HEADER_ROOM, seed, frame.EDIT, header.generation):
            for name, value in items(edit):
                self._apply(name, value)
            self.end = edit.end
            edit_number = edit.sequence + 1
        if anchor and anchor.manifest == number and self.end < anchor.manifest_length:
            raise Malformed(f"the manifest ends at {self.end}, before its anchor at {anchor.manifest_length}")
        later = later_frames(data, self.end, seed, frame.EDIT, edit_number)
        if any(found.offset % frame.BLOCK == 0 for found in later):
            raise Malformed(f"edit {edit_number} is damaged: there is a later one")
        if self.counters is None:
            raise Malformed("a manifest without counters was never finished")

    def _apply(self, name, value):
        if name == "session":
            if not value.id:
                if value.number not in self.sessions:
                    raise Malformed(f"session {value.number} has no id")
                value.id = self.sessions[value.number].id
            self.sessions[value.number] = value
        elif name == "session ended":
            self.sessions.pop(value, None)
        elif name == "journal":
            self.journals[value.number] = value
        elif name == "journal retired":
            self.journals.pop(value, None)
        elif name == "counters":
            self.counters = value
        elif name == "erase begun":
            self.erasing.add(value)
        elif name == "erase finished":
            self.erasing.discard(value)
        elif name == "index run":
            self.runs[value.number] = value
        elif name == "index run removed":
            self.runs.pop(value, None)
