#!/usr/bin/env python3
"""Reads an Amberlog store, from FORMAT.md alone: nothing of it knows the engine's sources.

  read_store.py messages STORE [--now MICROSECONDS]   every live message, a line of JSON each
  read_store.py sessions STORE [--now MICROSECONDS]   every session, a line of JSON each
  read_store.py index STORE                           compares the index runs with the messages
  read_store.py frames STORE FILE...                  the frames of files of the store, each with the path of its file

The output has the keys of `amberlog export`, `sessions --json` and `dump --json`, whose agreement the tests assert.
Exit codes: 0 read, 2 damaged or not as FORMAT.md says.
"""

import argparse
import json
import sys
import time

sys.dont_write_bytecode = True

from byte_reader import Malformed  # noqa: E402
from describe import frames, message_fields, time_text  # noqa: E402
from replay import StoreFiles  # noqa: E402
from store_files import read_store  # noqa: E402


def write(value):
    print(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def live_sessions(files, now):
    sessions = (session for session in files.sessions().values() if not session.is_expired(now))
    # In the order of the ids' bytes, as the export has them.
    return sorted(sessions, key=lambda session: session.id.encode())


def messages(arguments):
    for session in live_sessions(StoreFiles(arguments.store), arguments.now):
        for sequence, message in session.live():
            write({"session_id": session.id} | message_fields(sequence, message))


def sessions(arguments):
    for session in live_sessions(StoreFiles(arguments.store), arguments.now):
        live = list(session.live())
        expires = session.updated + session.time_to_live
        fields = {
            "session_id": session.id,
            "messages": len(live),
            "bytes": sum(message.length for _, message in live),
            "created": time_text(session.created),
            "updated": time_text(session.updated),
            "expires": time_text(expires) if session.time_to_live else None,
            "first_sequence": live[0][0] if live else 0,
            "last_sequence": session.next_sequence - 1,
        }
        if session.metadata:
            fields["metadata"] = json.loads(session.metadata)
        write(fields)


def index(arguments):
    files = StoreFiles(arguments.store)
    runs, compared, terms = files.check_index(files.sessions())
    write({"runs": runs, "messages": compared, "terms": terms})


def file_frames(arguments):
    with open(f"{arguments.store}/STORE", "rb") as file:
        store = read_store(file.read())
    for name in arguments.files:
        with open(f"{arguments.store}/{name}", "rb") as file:
            for fields in frames(name, file.read(), store):
                write({"path": name} | fields)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    for name, action in (("messages", messages), ("sessions", sessions), ("index", index), ("frames", file_frames)):
        command = commands.add_parser(name)
        command.add_argument("store")
        command.add_argument("--now", type=int, default=time.time_ns() // 1000)
        if name == "frames":
            command.add_argument("files", nargs="+")
        command.set_defaults(action=action)
    arguments = parser.parse_args()
    try:
        arguments.action(arguments)
    except (Malformed, OSError) as error:
        print(f"{arguments.store}: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
