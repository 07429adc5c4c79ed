"""Every frame of one file as JSON values, as `amberlog dump --json` names them."""

import json
from datetime import datetime, timedelta, timezone

import frame
import journal
from byte_reader import unpacked, utf8
from frame import BLOCK, frame_at, frame_or_none, seed_of
from journal import Batch
from manifest import items
from record import records
from segment import LZ4, ClientIDs, Commit, read_block
from store_files import JOURNAL, MANIFEST, RUN, SEGMENT, anchor_slots, read_header, read_store

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def time_text(microseconds):
    return (EPOCH + timedelta(microseconds=microseconds)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def seconds(microseconds):
    return microseconds / 1_000_000


def hexadecimal(identity):
    return "".join(f"{word:016x}" for word in unpacked("<QQ", identity))


def message_fields(sequence, message):
    fields = {
        "sequence": sequence,
        "role": message.role,
        "timestamp": time_text(message.time),
        "content": message.content,
    }
    if message.client_id is not None:
        fields["id"] = message.client_id
    if message.metadata is not None:
        fields["metadata"] = json.loads(message.metadata)
    return fields


def numbered(first, messages):
    return [message_fields(first + place, message) for place, message in enumerate(messages)]


def header_fields(header):
    kinds = {JOURNAL: "journal", SEGMENT: "segment", MANIFEST: "manifest", RUN: "index run"}
    generation = {JOURNAL: "first_batch", MANIFEST: "first_edit"}.get(header.kind, "generation")
    fields = {
        "kind": "header",
        "file": kinds[header.kind],
        "number": header.number,
        generation: header.generation,
        "store": hexadecimal(header.store),
        "identity": hexadecimal(header.identity),
    }
    if header.session is not None:
        fields["session_id"] = header.session
        fields["created"] = time_text(header.created)
        fields["time_to_live"] = seconds(header.time_to_live)
    return fields


def batch_fields(found):
    batch = Batch(found)
    if batch.damaged:
        return None  # What a power loss left of it.
    entries = []
    for entry in batch.entries:
        names = ["begin", "append", "end", "first_live", "removed", "metadata", "origin"]
        fields = {"entry": names[entry.kind - 1], "session": entry.session}
        if entry.payload:
            fields["payload_bytes"] = len(entry.payload)
        entries.append(fields)
        if entry.kind == journal.BEGIN:
            created, time_to_live = unpacked("<qq", entry.payload)
            fields["created"] = time_text(created)
            fields["time_to_live"] = seconds(time_to_live)
            fields["session_id"] = utf8(entry.payload[16:])
        elif entry.kind == journal.APPEND:
            fields["first_sequence"] = entry.value
            fields["messages"] = entry.messages
            entries += numbered(entry.value, records(entry.payload, entry.messages))
        elif entry.kind == journal.END:
            fields["reason"] = {1: "cleared", 2: "expired", 3: "erased"}[entry.flags]
        elif entry.kind == journal.FIRST_LIVE:
            fields["sequence"] = entry.value
        elif entry.kind == journal.REMOVED:
            fields["sequence"] = entry.value
            (fields["before"],) = unpacked("<Q", entry.payload)
        else:
            fields["json"] = json.loads(entry.payload) if entry.payload else ""
    fields = {
        "kind": "batch",
        "number": batch.number,
        "durable_through": batch.durable_through,
        "time": time_text(batch.time),
    }
    return fields | ({"entries": entries} if entries else {})


def block_fields(found):
    first, messages = read_block(found)
    _, count, length, stored, codec = unpacked("<QIIIB", found.body)
    return {
        "kind": "block",
        "first_sequence": first,
        "messages": count,
        "bytes": length,
        "stored_bytes": stored,
        "codec": "lz4" if codec == LZ4 else "raw",
        "records": numbered(first, messages),
    }


def ids_fields(found):
    ids = ClientIDs(found)
    entries = [{"hash": hexadecimal(hashed), "sequence": sequence} for hashed, sequence in ids.hashes]
    return {"kind": "ids", "previous_offset": ids.older} | ({"entries": entries} if entries else {})


def commit_fields(found):
    commit = Commit(found)
    fields = {
        "kind": "commit",
        "first_live": commit.first_live,
        "next_sequence": commit.next_sequence,
        "live_messages": commit.live_messages,
        "live_bytes": commit.live_bytes,
        "last_batch": commit.last_batch,
        "updated": time_text(commit.updated),
        "ids_offset": commit.client_ids_at,
    }
    if commit.removed:
        fields["removed"] = [list(removed) for removed in commit.removed]
    if commit.metadata:
        fields["metadata"] = json.loads(commit.metadata)
    if commit.origin:
        fields["origin"] = json.loads(commit.origin)
    return fields


def item_fields(name, value):
    fields = {"item": name.replace(" ", "_")}
    if name == "session":
        fields |= {
            "session": value.number,
            "generation": value.generation,
            "segment_bytes": value.segment_length,
            "first_live": value.first_live,
            "next_sequence": value.next_sequence,
            "live_messages": value.live_messages,
            "live_bytes": value.live_bytes,
            "last_batch": value.last_batch,
            "created": time_text(value.created),
            "updated": time_text(value.updated),
            "time_to_live": seconds(value.time_to_live),
            "flags": value.flags,
        }
        if value.id:
            fields["session_id"] = value.id
        if value.removed:
            fields["removed"] = [list(removed) for removed in value.removed]
    elif name == "journal":
        fields |= {
            "number": value.number,
            "identity": hexadecimal(value.identity),
            "bytes": value.size,
            "first_batch": value.first_batch,
            "end_offset": value.end_offset,
            "last_batch": value.last_batch,
        }
    elif name == "counters":
        fields |= {
            "next_session": value.next_session,
            "next_file": value.next_file,
            "clock": time_text(value.latest_time),
            "checkpointed": value.checkpointed,
            "indexed": value.indexed,
        }
    elif name == "index run":
        fields |= {
            "number": value.number,
            "identity": hexadecimal(value.identity),
            "pages": value.pages,
            "messages": value.messages,
        }
    elif name in ("session ended", "erase begun", "erase finished"):
        fields["session"] = value
    else:
        fields["number"] = value
    return fields


def edit_fields(found):
    fields = {"kind": "edit", "number": found.sequence}
    these = [item_fields(name, value) for name, value in items(found)]
    return fields | ({"items": these} if these else {})


FIELDS = {
    frame.BATCH: batch_fields,
    frame.MESSAGE_BLOCK: block_fields,
    frame.CLIENT_IDS: ids_fields,
    frame.COMMIT: commit_fields,
    frame.EDIT: edit_fields,
    frame.PAGE: lambda found: {"kind": "page", "number": found.sequence},
}


def small_file_frames(name, data, store):
    if name == "STORE":
        read = read_store(data)
        yield frame_at(data, 0, 0), {
            "kind": "store",
            "identity": hexadecimal(read.identity),
            "created": time_text(read.created),
            "incompatible": read.features[0],
            "read_only_compatible": read.features[1],
            "compatible": read.features[2],
        }
    elif name == "CURRENT":
        found = frame_at(data, 0, seed_of(store.identity)).expect(frame.CURRENT)
        yield found, {"kind": "current", "manifest": found.sequence}
    else:
        slots = {slot.version % 2: slot for slot in anchor_slots(data, store)}
        for place, slot in sorted(slots.items()):
            yield frame_at(data, place * BLOCK, seed_of(store.identity)), {
                "kind": "anchor",
                "version": slot.version,
                "durable_through": slot.durable_through,
                "manifest": slot.manifest,
                "manifest_bytes": slot.manifest_length,
            }


def log_frames(data, store):
    header = read_header(data, store)
    yield frame_at(data, 0, 0), header_fields(header)
    seed = seed_of(header.identity)
    offset, limit = header.length, len(data.rstrip(b"\0"))
    while offset < limit:
        found = frame_or_none(data, offset, seed)
        if found is None:
            # Zeros up to the next block, or what a crash left: neither is a frame.
            offset += 8
            continue
        fields = FIELDS[found.kind](found)
        if fields:
            yield found, fields
        offset = found.end


def frames(name, data, store):
    """The frames of the file `name` with these contents, as dictionaries."""
    small = name in ("STORE", "CURRENT", "ANCHOR")
    for found, fields in small_file_frames(name, data, store) if small else log_frames(data, store):
        yield {"offset": found.offset, "length": found.length} | fields
