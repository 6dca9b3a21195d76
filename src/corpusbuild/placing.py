"""Place the anchors of an annotation document in its article: the quotations that fit, and those that do not.

The healthy path makes no object for an anchor: places are kept as pairs of integers, level by level.
When an anchor does not fit, be slow and helpful.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from corpusbuild.corpus.article import Article
from corpusbuild.diagnostics.finding import Finding
from corpusbuild.diagnostics.where import InJson, Origin, Pointer
from corpusbuild.plan import AnchorSite, Level
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
from corpusbuild.schema.judging import ShapeFault
from corpusbuild.schema.paths import pointers_at, values_at
from corpusbuild.text.anchors import Anchor, Ends, Position, Quote, parse, places
from corpusbuild.text.check import check_value
from corpusbuild.text.graphemes import cut_cluster, joiners
from corpusbuild.text.span import Span

Range = tuple[int, int]
Placed = tuple[Range, ...]

FAILED: Placed = ((-1, -1),)
"""What stands for an anchor that fits nowhere; nothing that lies within it is reported."""


@dataclass
class Placements:
    """The places of every anchor of some documents, one list for each site (level, name), in document order.

    None stands for an anchor that is null; a discontinuous span has any number of places, others one.
    """

    sites: dict[tuple[int, str], list[Placed | None]] = field(default_factory=dict)
    texts: dict[tuple[int, str], list[tuple[str | None, ...] | None]] = field(default_factory=dict)
    spans: int = 0

    def unproven(self, article: Article) -> int:
        """How many of these places, in ``article``, could not be checked against its words."""
        if article.text is not None:
            return 0
        if article.pieces is None:
            return self.spans
        placed = (Span(*each) for site in self.sites.values() for spans in site if spans and spans is not FAILED for each in spans)
        return sum(not article.pieces.proves(span) for span in placed)

    def extend(self, other: Placements) -> None:
        """Append the places of another document."""
        for site, placed in other.sites.items():
            self.sites.setdefault(site, []).extend(placed)
        for site, texts in other.texts.items():
            self.texts.setdefault(site, []).extend(texts)
        self.spans += other.spans


def place_document(document: Any, article: Article, origin: Origin, levels: Sequence[Level]) -> tuple[Placements, list[Finding]]:
    """Place every anchor of ``document`` in ``article``."""
    placements = Placements()
    findings: list[Finding] = []
    holding: list[Finding] = []
    joins = frozenset[str]() if article.detached else joiners(article.text)
    objects: list[list[Any]] = []
    for number, level in enumerate(levels):
        objects.append([document] if level.parent < 0 else values_at(objects[level.parent], level.steps))
        pointers: list[Pointer] = []
        for site in level.sites:
            values = [None if each is None else each.get(site.name) for each in objects[number]]
            homes = _homes(levels, objects, number, site, placements)
            placed = [None if value is None else _place(value, article, home) for value, home in zip(values, homes, strict=True)]
            for i, (value, home, spans) in enumerate(zip(values, homes, placed, strict=True)):
                if value is None:
                    continue
                if spans is None or spans is FAILED or _edged(spans, article.text) or (joins and _cut(spans, article.text, joins)):
                    pointers = pointers or pointers_at(document, level.path)
                    pointer = (*pointers[i], site.name)
                    placed[i], more = _explained(value, article, home, InJson(origin, pointer))
                    findings += more
                    holding += more if any((number, site.name) == other.home for each in levels for other in each.sites) else ()
            placements.sites[number, site.name] = placed
            placements.spans += sum(len(spans) for spans in placed if spans and spans is not FAILED)
    _take_words(placements, article)
    return placements, span_edge_whitespace.kept_wide(findings, holding)


def _take_words(placements: Placements, article: Article) -> None:
    """The words at each place; null in a detached article, whoever has its text."""
    text = None if article.detached else article.text
    for site, placed in placements.sites.items():
        if text is None:
            placements.texts[site] = [None if spans is None else (None,) * len(spans) for spans in placed]
        else:
            placements.texts[site] = [None if spans is None else tuple([text[a:b] for a, b in spans]) for spans in placed]


def _homes(levels: Sequence[Level], objects: list[list[Any]], number: int, site: AnchorSite, placements: Placements) -> list[Placed | None]:
    """The span that must hold each anchor of a site; None where the whole article is searched."""
    if site.home is None:
        return [None] * len(objects[number])
    level, name = site.home
    homes = placements.sites[level, name]
    steps: list[int] = []
    while number != level:
        steps.append(number)
        number = levels[number].parent
    for below in reversed(steps):
        parents = objects[levels[below].parent]
        homes = [home for home, parent in zip(homes, parents, strict=True) for _ in values_at([parent], levels[below].steps)]
    return homes


def _place(value: Any, article: Article, home: Placed | None) -> Placed | None:
    """The place of an anchor that is healthy; None where it takes a closer look."""
    text = article.text
    if text is None or article.detached or home is FAILED:
        return None
    if value.__class__ is str:
        one = _unique(value, text, home)
        return None if one is None else (one,)
    if value.__class__ is list:
        spans = []
        last = 0
        for segment in value:
            one = _unique(segment, text, home) if segment.__class__ is str else _settled(segment, text, home)
            if one is None or one[0] < last:
                return None
            spans.append(one)
            last = one[1]
        return tuple(spans)
    one = _settled(value, text, home)
    return None if one is None else (one,)


def _unique(words: str, text: str, home: Placed | None) -> Range | None:
    """The place of words that stand once; ``find`` and ``rfind`` agree where they do."""
    if home is None:
        start = text.find(words)
        return (start, start + len(words)) if start >= 0 and text.rfind(words) == start and words else None
    if len(home) != 1:
        return None
    low, high = home[0]
    start = text.find(words, low, high)
    return (start, start + len(words)) if start >= 0 and text.rfind(words, low, high) == start and words else None


def _settled(value: Any, text: str, home: Placed | None) -> Range | None:
    """The place of an anchor in any other form by words."""
    once = _once(value, text)
    if once is not None and (home is None or any(low <= once[0] and once[1] <= high for low, high in home)):
        return once
    anchor = parse(value)
    if not isinstance(anchor, Quote | Ends):
        return None
    found = places(anchor, text, _spans(home))
    return (found[0].start, found[0].end) if len(found) == 1 else None


def _once(value: Any, text: str) -> Range | None:
    """The place of an anchor whose words, with what it says stands around them, stand once; then no other place can fit."""
    if value.__class__ is not dict or "start" in value:
        return None
    exact = value.get("exact")
    if exact:
        before = value.get("prefix", "")
        start = _alone(f"{before}{exact}{value.get('suffix', '')}", text)
        return None if start is None else (start + len(before), start + len(before) + len(exact))
    first, last = value.get("first"), value.get("last")
    if not first or not last or "prefix" in value or "suffix" in value:
        return None
    start, end = _alone(first, text), _alone(last, text)
    if start is None or end is None or start > end or start + len(first) > end + len(last):
        return None
    return start, end + len(last)


def _alone(words: str, text: str) -> int | None:
    """Where ``words`` stand, if they stand once."""
    start = text.find(words)
    return start if start >= 0 and text.rfind(words) == start else None


def _spans(home: Placed | None) -> list[Span] | None:
    return None if home is None else [Span(start, end) for start, end in home]


def _edged(spans: Placed, text: str | None) -> bool:
    if text is None:
        return False
    for start, end in spans:  # noqa: SIM110  a generator for each anchor costs more than all it looks at
        if start < end and (text[start].isspace() or text[end - 1].isspace()):
            return True
    return False


def _cut(spans: Placed, text: str | None, joins: frozenset[str]) -> bool:
    return text is not None and any(cut_cluster(text, edge, joins) for span in spans for edge in span)


# ---- the closer look ----


def _explained(value: Any, article: Article, home: Placed | None, where: InJson) -> tuple[Placed | None, list[Finding]]:
    """The place of an anchor, with everything that is to be said about it."""
    if home is FAILED:
        return FAILED, []
    several = value if isinstance(value, list) else [value]
    spans: list[Range] = []
    findings: list[Finding] = []
    before: Span | None = None
    for i, each in enumerate(several):
        at = InJson(where.origin, (*where.pointer, i)) if isinstance(value, list) else where
        span, more = _one(each, article, _spans(home), at)
        findings += more
        if span is None:
            continue
        if before is not None and span.start < before.end:
            findings += segments_out_of_order.check(article, at, before, span)
        before = span
        spans.append((span.start, span.end))
    # A warning leaves the place standing; whatever is short of a place has been reported as an error.
    return (tuple(spans) if len(spans) == len(several) else FAILED), findings


def _one(value: Any, article: Article, within: list[Span] | None, where: InJson) -> tuple[Span | None, list[Finding]]:
    anchor = parse(value)
    if anchor is None:
        return None, list(wrong_type.check(where, ShapeFault(where.pointer, "anchor", [{"title": "the forms of an anchor"}], value, "")))
    if isinstance(anchor, Position):
        return _position(anchor, article, within, where)
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
    return found[0], list(_edges(article, at, anchor, found[0], within))


def _words_pointer(anchor: Quote | Ends, pointer: Pointer) -> Pointer:
    return (*pointer, "exact" if isinstance(anchor, Quote) else "first")


def _position(anchor: Position, article: Article, within: list[Span] | None, where: InJson) -> tuple[Span | None, list[Finding]]:
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
    return span, list(_edges(article, where, anchor, span, within))


def _edges(article: Article, where: InJson, anchor: Anchor, span: Span, within: list[Span] | None) -> Iterator[Finding]:
    text = article.text or ""
    if article.detached:
        return
    words, joins = span.of(text), joiners(text)
    if words != words.strip():
        yield from span_edge_whitespace.check(article, where, anchor, span, within)
    if joins:
        yield from span_splits_grapheme.check(article, where, cut_cluster(text, span.start, joins), cut_cluster(text, span.end, joins))
