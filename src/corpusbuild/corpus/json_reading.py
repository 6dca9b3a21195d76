"""Read JSON strictly: one value, no key twice in an object, no NaN; and find out why where it cannot be read."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import jiter
import orjson


@dataclass(frozen=True, slots=True)
class JsonFault:
    """Why bytes are not the JSON that is wanted, and at which byte; ``key`` is the one that stands twice."""

    reason: str
    byte: int
    key: str | None = None


def read_json(data: bytes) -> Any | JsonFault:
    """The value that ``data`` holds, or the first fault.

    Integers keep every digit; a number too large for a float is infinite (what has no column value is
    judged where columns are known).
    """
    try:
        return jiter.from_json(data, allow_inf_nan=False, cache_mode="keys", catch_duplicate_keys=True)
    except ValueError as error:
        return _explain(data, str(error))


def _explain(data: bytes, reason: str) -> JsonFault:
    if reason.startswith("Detected duplicate key"):
        return JsonFault("a key stands twice in one object", 0, key=json.loads(reason[reason.index('"') : reason.rindex('"') + 1]))
    try:
        orjson.loads(data)
    except orjson.JSONDecodeError as error:
        if data.isascii() or error.pos == 0:
            return JsonFault(error.msg, error.pos)
        return JsonFault(error.msg, len(data.decode("utf-8", "surrogateescape")[: error.pos].encode("utf-8", "surrogateescape")))
    return JsonFault(reason, len(data))
