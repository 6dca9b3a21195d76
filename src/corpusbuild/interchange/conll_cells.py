"""The cells of tokens that an import of columns has read, each column where it was; and the lines of CoNLL-U."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby, pairwise
from typing import Any

from corpusbuild.interchange.conll import CONLLU
from corpusbuild.interchange.model import Losses
from corpusbuild.text.span import Span

Values = Mapping[str, Any]
"""A row of the table ``tokens``; empty for a token that has none."""

OF_WORDS = CONLLU[2:]
"""The columns of CoNLL-U that say something of a word."""

_EMPTY = "_"
_NO_CELL = re.compile(r"[\t\r\n]")
_NUMBERED = re.compile(r"column_([1-9][0-9]{0,8})")
_GLUED = "SpaceAfter=No"


def is_columns(name: str) -> bool:
    """Whether a column of tokens is called as the import of columns calls it."""
    return name in OF_WORDS or _NUMBERED.fullmatch(name) is not None


def cell(value: Any, name: str, losses: Losses) -> str:
    """A value as a cell."""
    if isinstance(value, str) and _NO_CELL.search(value):
        losses[f"tokens.{name}", "a tab or a line end stands in a cell"] += 1
        return _EMPTY
    return _EMPTY if value is None else str(value)


def numbered_cells(names: Sequence[str], words: Sequence[str], rows: Sequence[Values], tags: Sequence[str], losses: Losses) -> list[str]:
    """The lines of tokens whose other columns have numbers: the token stands in the first that is free, the tag in the next."""
    numbers = {int(name.removeprefix("column_")) - 1: name for name in names}
    width = max(len(names) + 2, max(numbers, default=0) + 1)
    free = [n for n in range(width) if n not in numbers]
    lines = []
    for word, row, tag in zip(words, rows, tags, strict=True):
        own = {number: cell(row.get(name), name, losses) for number, name in numbers.items()}
        own |= dict.fromkeys(free, _EMPTY) | {free[0]: word, free[1]: tag}
        lines.append("\t".join(own[number] for number in range(width)))
    return lines


def conllu_lines(
    text: str, tokens: Sequence[Span], rows: Sequence[Values], tags: Mapping[str, Sequence[str]], begins: Sequence[bool], losses: Losses
) -> Iterator[str]:
    """The lines of a document in CoNLL-U; ``tags`` by the column that they stand in.

    Words that share a place were written as a range, whose line goes before theirs.
    """
    number = 0
    for group in (list(each) for _, each in groupby(range(len(tokens)), key=lambda n: tokens[n])):
        first, last = group[0], group[-1]
        if begins[first]:
            number = 0
            if first:
                yield ""
        if len(group) > 1:
            after = _GLUED if last + 1 < len(tokens) and tokens[last + 1].start == tokens[last].end else _EMPTY
            yield "\t".join((f"{number + 1}-{number + len(group)}", tokens[first].of(text), *[_EMPTY] * 7, after))
        for n in group:
            number += 1
            form = tokens[n].of(text) if len(group) == 1 else _EMPTY
            cells = (tags[name][n] if name in tags else cell(rows[n].get(name), name, losses) for name in OF_WORDS)
            yield "\t".join((str(number), form, *cells))
    yield ""


def conllu_gives_the_text(text: str, tokens: Sequence[Span], rows: Sequence[Values]) -> bool:
    """Whether the tokens and what they say of the space behind them are the text again."""
    if not tokens or tokens[0].start != 0 or tokens[-1].end != len(text):
        return False
    ranged = {token for token, count in Counter(tokens).items() if count > 1}
    for (one, row), (other, _) in pairwise(zip(tokens, rows, strict=True)):
        gap = text[one.end : other.start]
        # Of a range, its own line says what follows.
        said = {"", " "} if one in ranged else {"" if _GLUED in str(row.get("misc")).split("|") else " "}
        if one != other and gap not in {*said, "\n"}:
            return False
    return True
