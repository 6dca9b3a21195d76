"""A corpus in which everything that a schema lets an author write is meant to do harm to a page."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

ATTACK = "<script>document.title='harmed'</script>"
RTL = "\u202e\u05e9\u05dc\u05d5\u05dd\u202c \u200f"
ARTICLE = f"one\"{'><script>alert(1)<'}'&"
KEYS = ('"><img src=x onerror=document.title=1>', "../up", "CON", "ü 1", "javascript:alert(1)", "C1", "c1", "</script>")
LABELS = ("</script><script>document.title='harmed'</script>", "' onmouseover='x", "", "plain", "--><!--", "{{ 7 * 7 }}")
LONG = "x" * 5_000 + "<b>" + "y" * 5_000

TEXT = "\n\n".join(
    [
        f"A heading {ATTACK}",
        "</style></title></textarea><style>*{display:none}</style> and \"quotes\" and 'more' &amp; &lt;",
        f"{RTL}mixed with Latin {RTL}",
        LONG,
        "one two three four five six seven eight",
    ]
)


def _closed(properties: dict[str, Any], *required: str) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}


_STRING = {"type": "string"}
_ANCHOR = {"$ref": "anchor.json"}


def hostile(root: Path, anchor_schema: Path) -> Path:
    """Write the corpus at ``root``."""
    for name in ("raw", "schema", "annotations"):
        (root / name).mkdir(parents=True)
    (root / "pyproject.toml").write_text(
        f"[tool.corpusbuild]\nname = \"hostile\"\ntitle = '''{ATTACK}'''\ndescription = '''{ATTACK}'''\nlanguage = [\"ar\"]\n", "utf-8"
    )
    row = _closed(
        {
            "id": {**_STRING, "x-key": True},
            "extent": {**_ANCHOR, "x-anchor": {}},
            "parts": {"type": "array", "items": _ANCHOR, "x-anchor": {"within": "extent"}},
            "label": {"enum": list(LABELS)},
            "thing": {**_STRING, "x-ref": "things"},
            "note": _STRING,
        },
        "id",
        "extent",
        "parts",
        "label",
        "thing",
    )
    joined = _closed(
        {"from": {**_STRING, "x-ref": "rows"}, "to": {**_STRING, "x-ref": "rows"}, "kind": {"enum": list(LABELS)}}, "from", "to"
    )
    annotation = _closed(
        {
            "article": _STRING,
            "annotator": _STRING,
            "rows": {"type": "array", "x-table": "rows", "items": row},
            "joins": {"type": "array", "x-table": "joins", "items": joined},
        },
        "article",
        "annotator",
    )
    thing = {**_closed({"id": {**_STRING, "x-key": True}, "name": _STRING}, "id", "name"), "x-table": "things"}
    schemas = {"article": _closed({"title": _STRING}, "title"), "annotation": annotation, "thing": thing}
    for name, schema in schemas.items():
        (root / "schema" / f"{name}.json").write_text(json.dumps(schema), "utf-8")
    (root / "schema" / "anchor.json").write_bytes(anchor_schema.read_bytes())
    (root / "raw" / f"{ARTICLE}.txt").write_text(TEXT, "utf-8", newline="\n")
    (root / "raw" / f"{ARTICLE}.json").write_text(json.dumps({"title": ATTACK}), "utf-8")
    (root / "annotations" / "things.json").write_text(json.dumps([{"id": key, "name": ATTACK} for key in KEYS]), "utf-8")
    rows = [
        {
            "id": key,
            "extent": {"first": "one two", "last": "seven eight"},
            "parts": ["two three four", {"exact": "six"}] if number % 2 else ["one two three", "four five six seven"],
            "label": LABELS[number % len(LABELS)],
            "thing": key,
            "note": ATTACK,
        }
        for number, key in enumerate(KEYS)
    ]
    rows.append({"id": "long", "extent": {"exact": LONG}, "parts": [], "label": "plain", "thing": "CON"})
    rows.append({"id": "mixed", "extent": f"{RTL}mixed with", "parts": [], "label": "plain", "thing": "C1", "note": RTL})
    rows.append({"id": "tag", "extent": ATTACK, "parts": [], "label": "plain", "thing": "c1"})
    joins = [{"from": KEYS[0], "to": key, "kind": LABELS[0]} for key in KEYS[1:]]
    document = {"article": ARTICLE, "annotator": "a", "rows": rows, "joins": joins}
    (root / "annotations" / "document.json").write_text(json.dumps(document), "utf-8")
    return root
