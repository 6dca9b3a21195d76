"""How the rules write out a value that they are about."""

from __future__ import annotations

import json

MOST = 60
"""Characters of a value that a message shows."""


def as_json(value: object) -> str:
    """``value`` as JSON, as people write it."""
    return json.dumps(value, ensure_ascii=False)


def excerpt(value: object) -> str:
    """The same; where it has more than :data:`MOST` characters, its beginning and an ellipsis."""
    text = as_json(value)
    return text if len(text) <= MOST else f"{text[: MOST - 1]}…"
