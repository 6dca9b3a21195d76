"""The list of what two annotators leave to be decided: Markdown for people, JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from corpusbuild.agreement.decisions import Adjudication, Decision, Said, said_json, shortened, value_text
from corpusbuild.emit.card import escape

FORMAT = 1


def markdown(adjudication: Adjudication) -> str:
    """The list to work through, article by article."""
    return "\n".join(_markdown(adjudication)) + "\n"


def _markdown(adjudication: Adjudication) -> Iterator[str]:
    a, b = escape(adjudication.a), escape(adjudication.b)
    yield f"# To decide: {a} and {b}\n"
    yield f"The draft of {escape(adjudication.gold)} has the word of {a} wherever the two differ, and every row that only one of them"
    yield "has, but for those that say here why they were left out. Write the section of the guidelines that decides into the row's"
    yield "`section`."
    for article, decisions in groupby(adjudication.decisions, key=lambda each: each.article):
        yield f"\n## {escape(article)}\n"
        for each in decisions:
            yield from _entry(each)


def _entry(each: Decision) -> Iterator[str]:
    key = each.key or next((side.row for side in (each.a, each.b) if side is not None), "")
    about = next((side.about for side in (each.a, each.b) if side is not None), ())
    title = escape(f"{each.table} {key}".strip() + (f" ({', '.join(about)})" if about else ""))
    sides = [side for side in (each.a, each.b) if side is not None]
    if each.field is not None:
        yield f"- [ ] **{title}**, {escape(each.field)}"
    else:
        yield f"- [ ] **{title}**: {'both have' if len(sides) == 2 else f'only {escape(sides[0].annotator)} has'} it"
    if each.refused is not None:
        yield f"  - left out of the draft: {escape(each.refused)}"
    for side in sides:
        yield f"  - {_side(side)}"


def _side(side: Said) -> str:
    words = f' "{escape(shortened(side.words))}"' if side.words and side.words != side.value else ""
    name = f"{side.annotator}/{side.row}" if side.row else side.annotator
    at = f"{side.place.path}:{side.place.line}:{side.place.column}"
    return f"{escape(name)}: {escape(shortened(value_text(side.value)))}{words} ({escape(at)})"


def decisions_json(adjudication: Adjudication) -> bytes:
    """The list and the drafts for programs; ``format`` is the version of this form."""
    value = {
        "format": FORMAT,
        "a": adjudication.a,
        "b": adjudication.b,
        "gold": adjudication.gold,
        "drafts": [{"article": each.article, "path": each.path, "rows": each.rows, "agreed": each.agreed} for each in adjudication.drafts],
        "only_a": list(adjudication.only_a),
        "only_b": list(adjudication.only_b),
        "without_provenance": list(adjudication.provenance),
        "decisions": [_decision(each) for each in adjudication.decisions],
    }
    return json.dumps(value, ensure_ascii=False, indent=2).encode("utf-8", "replace") + b"\n"


def _decision(each: Decision) -> dict[str, Any]:
    return {
        "article": each.article,
        "table": each.table,
        "field": each.field,
        "key": each.key,
        "drafted": each.drafted,
        "refused": each.refused,
        "a": said_json(each.a),
        "b": said_json(each.b),
    }
