"""Mutate JSON as a tree, so that what comes out is JSON still and gets past the parser, to what reads its meaning."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from copy import deepcopy
from typing import Any

from readers import PART

_ODD: tuple[Any, ...] = (
    None, True, False, 0, -1, 1.5, 2**31, 2**53 + 1, 2**63, -(2**63) - 1, 10**400, 1e308, "", "\ud800", "\0", "a\u0301", "../x", "con",
    "CON", "x" * 300, [], {}, [[]], [None], {"": None}, "2031-02-30", "0001-01-01T00:00:60Z", {"exact": ""}, {"start": 1, "end": 0, "check": ""},
    "^(a+)+$", {"$ref": "#"}, {"$ref": "#/$defs/n"}, {"type": "string", "pattern": "(.*a){20}"},
)  # fmt: skip


def mutate(data: bytes, most: int, seed: int, otherwise: Callable[[bytes, int], bytes]) -> bytes:
    """One mutation of ``data``: of a part, a line or all of it that is JSON, else what ``otherwise`` makes of its bytes."""
    dice = random.Random(seed)
    if dice.random() < 0.4:
        return otherwise(data, most)
    pieces = data.split(PART)
    at = dice.randrange(len(pieces))
    made = _mutated(pieces[at], dice)
    if made is None:
        lines = pieces[at].split(b"\n")
        line = dice.randrange(len(lines))
        other = _mutated(lines[line], dice)
        if other is None:
            return otherwise(data, most)
        lines[line] = other
        made = b"\n".join(lines)
    pieces[at] = made
    whole = PART.join(pieces)
    return whole if len(whole) <= most else otherwise(data, most)


def _mutated(data: bytes, dice: random.Random) -> bytes | None:
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return None
    for _ in range(dice.choice((1, 1, 1, 2, 4))):
        value = _change(value, dice)
    try:
        return json.dumps(value, ensure_ascii=dice.random() < 0.5, indent=dice.choice((None, None, 1))).encode("utf-8", "surrogatepass")
    except (ValueError, RecursionError):
        return None


def _change(value: Any, dice: random.Random) -> Any:
    spots = [spot for spot in _spots(value)]
    if not spots:
        return deepcopy(dice.choice(_ODD))
    home, key = dice.choice(spots)
    match dice.randrange(8):
        case 0:
            del home[key]
        case 1:
            home[key] = deepcopy(dice.choice(_ODD))
        case 2:
            home[key] = [home[key]]
        case 3:
            other, there = dice.choice(spots)
            home[key] = json.loads(json.dumps(other[there]))
        case 4 if isinstance(home, list):
            home.append(json.loads(json.dumps(home[key])))
        case 4:
            home[dice.choice([each for where, each in spots if isinstance(each, str)] or ["x"])] = json.loads(json.dumps(home[key]))
        case 5 if isinstance(home[key], str):
            home[key] = _reworded(home[key], dice)
        case 5 if isinstance(home[key], int | float):
            home[key] += dice.choice((-1, 1, 0.5, 2**62))
        case 6 if isinstance(home, dict):
            home[dice.choice((f"{key}x", "", "\ud800", key.upper()))] = home.pop(key)
        case 7:
            for _ in range(dice.choice((3, 30, 200))):
                home[key] = {str(key): home[key]} if isinstance(home, dict) else [home[key]]
        case _:
            home[key] = deepcopy(dice.choice(_ODD))
    return value


def _reworded(words: str, dice: random.Random) -> str:
    at = dice.randrange(len(words) + 1)
    return (
        words[:at] + dice.choice(("", "x", " ", "\u00a0", "\u0301", "\ud800", "\0", "\n", "#", "/")) + words[at + dice.choice((0, 1, 3)) :]
    )


def _spots(value: Any) -> list[tuple[Any, Any]]:
    """Every place in a value that something stands at: what it is in, and its key or index."""
    found: list[tuple[Any, Any]] = []
    todo = [value]
    while todo:
        each = todo.pop()
        keys = list(each) if isinstance(each, dict) else range(len(each)) if isinstance(each, list) else ()
        for key in keys:
            found.append((each, key))
            todo.append(each[key])
    return found
