"""JSON as programs in JavaScript write it."""

import json
import re


def stringify(value):
    """No spaces, and nothing is escaped that needn't be; halves of surrogate pairs are."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return re.sub("[\ud800-\udfff]", lambda half: f"\\u{ord(half[0]):04x}", text)


def time_text(time):
    """`toISOString`: milliseconds."""
    return time.strftime("%Y-%m-%dT%H:%M:%S.") + f"{time.microsecond // 1000:03d}Z"


def to_milliseconds(time):
    return time.replace(microsecond=time.microsecond // 1000 * 1000)
