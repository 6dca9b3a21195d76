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
    "CON", "x" * 300, [], {}, [[]], [None], {"": None}, "2031-02-30", "0001-01-01T00:00:60Z", {"exact": ""}, "^(a+)+$",
    {"start": 1, "end": 0, "check": ""}, {"$ref": "#"}, {"$ref": "#/$defs/n"}, {"type": "string", "pattern": "(.*a){20}"},
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
    except (ValueError, OverflowError, RecursionError):
        return None
    try:
        for _ in range(dice.choice((1, 1, 1, 2, 4))):
            value = _change(value, dice)
        return json.dumps(value, ensure_ascii=dice.random() < 0.5, indent=dice.choice((None, None, 1))).encode("utf-8", "surrogatepass")
    except (ValueError, OverflowError, RecursionError):
        return None


def _change(value: Any, dice: random.Random) -> Any:
    spots = _spots(value)
    if not spots:
        return deepcopy(dice.choice(_ODD))
    home, key = dice.choice(spots)
    match dice.randrange(7):
        case 0:
            del home[key]
        case 1:
            home[key] = deepcopy(dice.choice(_ODD))
        case 2:
            other, there = dice.choice(spots)
            home[key] = deepcopy(other[there])
        case 3:
            _copy(home, key, dice)
        case 4:
            home[key] = _near(home[key], dice)
        case 5 if isinstance(home, dict):
            home[dice.choice((f"{key}x", "", "\ud800", key.upper()))] = home.pop(key)
        case _:
            for _ in range(dice.choice((1, 3, 30, 200))):
                home[key] = {str(key): home[key]} if isinstance(home, dict) else [home[key]]
    return value


def _copy(home: Any, key: Any, dice: random.Random) -> None:
    """Put a copy of a value beside it."""
    if isinstance(home, list):
        home.insert(dice.randrange(len(home) + 1), deepcopy(home[key]))
    else:
        home[f"{key}{dice.randrange(3)}"] = deepcopy(home[key])


def _near(value: Any, dice: random.Random) -> Any:
    """A value that is nearly the same."""
    if isinstance(value, str):
        return _reworded(value, dice)
    if isinstance(value, int | float):
        return value + dice.choice((-1, 1, 0.5, 2**62))
    return deepcopy(dice.choice(_ODD))


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
