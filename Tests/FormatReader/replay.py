"""A whole store: manifest, segments and journals come to the sessions as they are. FORMAT.md, "Replay"."""

from pathlib import Path

import journal
from byte_reader import Malformed, unpacked, utf8
from index_check import check_run
from index_run import Run
from journal import Journal
from manifest import Manifest
from record import records
from segment import Segment
from store_files import read_anchor, read_current, read_store


class Session:
    def __init__(self, number, identity, created, time_to_live):
        self.number, self.id = number, identity
        self.created = self.updated = created
        self.time_to_live = time_to_live
        self.first_live, self.next_sequence = 1, 1
        self.removed = []
        self.metadata = self.origin = None
        self.last_batch = 0
        self.messages = {}

    @classmethod
    def from_item(cls, item, segment):
        session = cls(item.number, item.id, item.created, item.time_to_live)
        session.updated = item.updated
        session.first_live, session.next_sequence = item.first_live, item.next_sequence
        session.removed, session.last_batch = list(item.removed), item.last_batch
        if segment:
            if segment.header.session != item.id:
                raise Malformed(f"the segment of {segment.header.session!r} for {item.id!r}")
            session.metadata, session.origin = segment.commit.metadata, segment.commit.origin
            session.messages = segment.messages
        return session

    def live(self):
        """Sequences and records of what is live, in order."""
        for sequence, message in sorted(self.messages.items()):
            if self.first_live <= sequence < self.next_sequence:
                if not any(start <= sequence < end for start, end in self.removed):
                    yield sequence, message

    def is_expired(self, now):
        return self.time_to_live > 0 and self.updated + self.time_to_live <= now


class StoreFiles:
    def __init__(self, directory):
        self.directory = Path(directory)
        self.store = read_store(self.data("STORE"))
        anchor = self.directory / "ANCHOR"
        self.anchor = read_anchor(anchor.read_bytes(), self.store) if anchor.exists() else None
        number = read_current(self.data("CURRENT"), self.store)
        self.manifest = Manifest(self.data(f"MANIFEST-{number}"), self.store, number, self.anchor)

    def data(self, name):
        return (self.directory / name).read_bytes()

    def segment(self, item):
        name = f"sessions/{item.number & 0xFF:02x}/{item.number}.{item.generation}.seg"
        return Segment(self.data(name), self.store, item.number, item.generation, item.segment_length)

    def sessions(self):
        """All sessions by number, after replay."""
        self.segments = {
            number: self.segment(item) for number, item in self.manifest.sessions.items() if item.generation
        }
        sessions = {
            number: Session.from_item(item, self.segments.get(number))
            for number, item in self.manifest.sessions.items()
        }
        self.last_batch = self.manifest.counters.checkpointed
        checkpointed = self.manifest.counters.checkpointed
        following = None
        for number in sorted(self.manifest.journals):
            data = self.data(f"journal/{number}")
            read = Journal(data, self.store, self.manifest.journals[number], following, checkpointed)
            if following and read.batches and read.batches[0].number != following:
                raise Malformed(f"batch {following} is missing before journal {number}")
            for batch in read.batches:
                if batch.number > checkpointed:
                    apply(batch, sessions)
                self.last_batch = max(self.last_batch, batch.number)
            following = read.next_batch
        if self.anchor and self.last_batch < self.anchor.durable_through:
            raise Malformed(f"the journals end with batch {self.last_batch}, the anchor has {self.anchor.durable_through}")
        return sessions

    def check_index(self, sessions):
        """Compares every run with the messages: how many runs, messages and terms."""
        live = {
            (session.number, sequence): message
            for session in sessions.values()
            for sequence, message in session.live()
        }
        totals = [0, 0, 0]
        covered = set()
        for number, item in self.manifest.runs.items():
            run = Run(self.data(f"index/{number}.run"), self.store, item)
            if covered & set(run.documents):
                raise Malformed(f"run {number} has messages that another one has")
            covered.update(run.documents)
            messages, terms = check_run(run, live)
            totals = [totals[0] + 1, totals[1] + messages, totals[2] + terms]
        return totals


def apply(batch, sessions):
    for entry in batch.entries:
        session = sessions.get(entry.session)
        if entry.kind == journal.BEGIN:
            if session is None:
                created, time_to_live = unpacked("<qq", entry.payload)
                identity = utf8(entry.payload[16:])
                sessions[entry.session] = Session(entry.session, identity, created, time_to_live)
            continue
        if session is None or batch.number <= session.last_batch:
            continue
        if entry.kind == journal.APPEND:
            for place, message in enumerate(records(entry.payload, entry.messages)):
                session.messages[entry.value + place] = message
            session.next_sequence = entry.value + entry.messages
            session.updated = max(session.updated, batch.time)
        elif entry.kind == journal.END:
            del sessions[entry.session]
        elif entry.kind == journal.FIRST_LIVE:
            session.first_live = entry.value
        elif entry.kind == journal.REMOVED:
            session.removed.append((entry.value, unpacked("<Q", entry.payload)[0]))
        elif entry.kind == journal.METADATA:
            session.metadata = utf8(entry.payload) or None
        elif entry.kind == journal.ORIGIN:
            session.origin = utf8(entry.payload)
        else:
            raise Malformed(f"entry kind {entry.kind} in batch {batch.number}")
