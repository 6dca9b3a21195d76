"""Which unit the offsets of a document count, proved by the words that the source stores; and their places in the canonical text.

Tools count code points, UTF-16 units or bytes of UTF-8, with CRLF as two or as one, with a byte order mark or without, and seldom
say which. All are tried. One is accepted only where every span has its words at its offsets, and whatever else fits as well gives
the same places. A span that fits none is a finding, and is never moved.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from corpusbuild.diagnostics.finding import Finding
from corpusbuild.interchange.model import At, Segment, Unit, Words
from corpusbuild.interchange.refusing import no_unit
from corpusbuild.text.canonical import BYTE_ORDER_MARK, canonical
from corpusbuild.text.span import Span

_NAMES = {Unit.CODE_POINTS: "code points", Unit.UTF16: "UTF-16 units", Unit.UTF8: "bytes of UTF-8"}
_LINE_END = re.compile(r"\r\n?|\n")
_STORED_LINE_END = re.compile(r"\r[\n ]?|\n")
_SHOWN = 40  # characters of words that a message shows


class Counting(NamedTuple):
    """A way to count: the unit, whether CRLF counts as two, and whether a byte order mark counts."""

    unit: Unit
    crlf: bool = True
    mark: bool = False

    def describe(self, text: str) -> str:
        """In words, with what matters in ``text`` alone."""
        said = _NAMES[self.unit]
        if "\r\n" in text:
            said += ", CRLF as two" if self.crlf else ", CRLF as one"
        if text.startswith(BYTE_ORDER_MARK):
            said += ", the byte order mark counted" if self.mark else ", the byte order mark not counted"
        return said


@dataclass(frozen=True, slots=True)
class Counted:
    """What is known of how a source counts. ``given`` by the user, before all else; ``documented`` for spans without words."""

    given: Unit | None = None
    documented: Unit | None = None
    crlf: bool | None = None
    """Whether CRLF counts as two, where the user says so."""


class Pointed(NamedTuple):
    """A span of the source, and the record that it is of."""

    words: Words
    at: At


@dataclass(frozen=True, slots=True)
class Settled:
    """The places of spans in the canonical text, one by one: in code points, None where a span fits nowhere.

    ``countings`` are the ways to count that give them, the one that is chosen first; ``text`` the canonical text. ``assumed``: no words
    proved the unit, and it made a difference. ``undecided``: they give some spans different places, and these have none.
    """

    text: str
    countings: tuple[Counting, ...]
    places: tuple[tuple[Span, ...] | None, ...]
    findings: tuple[Finding, ...] = ()
    assumed: bool = False
    undecided: bool = False


def settle(text: str, spans: Sequence[Pointed], known: Counted = Counted()) -> Settled:
    """Find how ``spans`` of ``text``, which is as the source has it, are counted, and where they stand in its canonical form."""
    if text.isascii() and "\r" not in text:
        # All units are the same: nothing is to be found out.
        return _settle(text, spans, known, [_Plain(text)])
    scales: dict[bytes, _Scale] = {}
    for each in product((known.given,) if known.given else Unit, (True, False) if known.crlf is None else (known.crlf,), (False, True)):
        scale = _Scale(text, Counting(*each))
        # What counts this text alike is one way to count it.
        scales.setdefault(scale.starts.tobytes(), scale).units.add(scale.counting.unit)
    return _settle(text, spans, known, list(scales.values()))


class _Plain:
    """The scale of a text in which all units are the same."""

    def __init__(self, text: str) -> None:
        self.counting = Counting(Unit.CODE_POINTS)
        self.units = set(Unit)
        self.length = len(text)

    def at(self, offset: int) -> int | None:
        """The code point of the source's text that stands at an offset; None where there is no edge of one."""
        return offset if 0 <= offset <= self.length else None

    def offset(self, at: int) -> int:
        """The offset of a code point."""
        return at


class _Scale(_Plain):
    """Offsets of one way to count, against code points of the source's text."""

    def __init__(self, text: str, counting: Counting) -> None:
        self.counting = counting
        self.units = {counting.unit}
        self.starts = _starts(text, counting)
        self.length = int(self.starts[-1])

    def at(self, offset: int) -> int | None:
        """As above. Of two code points that begin at one offset, the later: the earlier does not count."""
        found = int(np.searchsorted(self.starts, offset, side="right")) - 1
        return found if found >= 0 and self.starts[found] == offset else None

    def offset(self, at: int) -> int:
        """As above."""
        return int(self.starts[at])


def _starts(text: str, counting: Counting) -> npt.NDArray[np.int64]:
    """The offset of every code point of ``text``, and of its end."""
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    sizes = np.ones(len(points), dtype=np.int64)
    if counting.unit is Unit.UTF16:
        sizes += points > 0xFFFF
    elif counting.unit is Unit.UTF8:
        for low in (0x7F, 0x7FF, 0xFFFF):
            sizes += points > low
    if not counting.crlf:
        # The later of the two is what counts for nothing: an edge before them is before both.
        sizes[1:][(points[:-1] == 0x0D) & (points[1:] == 0x0A)] = 0
    if not counting.mark and text.startswith(BYTE_ORDER_MARK):
        sizes[0] = 0
    return np.concatenate(([0], np.cumsum(sizes)))


def _settle(text: str, spans: Sequence[Pointed], known: Counted, scales: Sequence[_Plain]) -> Settled:
    raw = [[_raw(text, each.words, scale) for each in spans] for scale in scales]
    proving = [i for i, each in enumerate(spans) if _stores(each.words)]
    fits = [sum(column[i] is not None for i in proving) for column in raw]
    most = max(fits)
    best = [number for number, count in enumerate(fits) if count == most]
    canon = _Canon(text, [edge for number in best for place in raw[number] for piece in place or () for edge in piece])
    places: list[tuple[Span, ...] | None] = []
    findings: list[Finding] = []
    assumed = undecided = False
    preferred = _preferred([scales[number] for number in best], known)
    for i, each in enumerate(spans):
        found = [raw[number][i] for number in best]
        placed = [canon.spans(place) for place in found]
        settled = _agreed(placed)
        if settled is None and not _stores(each.words) and preferred is not None:
            settled = canon.spans(found[preferred])
            assumed = settled is not None or assumed
        places.append(settled)
        if settled is None:
            undecided = undecided or any(place != placed[0] for place in placed)
            other = [scale for scale, column in zip(scales, raw, strict=True) if column[i] is not None]
            findings.append(_refused(text, each, [scales[number] for number in best], found, canon, other))
    chosen = best[preferred or 0]
    ordered = [chosen, *(number for number in best if number != chosen)]
    return Settled(canon.text, tuple(scales[number].counting for number in ordered), tuple(places), tuple(findings), assumed, undecided)


def _agreed(places: Sequence[tuple[Span, ...] | None]) -> tuple[Span, ...] | None:
    """The places that all give, None where they differ or one gives none."""
    return places[0] if all(each == places[0] for each in places) else None


def _preferred(best: Sequence[_Plain], known: Counted) -> int | None:
    """Which of several ways to count holds for spans without words: that of the unit given or documented, if any is."""
    unit = known.given or known.documented
    if unit is None:
        return None
    # Tools count what they were given: a mark that stands in a text is a character of it (what a file begins with, readers take
    # off themselves), and CRLF is two.
    ranked = [(not scale.counting.crlf, not scale.counting.mark, number) for number, scale in enumerate(best) if unit in scale.units]
    return min(ranked)[-1] if ranked else None


def _stores(words: Words) -> bool:
    """Whether the source stores words that can prove something about its offsets."""
    return not words.found and (bool(words.joined) or any(segment.words for segment in words.segments))


def _raw(text: str, words: Words, scale: _Plain) -> tuple[tuple[int, int], ...] | None:
    """The segments in code points of the source's text, where they are inside it and have their words."""
    if words.found:
        return tuple((segment.start, segment.end) for segment in words.segments)
    found: list[tuple[int, int]] = []
    for segment in words.segments:
        start, end = scale.at(segment.start), scale.at(segment.end)
        if start is None or end is None or end < start:
            return None
        if segment.words is not None and not same(text[start:end], segment.words):
            return None
        found.append((start, end))
    if words.joined is not None and not same(" ".join(text[start:end] for start, end in found), words.joined):
        return None
    return tuple(found)


def same(stands: str, stored: str) -> bool:
    """Whether words that stand in a text are those that a source stores: normal form and kind of line end do not count.

    A line end may be stored as a space, as brat does it; a space is never stored as a line end.
    """
    if stands == stored:
        return True
    one, other = (unicodedata.normalize("NFC", each) for each in (_LINE_END.sub("\n", stands), _STORED_LINE_END.sub("\n", stored)))
    return len(one) == len(other) and all(a == b or (a == "\n" and b == " ") for a, b in zip(one, other, strict=True))


class _Canon:
    """The canonical form of a text, and where ``edges``, in code points of the text as it was, are in it."""

    def __init__(self, text: str, edges: Iterable[int]) -> None:
        self.raw = text
        self.text = canonical(text)
        self._same = self.text == text
        self._edges = {} if self._same else self._mapped(sorted(set(edges)))

    def edge(self, at: int) -> int | None:
        """The place of an edge; None where it is inside of what became one character."""
        return at if self._same else self._edges[at]

    def spans(self, place: Sequence[tuple[int, int]] | None) -> tuple[Span, ...] | None:
        """The places of segments; None where an edge cannot be kept, or there is nothing to place."""
        if place is None:
            return None
        edges = [self.edge(edge) for piece in place for edge in piece]
        kept = [edge for edge in edges if edge is not None]
        return tuple(map(Span, kept[::2], kept[1::2])) if len(kept) == len(edges) else None

    @cached_property
    def _plain(self) -> tuple[str, npt.NDArray[np.int64] | None]:
        """The text with LF and without a mark, and how many code points were taken out before each."""
        if "\r" not in self.raw and not self.raw.startswith(BYTE_ORDER_MARK):
            return self.raw, None
        points = np.frombuffer(self.raw.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        gone = np.zeros(len(points) + 1, dtype=np.int64)
        gone[1:-1][(points[:-1] == 0x0D) & (points[1:] == 0x0A)] = 1
        if self.raw.startswith(BYTE_ORDER_MARK):
            gone[1] += 1
        return _LINE_END.sub("\n", self.raw.removeprefix(BYTE_ORDER_MARK)), np.cumsum(gone)

    def _mapped(self, edges: Sequence[int]) -> dict[int, int | None]:
        plain, gone = self._plain
        places: dict[int, int | None] = {}
        done = length = 0  # code points of the plain text, and of its canonical form, up to where nothing composes
        normal = unicodedata.is_normalized("NFC", plain)
        for edge in edges:
            at = edge - (int(gone[edge]) if gone is not None else 0)
            if normal:
                places[edge] = at
                continue
            low, high = _apart(plain, at)
            if low > done:
                length += len(unicodedata.normalize("NFC", plain[done:low]))
                done = low
            head = unicodedata.normalize("NFC", plain[low:at])
            kept = head + unicodedata.normalize("NFC", plain[at:high]) == unicodedata.normalize("NFC", plain[low:high])
            places[edge] = length + len(head) if kept else None
        return places


def _apart(text: str, at: int) -> tuple[int, int]:
    """The nearest places around ``at`` across which nothing composes: before a character of ASCII, or an end of the text."""
    low = at
    while low > 0 and (low == len(text) or not text[low].isascii()):
        low -= 1
    high = at
    while high < len(text) and not text[high].isascii():
        high += 1
    return low, high


def _refused(
    text: str,
    each: Pointed,
    best: Sequence[_Plain],
    found: Sequence[tuple[tuple[int, int], ...] | None],
    canon: _Canon,
    fitting: Sequence[_Plain],
) -> Finding:
    """Why a span has no place, of all ways to count: ``best`` fit most spans, and give this one ``found``; ``fitting`` fit it."""
    segments = each.words.segments
    told = " and ".join(f"{segment.start} to {segment.end}" for segment in segments)
    said = f"the span from {told}" if not _stores(each.words) else f'"{_short(_stored(each.words))}", from {told},'
    ways = " or ".join(scale.counting.describe(text) for scale in best)
    if None not in found and len({canon.spans(place) for place in found}) == 1:
        return no_unit(
            each.at, f"{said} begins or ends inside of what is one character in normal form NFC", "widen the span to the whole character"
        )
    if None not in found:
        return no_unit(each.at, f"{said} has a place of its own in each unit that fits: {ways}", "give the unit with --unit")
    if _stores(each.words) and len(best) > 1 and any(place is not None for place in found):
        return no_unit(
            each.at, f"{said} fits one unit, and other spans fit another: {ways}", "give the unit with --unit, or correct the spans"
        )
    scale = best[0]
    if _stores(each.words) and fitting:
        own = " or ".join(other.counting.describe(text) for other in fitting)
        return no_unit(each.at, f"{said} fits {own}, and more spans fit {ways}", _where_else(text, each.words, scale))
    high = max(segment.end for segment in segments)
    if high > scale.length and min(segment.start for segment in segments) >= 0:
        message = f"{said} ends behind the text, which has {scale.length:,} {_NAMES[scale.counting.unit]}"
    else:
        message = f'{said} fits no unit: "{_short(_stands(text, segments, scale))}" stands there in {scale.counting.describe(text)}'
    return no_unit(each.at, message, _where_else(text, each.words, scale))


def _stored(words: Words) -> str:
    return words.joined if words.joined is not None else " … ".join(segment.words or "" for segment in words.segments)


def _stands(text: str, segments: Sequence[Segment], scale: _Plain) -> str:
    """What stands at the offsets, as nearly as they can be read."""
    edges = [(scale.at(max(segment.start, 0)), scale.at(segment.end)) for segment in segments]
    return " … ".join(text[start:end] if start is not None and end is not None else "?" for start, end in edges)


def _where_else(text: str, words: Words, scale: _Plain) -> str:
    """Where the words stand if that is one place; nothing is moved there."""
    stored = _stored(words)
    if len(words.segments) != 1 or not stored:
        return "correct the offsets or the text"
    pattern = re.compile(r"(?:\r\n?|\n| )".join(re.escape(each) for each in stored.split(" ")))
    first = pattern.search(text)
    if first is None:
        return "these words stand nowhere in the text: correct them, or the text"
    if pattern.search(text, first.start() + 1) is not None:
        return "these words stand in several places: correct the offsets"
    start, end = (scale.offset(edge) for edge in first.span())
    return f"these words stand once, from {start} to {end} in {scale.counting.describe(text)}"


def _short(words: str) -> str:
    """Words as a message shows them."""
    words = " ".join(words.split())
    return words if len(words) <= _SHOWN else f"{words[: _SHOWN - 1]}…"
