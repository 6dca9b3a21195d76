"""Place the anchors of an annotation document in its article: the quotations that fit, and those that do not.

The healthy path makes no object for an anchor: places are kept as flat lists of numbers, site by site.
When an anchor is not plainly healthy, be slow and helpful: the closer look decides, and says why.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate, repeat
from operator import add
from typing import Any

from corpusbuild.corpus.article import Article
from corpusbuild.diagnostics.finding import Finding
from corpusbuild.diagnostics.where import InJson, Origin, Pointer
from corpusbuild.plan import Level
from corpusbuild.rules import (
    ambiguous_quote,
    quote_in_detached_article,
    quote_not_found,
    segments_out_of_order,
    span_check_mismatch,
    span_edge_whitespace,
    span_out_of_range,
    span_outside,
    span_splits_grapheme,
    wrong_type,
)
from corpusbuild.schema.paths import pointers_at, values_at
from corpusbuild.schema.shape import Path
from corpusbuild.text.anchors import Anchor, Ends, Position, Quote, parse, places
from corpusbuild.text.check import check_value
from corpusbuild.text.graphemes import cut_cluster, joiners
from corpusbuild.text.span import Span

Range = tuple[int, int]
Site = tuple[int, str]
"""An anchor of the objects at one level: the level's number, and the anchor's name."""

NULL, FAILED = -1, -2
"""What stands for the number of places of an anchor that is null, and of one that fits nowhere."""

# What one place can be written as.
_FORMS = (str, dict)

# What says which place a quotation means, besides its words.
_IN_CONTEXT = {"exact", "prefix", "suffix"}

# The commonest characters that are of no word, and what stands behind the last one of a text.
_APART = frozenset(("", *' \n.,;:!?"…“”()'))


@dataclass
class Places:
    """The places of the anchors of one site, in document order.

    Flat, since there are millions: ``counts`` has the number of places of each anchor, any number where it is
    discontinuous, :data:`NULL` or :data:`FAILED`; ``starts``, ``ends`` and ``words`` have an item for each place.
    The words are None in a detached article, whoever has its text.
    """

    counts: list[int] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    words: list[str | None] = field(default_factory=list)

    @cached_property
    def spans(self) -> list[tuple[Span, ...] | None]:
        """The places of each anchor; None where it is null. Only for places that no more are added to."""
        flat = list(map(Span, self.starts, self.ends))
        behind = accumulate(max(count, 0) for count in self.counts)
        return [None if count == NULL else tuple(flat[end - max(count, 0) : end]) for count, end in zip(self.counts, behind, strict=True)]

    def extend(self, other: Places) -> None:
        """Append the places of another document."""
        self.counts += other.counts
        self.starts += other.starts
        self.ends += other.ends
        self.words += other.words


_NOWHERE = Places()


@dataclass
class Placements:
    """The places of every anchor of some documents, site by site; a site without anchors may be absent."""

    sites: dict[Site, Places] = field(default_factory=dict)

    def at(self, level: int, name: str) -> Places:
        """The places of one site; not to be added to."""
        return self.sites.get((level, name), _NOWHERE)

    @property
    def complete(self) -> bool:
        """Whether every anchor has its place."""
        return not any(FAILED in each.counts for each in self.sites.values())

    @property
    def spans(self) -> int:
        """The number of places."""
        return sum(len(each.starts) for each in self.sites.values())

    def unproven(self, article: Article) -> int:
        """How many of these places, in ``article``, could not be checked against its words."""
        if article.text is not None:
            return 0
        if article.pieces is None:
            return self.spans
        placed = (Span(start, end) for each in self.sites.values() for start, end in zip(each.starts, each.ends, strict=True))
        return sum(not article.pieces.proves(span) for span in placed)

    def extend(self, other: Placements) -> None:
        """Append the places of another document."""
        for site, found in other.sites.items():
            if site not in self.sites:
                self.sites[site] = Places()
            self.sites[site].extend(found)


def place_document(document: Any, article: Article, origin: Origin, levels: Sequence[Level]) -> tuple[Placements, list[Finding]]:
    """Place every anchor of ``document`` in ``article``."""
    placements = Placements()
    findings: list[Finding] = []
    holding: list[Finding] = []
    joins = frozenset[str]() if article.detached else joiners(article.text)
    objects: list[list[Any]] = []
    for number, level in enumerate(levels):
        objects.append([document] if level.parent < 0 else values_at(objects[level.parent], level.steps))
        if not objects[number]:
            continue
        look = _Look(document, article, origin, level.path, joins)
        for site in level.sites:
            values = [each.get(site.name) if each else None for each in objects[number]]
            home = None if site.home is None else _Home(placements.at(*site.home), _owners(levels, objects, number, site.home[0]))
            found, more = _place(values, home, look, site.name)
            placements.sites[number, site.name] = found
            if more:
                findings += more
                holding += more if any((number, site.name) == other.home for each in levels for other in each.sites) else ()
    return placements, span_edge_whitespace.kept_wide(findings, holding)


def _owners(levels: Sequence[Level], objects: Sequence[Sequence[Any]], number: int, home: int) -> Sequence[int]:
    """For each object of the level ``number``, which one of the level ``home`` around it holds it."""
    if number == home:
        return range(len(objects[home]))
    below = levels[number]
    around = zip(_owners(levels, objects, below.parent, home), objects[below.parent], strict=True)
    return [owner for owner, parent in around for _ in values_at([parent], below.steps)]


@dataclass
class _Home:
    """What the anchors of a site lie within: the places of another site, and for each anchor the number of the one that is its home."""

    places: Places
    owners: Sequence[int]

    def words(self, text: str) -> tuple[Iterable[int], Iterable[str]]:
        """For each anchor, where the words begin that hold it, and these words; the whole text where its home is null.

        Of a home of more than one place, or of none, only the closer look knows: no words.
        """
        counts, starts = self.places.counts, self.places.starts
        words: list[Any] = self.places.words  # strings: in a detached article, nobody asks
        if counts.count(1) != len(counts):
            behind = accumulate(max(count, 0) for count in counts)
            each = list(zip(counts, behind, strict=True))
            starts = [starts[end - 1] if count == 1 else 0 for count, end in each]
            words = [words[end - 1] if count == 1 else text if count == NULL else "" for count, end in each]
        if isinstance(self.owners, range):
            return starts, words
        return [starts[owner] for owner in self.owners], [words[owner] for owner in self.owners]


@dataclass
class _Look:
    """What the closer look at an anchor takes besides the anchor: the document, and the level that is looked at."""

    document: Any
    article: Article
    origin: Origin
    path: Path
    joins: frozenset[str]

    @cached_property
    def pointers(self) -> list[Pointer]:
        """Where each object of the level stands."""
        return pointers_at(self.document, self.path)

    def closer(self, value: Any, home: _Home | None, i: int, name: str) -> tuple[list[Range] | None, list[Finding]]:
        """The places of the anchor ``name`` of object ``i``, with everything that is to be said about it."""
        if home is not None and home.places.counts[home.owners[i]] == FAILED:
            return None, []
        within = None if home is None else home.places.spans[home.owners[i]]
        spans, findings = _explained(value, self.article, within, InJson(self.origin, (*self.pointers[i], name)), self.joins)
        return None if spans is None else [(span.start, span.end) for span in spans], findings


def _place(values: Sequence[Any], home: _Home | None, look: _Look, name: str) -> tuple[Places, list[Finding]]:
    """The places of the anchors ``name`` of a level's objects."""
    text = look.article.text
    if text is None or look.article.detached:
        return _place_detached(values, home, look, name)
    lows, helds = (repeat(0, len(values)), repeat(text, len(values))) if home is None else home.words(text)
    bare = [each[0] if each.__class__ is list and len(each) == 1 and each[0].__class__ in _FORMS else each for each in values]
    counts, starts, words = [1] * len(values), list[int](), list[str]()
    findings: dict[int, list[Finding]] = {}
    for i, value, low, held in zip(range(len(values)), bare, lows, helds, strict=True):
        # The commonest form first, without a call.
        if value.__class__ is str and value and (at := held.find(value)) >= 0 and held.rfind(value) == at:
            starts.append(low + at)
            words.append(value)
        elif value is None:
            counts[i] = NULL
        elif (place := _by_parts(value, low, held, text)) is not None:
            starts.append(place[0])
            words.append(text[place[0] : place[1]])
        else:
            spans = _segments(value, low, held, text)
            if spans is None:
                spans, findings[i] = look.closer(values[i], home, i, name)
            counts[i] = FAILED if spans is None else len(spans)
            starts += [start for start, _ in spans or ()]
            words += [text[start:end] for start, end in spans or ()]
    found = Places(counts, starts, list(map(add, starts, map(len, words))), list[str | None](words))
    if look.joins or list(map(str.strip, words)) != words:
        for i in _frayed(found, text, look.joins) - findings.keys():
            findings[i] = look.closer(values[i], home, i, name)[1]
    return found, [each for i in sorted(findings) for each in findings[i]]


def _place_detached(values: Sequence[Any], home: _Home | None, look: _Look, name: str) -> tuple[Places, list[Finding]]:
    """The same where there is no text to look at: every anchor is looked at closely, and has no words."""
    found, findings = Places(), list[Finding]()
    for i, value in enumerate(values):
        if value is None:
            found.counts.append(NULL)
            continue
        spans, more = look.closer(value, home, i, name)
        findings += more
        found.counts.append(FAILED if spans is None else len(spans))
        found.starts += [start for start, _ in spans or ()]
        found.ends += [end for _, end in spans or ()]
    found.words += [None] * len(found.starts)
    return found, findings


def _frayed(found: Places, text: str, joins: frozenset[str]) -> set[int]:
    """The anchors with a place that has white space at an edge, or cuts a cluster."""
    owners = [i for i, count in enumerate(found.counts) for _ in range(count)]
    places = zip(owners, found.starts, found.ends, strict=True)
    return {i for i, start, end in places if text[start:end] != text[start:end].strip() or _cut(text, start, end, joins)}


def _cut(text: str, start: int, end: int, joins: frozenset[str]) -> bool:
    return bool(joins) and any(cut_cluster(text, edge, joins) for edge in (start, end))


# ---- at a glance ----


def _by_parts(value: Any, low: int, held: str, text: str) -> Range | None:
    """The place of an anchor in a longer form: one that stands once in ``held``, which begins at ``low``."""
    if value.__class__ is not dict:
        return None
    first, last = value.get("first"), value.get("last")
    if first is None:
        return _in_context(value, low, held, text)
    if not (first and last and first.__class__ is last.__class__ is str) or len(value) != 2:
        return None
    head = held.find(first)
    if head < 0 or held.rfind(first) != head:
        return None
    tail = held.find(last, head)
    if tail < 0 or held.rfind(last) != tail or tail + len(last) < head + len(first):
        return None
    start, end = low + tail, low + tail + len(last)
    # Whole words before the head would count for more than a part of one behind it.
    whole = text[start - 1] in _APART and (last[-1] in _APART or text[end : end + 1] in _APART)
    return (low + head, end) if whole or held.find(last) == tail else None


def _in_context(value: dict[str, Any], low: int, held: str, text: str) -> Range | None:
    """The place of words that stand once with what is said to stand around them, which may lie outside ``held``."""
    exact, prefix, suffix = value.get("exact"), value.get("prefix", ""), value.get("suffix", "")
    # A start is looked at by itself, and nothing else belongs there.
    if not (exact and exact.__class__ is prefix.__class__ is suffix.__class__ is str) or value.keys() - _IN_CONTEXT:
        return None
    words, begin, end = f"{prefix}{exact}{suffix}", max(low - len(prefix), 0), low + len(held) + len(suffix)
    at = text.find(words, begin, end)
    if at < 0 or text.rfind(words, begin, end) != at:
        return None
    return at + len(prefix), at + len(prefix) + len(exact)


def _segments(value: Any, low: int, held: str, text: str) -> list[Range] | None:
    """The places of several segments, in text order."""
    if value.__class__ is not list:
        return None
    found: list[Range] = []
    last = 0
    for segment in value:
        if segment.__class__ is str:
            at = held.find(segment)
            place = (low + at, low + at + len(segment)) if at >= 0 and segment and held.rfind(segment) == at else None
        else:
            place = _by_parts(segment, low, held, text)
        if place is None or place[0] < last:
            return None
        found.append(place)
        last = place[1]
    return found or None


# ---- the closer look ----


def _explained(
    value: Any, article: Article, within: Sequence[Span] | None, where: InJson, joins: frozenset[str]
) -> tuple[list[Span] | None, list[Finding]]:
    """The places of an anchor, None where one is missing, with everything that is to be said about it."""
    several = value if isinstance(value, list) else [value]
    spans: list[Span] = []
    findings: list[Finding] = []
    for i, each in enumerate(several):
        at = InJson(where.origin, (*where.pointer, i)) if isinstance(value, list) else where
        span, more = _one(each, article, within, at, joins)
        findings += more
        if span is None:
            continue
        if spans and span.start < spans[-1].end:
            findings += segments_out_of_order.check(article, at, spans[-1], span)
        spans.append(span)
    # A warning leaves the place standing; whatever is short of a place has been reported as an error.
    return (spans if len(spans) == len(several) else None), findings


def _one(
    value: Any, article: Article, within: Sequence[Span] | None, where: InJson, joins: frozenset[str]
) -> tuple[Span | None, list[Finding]]:
    anchor = parse(value)
    if anchor is None:
        return None, list(wrong_type.no_form_fits(value, where, ["one of the forms of an anchor"]))
    if isinstance(anchor, Position):
        return _position(anchor, article, within, where, joins)
    if article.detached:
        return None, list(quote_in_detached_article.check(where))
    at = where if isinstance(value, str) else InJson(where.origin, _words_pointer(anchor, where.pointer))
    text = article.text or ""
    found = places(anchor, text, within)
    if not found:
        return None, list(quote_not_found.check(article, at, anchor, within))
    if len(found) > 1:
        if isinstance(anchor, Ends) and len({span.start for span in found}) == 1:
            at = InJson(where.origin, (*where.pointer, "last"))
        return None, list(ambiguous_quote.check(article, at, anchor, within, found))
    return found[0], list(_edges(article, at, anchor, found[0], within, joins))


def _words_pointer(anchor: Quote | Ends, pointer: Pointer) -> Pointer:
    return (*pointer, "exact" if isinstance(anchor, Quote) else "first")


def _position(
    anchor: Position, article: Article, within: Sequence[Span] | None, where: InJson, joins: frozenset[str]
) -> tuple[Span | None, list[Finding]]:
    if anchor.end < anchor.start or anchor.end > article.chars:
        return None, list(span_out_of_range.check(article, where, anchor))
    span = Span(anchor.start, anchor.end)
    if within is not None and not any(home.holds(span) for home in within):
        return None, list(span_outside.check(article, where, span, within))
    text = article.text
    if text is None and article.pieces is not None and article.pieces.proves(span):
        text = article.pieces.text
    if text is None:
        return span, []
    if check_value(text, span) != anchor.check:
        return None, list(span_check_mismatch.check(article, InJson(where.origin, (*where.pointer, "check")), anchor))
    return span, list(_edges(article, where, anchor, span, within, joins))


def _edges(
    article: Article, where: InJson, anchor: Anchor, span: Span, within: Sequence[Span] | None, joins: frozenset[str]
) -> Iterator[Finding]:
    text = article.text or ""
    if article.detached:
        return
    words = span.of(text)
    if words != words.strip():
        yield from span_edge_whitespace.check(article, where, anchor, span, within)
    if joins:
        yield from span_splits_grapheme.check(article, where, cut_cluster(text, span.start, joins), cut_cluster(text, span.end, joins))
