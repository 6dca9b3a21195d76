"""Which words selectors mean: those at a position, those that are quoted, or both, which must be the same."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from corpusbuild.interchange.carrying import is_integer
from corpusbuild.interchange.model import At, Segment, Words

POSITION, QUOTE, FRAGMENT = "TextPositionSelector", "TextQuoteSelector", "FragmentSelector"

_CHARACTERS = re.compile(r"char=(\d{1,18}),(\d{1,18})$")  # RFC 5147
_LINE_END = re.compile(r"\r\n?|\n")
_SHOWN = 40


class SelectorError(Exception):
    """Selectors mean nothing that can be found: why, and what to do; ``broken`` where the source is at fault."""

    def __init__(self, message: str, help: str = "", *, broken: bool = True) -> None:  # noqa: A002  as in findings
        super().__init__(message)
        self.help, self.broken = help, broken
        self.at: At | None = None


@dataclass(frozen=True, slots=True)
class _Quote:
    exact: str
    prefix: str
    suffix: str


def words_of(selectors: Sequence[Any], text: str | None) -> tuple[Words, list[Any]]:
    """The words that ``selectors``, which are ways to say the same, mean; and those of them that were not needed.

    Raises :class:`SelectorError`.
    """
    places: dict[tuple[int, int], None] = {}
    quotes: dict[_Quote, None] = {}
    others = []
    for each in selectors:
        kind = each.get("type", each.get("@type")) if isinstance(each, dict) else None
        if not isinstance(each, dict) or kind is None:
            raise SelectorError("a selector is no object with a type")
        if "refinedBy" in each:
            others.append(each)
        elif kind == POSITION:
            places[_position(each)] = None
        elif kind == QUOTE:
            quotes[_quote(each)] = None
        elif kind == FRAGMENT and (found := _CHARACTERS.match(str(each.get("value")))):
            places[int(found[1]), int(found[2])] = None
        else:
            others.append(each)
    if len(places) > 1 or len({quote.exact for quote in quotes}) > 1:
        raise SelectorError(
            "its selectors mean different words", "several selectors of one target mean the same: make them targets of their own"
        )
    exact = next((quote.exact for quote in quotes), None)
    for start, end in places:
        return Words((Segment(start, end, exact),)), others
    if quotes:
        return _found(list(quotes), text), others
    kinds = ", ".join(sorted({str(each.get("type")) for each in others})) or "none"
    raise SelectorError(f"no selector of it is read: {kinds}", f"write a {POSITION} or a {QUOTE}", broken=False)


def _position(selector: Mapping[str, Any]) -> tuple[int, int]:
    start, end = selector.get("start"), selector.get("end")
    if not is_integer(start) or not is_integer(end) or start is None or end is None:
        raise SelectorError(f"a {POSITION} has no start and end that are integers")
    if start < 0 or end < start:
        raise SelectorError(
            f"a {POSITION} ends before it starts: {start} to {end}" if start >= 0 else f"a {POSITION} starts before the text"
        )
    return start, end


def _quote(selector: Mapping[str, Any]) -> _Quote:
    exact, prefix, suffix = (selector.get(name, "") for name in ("exact", "prefix", "suffix"))
    if not isinstance(exact, str) or not exact:
        raise SelectorError(f"a {QUOTE} has no exact that is a string")
    if not isinstance(prefix, str) or not isinstance(suffix, str):
        raise SelectorError(f"prefix and suffix of a {QUOTE} are strings")
    return _Quote(exact, prefix, suffix)


def _found(quotes: Sequence[_Quote], text: str | None) -> Words:
    """The one place where the quoted words stand; nothing is chosen among several."""
    exact = quotes[0].exact
    if text is None:
        return Words((Segment(0, 0, exact),))  # what is wrong is that the text is not there, and is told as such
    kept = [set(_places(quote, text)) for quote in quotes]
    places = sorted(set.intersection(*kept))
    shown = exact if len(exact) <= _SHOWN else f"{exact[: _SHOWN - 1]}…"
    if not places:
        raise SelectorError(f'"{shown}" stands nowhere in the text as it is quoted', "correct exact, prefix and suffix, or the text")
    if len(places) > 1:
        raise SelectorError(f'"{shown}" stands in {len(places)} places', f"say more in prefix and suffix, or write a {POSITION}")
    return Words((Segment(*places[0], exact),), found=True)


def _places(quote: _Quote, text: str) -> list[tuple[int, int]]:
    """Where a quotation stands with what is around it, whatever the line ends are."""
    prefix, exact, suffix = map(_pattern, (quote.prefix, quote.exact, quote.suffix))
    # What stands ahead is looked at and not taken, so that places may overlap.
    found = re.finditer(f"(?={prefix}({exact}){suffix})", text)
    return [match.span(1) for match in found]


def _pattern(words: str) -> str:
    return r"(?:\r\n?|\n)".join(re.escape(each) for each in _LINE_END.split(words))
