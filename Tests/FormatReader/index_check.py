"""Whether a run says of the messages what they are: roles, metadata, times, and words where words are plain."""

import json
import re

from byte_reader import Malformed
from index_run import length_byte

CONTENT, AUTHOR, ROLE, METADATA = b"\x01", b"\x02", b"\x03", b"\x04"
# Words that every tokenizer agrees on: lower-case ASCII letters with spaces and full stops between.
PLAIN = re.compile(r"(?:[a-z]+[ .]*)*\Z")


def metadata_terms(text):
    for key, value in json.loads(text, object_pairs_hook=list) if text else []:
        name = key.encode()
        if not 1 <= len(name) <= 64:
            continue
        if value is True or value is False or value is None:
            shown = json.dumps(value)
        elif isinstance(value, (str, int)):
            shown = str(value)
        else:
            shown = "\x01"
        yield METADATA + name + b"\0" + shown.encode().lower()[:64]


def role_term(message):
    return ROLE + (b"\0" + bytes([message.code]) if message.code else message.role.encode()[:64])


def check_run(run, messages):
    """`messages`: (session number, sequence) to record. Returns how many messages and terms were compared."""
    have = {}
    for term, postings in run.terms.items():
        for number, often in postings:
            have.setdefault(number, {})[term] = often
    compared = terms = 0
    for number, place in enumerate(run.documents):
        message = messages.get(place)
        if message is None:
            continue  # Gone since: a run says nothing about what is live.
        found = have.get(number, {})
        expected = {role_term(message), *metadata_terms(message.metadata)}
        actual = {term for term in found if term[:1] in (ROLE, METADATA)}
        if expected != actual:
            raise Malformed(f"{place}: {sorted(actual)} instead of {sorted(expected)}")
        if run.times[number] != message.time // 1_000_000:
            raise Malformed(f"{place}: the time {run.times[number]}")
        if not run.is_stemmed and PLAIN.match(message.content):
            words = re.findall("[a-z]+", message.content)
            counts = {CONTENT + word.encode(): min(words.count(word), 255) for word in set(words)}
            if counts != {term: often for term, often in found.items() if term[:1] == CONTENT}:
                raise Malformed(f"{place}: other words than its own")
            if run.lengths[number] != length_byte(len(words)):
                raise Malformed(f"{place}: the length {run.lengths[number]} for {len(words)} words")
        compared += 1
        terms += len(found)
    return compared, terms
