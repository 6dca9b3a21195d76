"""Move the anchors of a corrected article to where their words are now: those with exactly one home. The others are listed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from corpusbuild.corpus.article import Article
from corpusbuild.corpus.config import Config
from corpusbuild.corpus.files import read_to_edit
from corpusbuild.diagnostics.finding import Also, Edit, Finding, Fix, Severity
from corpusbuild.diagnostics.where import InFile, InJson, Origin, Pointer
from corpusbuild.errors import CannotGoOn, UnknownName
from corpusbuild.facts import AnnotationFact, ArticleFact
from corpusbuild.fixing import fix_files
from corpusbuild.placing import place_document
from corpusbuild.plan import AnchorSite, Level, Plan
from corpusbuild.schema.paths import pointers_at, values_at
from corpusbuild.text.anchors import Anchor, Position, parse, places
from corpusbuild.text.check import check_value
from corpusbuild.text.nearest import nearest_name
from corpusbuild.text.reanchoring import MARGIN, THRESHOLD, Candidate, Correction, Verdict, Why, alone, proved
from corpusbuild.text.rewording import as_value, moved
from corpusbuild.text.span import Span
from corpusbuild.units import Unit, read_unit
from corpusbuild.workflow.analysis import Analysis, analyse
from corpusbuild.workflow.earlier import Earlier, EarlierTexts
from corpusbuild.workflow.progress import Progress, silent

_CODE = "reanchor"

_SAID = {
    Why.TAKEN_OUT: ("these words were taken out of the text", "delete the anchor, or quote the words that are meant now"),
    Why.CHANGED: ("these words were changed too much to be the same", "quote the words that are meant now"),
    Why.ENDS_CHANGED: (
        "these words are like enough as a whole, but begin or end with others",
        "quote the words that are meant now",
    ),
    Why.SEVERAL: ("these words may be at several places, and nothing tells them apart", "say which is meant with prefix or suffix"),
    Why.MOVED_AWAY: ("words more like these stand elsewhere now, where none did before", "look which of the places is meant, and quote it"),
    Why.NO_EARLIER: (
        "where these words were is not known: no earlier text has them in one place",
        "name the text as it was with --from, or quote the words that are meant now",
    ),
    Why.ELSEWHERE: (
        "these words are not where they were: others that are the same stand at this place",
        "look whether they still are the ones that are meant, and if so leave them",
    ),
    Why.OUT_OF_ORDER: ("at their new place, these words would not be in the order of their list", "look whether it is one span still"),
    Why.NO_FORM: ("no anchor that the schema allows fits at their new place alone", "quote more words, or widen the schema"),
}


@dataclass(frozen=True, slots=True)
class Moved:
    """An anchor that was given a new place: where it is written, and what as; ``margin`` is None where its place was proved."""

    article: str
    annotator: str
    where: InJson
    before: Any
    after: Any
    old: Span | None
    new: Candidate
    margin: float | None


@dataclass(frozen=True, slots=True)
class Unsettled:
    """An anchor that has no clear home: why, as a finding, and the places that come near."""

    article: str
    annotator: str
    value: Any
    why: Why
    finding: Finding
    candidates: tuple[tuple[Candidate, str], ...]
    """Each with the words that stand there."""


@dataclass(frozen=True, slots=True)
class Reanchored:
    """What re-anchoring makes of a corpus: contents of files before and after, by path, and what became of each anchor.

    ``articles`` counts those that were looked into. ``written`` says whether anything was.
    """

    before: dict[str, bytes]
    after: dict[str, bytes]
    moved: tuple[Moved, ...]
    unsettled: tuple[Unsettled, ...]
    articles: int
    written: bool = False


@dataclass(frozen=True, slots=True)
class Request:
    """Which articles, where their earlier texts are, and how clear a home must be (:mod:`corpusbuild.text.reanchoring`)."""

    articles: tuple[str, ...] = ()
    source: str | None = None
    threshold: float = THRESHOLD
    margin: float = MARGIN


def reanchor(root: Path, config: Config, request: Request, progress: Progress = silent) -> Reanchored:
    """What becomes of the corpus at ``root`` once its anchors are where their words are. Nothing is written.

    An anchor that fits is left as it is. Raises :class:`~corpusbuild.errors.UnknownName` where there is no such article,
    and :class:`~corpusbuild.errors.CannotGoOn` where one cannot be looked into, or the earlier text cannot be read.
    """
    # What is no number is refused, too.
    if not (0.5 <= request.threshold <= 1 and 0 <= request.margin <= 2):
        raise CannotGoOn("a threshold is from 0.5 to 1, and a margin from 0 to 2")
    analysis = analyse(root, progress, linking=False)
    plan = analysis.plan
    if plan is None:
        raise _at_fault("the schemas are not valid", "schema")
    known = [fact for fact in analysis.facts.articles if not request.articles or fact.id in request.articles]
    _refuse_unknown(request.articles, analysis)
    earlier = EarlierTexts(root, config, request.source)
    earlier.require(len(set(request.articles)))
    annotations: dict[str, list[int]] = {}
    for number, name in enumerate(analysis.facts.annotations.column("article").to_pylist()):
        annotations.setdefault(name, []).append(number)
    work = _Work(plan, request, earlier)
    for done, fact in enumerate(known, start=1):
        work.article(fact, [analysis.facts.annotations[number] for number in annotations.get(fact.id, ())])
        progress("looking", done, len(known))
    before = {path: read_to_edit(root, path) for path in sorted({edit.where.origin.path for edit in work.edits})}
    # One fix, so that it is applied whole.
    whole = Finding("", _CODE, Severity.NOTE, "", InFile(Origin("")), fix=Fix(tuple(work.edits), safe=True))
    after = fix_files([whole], before).files
    return Reanchored(before, after, tuple(work.moved), tuple(work.unsettled), work.articles)


def _refuse_unknown(names: Sequence[str], analysis: Analysis) -> None:
    known = {fact.id for fact in analysis.facts.articles} if names else set()
    for name in names:
        if name in analysis.facts.unplaceable:
            # A text that is not canonical, most often: no position in it is certain.
            paths = {f"raw/{name}.txt", f"raw/{name}.json"}
            wrong = next((each for each in analysis.findings if each.where.origin.path in paths), None)
            raise _at_fault("something is wrong with it" if wrong is None else wrong.message, f"raw/{name}.txt")
        if name not in known:
            near = nearest_name(name, sorted(known))
            raise UnknownName(f'there is no article "{name}"', help=f'did you mean "{near}"?' if near else "articles are the files of raw/")


def _at_fault(message: str, path: str) -> CannotGoOn:
    return CannotGoOn(message, path, "mend what `corpusbuild check` finds first")


# ---- one article ----


@dataclass
class _Work:
    """What has been found so far."""

    plan: Plan
    request: Request
    earlier: EarlierTexts
    edits: list[Edit] = field(default_factory=list)
    moved: list[Moved] = field(default_factory=list)
    unsettled: list[Unsettled] = field(default_factory=list)
    articles: int = 0

    def article(self, fact: ArticleFact, annotations: Sequence[AnnotationFact]) -> None:
        """Look into an article and all that is written about it."""
        named = fact.id in self.request.articles
        unit = read_unit(fact, annotations, self.plan)
        article = unit.article
        if article.text is None:
            if named:
                message = f'"{fact.id}" is detached: its text is not at hand'
                raise CannotGoOn(message, fact.origin.path, "`corpusbuild hydrate DIR` takes it in from a folder of yours")
            return
        if not named and not self._concerned(unit):
            return
        self.articles += 1
        before = [_Before(each, Correction(each.text, article.text), self) for each in self.earlier.of(article)]
        if named and self.request.source is not None and not before:
            raise CannotGoOn(f'no other text of "{fact.id}" is there', self.request.source, "name the text as it was before")
        for annotation, document in unit.documents:
            _Document(self, article, annotation, document, before).settle()

    def _concerned(self, unit: Unit) -> bool:
        """Whether the text was corrected, or an anchor does not fit it."""
        article = unit.article
        path = (article.text_origin or article.origin).path
        if unit.documents and (self.request.source is not None or path in self.earlier.changed):
            return True
        return not all(place_document(each, article, fact.origin, self.plan.levels)[0].complete for fact, each in unit.documents)


@dataclass(frozen=True, slots=True)
class _Site:
    """An anchor of a document: where it is written, its value, and where the anchor that must hold it is."""

    pointer: Pointer
    value: Any
    home: Pointer | None

    @property
    def segments(self) -> list[tuple[Pointer, Any]]:
        """Each part of a discontinuous span; else the anchor itself."""
        if isinstance(self.value, list):
            return [((*self.pointer, i), each) for i, each in enumerate(self.value)]
        return [(self.pointer, self.value)]


Spans = tuple[Span, ...] | None
"""The places of an anchor; None where it is null or absent. What fits nowhere is no key of a mapping of them."""


@dataclass(frozen=True, slots=True)
class _Lost:
    """An anchor that fits nowhere: where it is written, what must hold it, and what lies before and behind it in its list."""

    pointer: Pointer
    value: Any
    anchor: Anchor
    within: Spans
    between: Span


@dataclass
class _Document:
    """An annotation document whose anchors are looked at, those that hold others first."""

    work: _Work
    article: Article
    fact: AnnotationFact
    value: Any
    earlier: Sequence[_Before]

    @cached_property
    def _after(self) -> Any:
        """The document as it becomes."""
        return deepcopy(self.value)

    @cached_property
    def _accepted(self) -> bool:
        return self.work.plan.annotation_judge.accepts(self.value)

    @property
    def _text(self) -> str:
        return self.article.text or ""

    def settle(self) -> None:
        """Move the anchors that have a home, and list those that have none."""
        held = dict[Pointer, Spans]()
        for site in _sites(self.value, self.work.plan.levels):
            # Where the one that holds it has no place, nothing is said of an anchor.
            if site.value is None:
                held[site.pointer] = None
            elif site.home is None or site.home in held:
                spans = self._settle(site, None if site.home is None else held[site.home])
                if None not in spans:
                    held[site.pointer] = tuple(span for span in spans if span is not None)

    def _settle(self, site: _Site, within: Spans) -> list[Span | None]:
        """The places of an anchor, segment by segment; None for one that has none."""
        parts = [(pointer, value, parse(value)) for pointer, value in site.segments]
        spans = [None if anchor is None else place(anchor, self._text, within) for _, _, anchor in parts]
        for i, (pointer, value, anchor) in enumerate(parts):
            fits = spans[i]
            if fits is not None:
                self._look_twice(pointer, value, fits)
            elif anchor is not None and (isinstance(anchor, Position) or not self.article.detached):
                low = max((span.end for span in spans[:i] if span is not None), default=0)
                high = min((span.start for span in spans[i + 1 :] if span is not None), default=len(self._text))
                spans[i] = self._move(_Lost(pointer, value, anchor, within, Span(low, max(low, high))))
        return spans

    def _move(self, lost: _Lost) -> Span | None:
        """Give an anchor its new place, if it has one."""
        old, verdict = self._verdict(lost)
        home = verdict.home
        if home is None or not lost.between.holds(home.span):
            self._list(lost.pointer, lost.value, verdict.why or Why.OUT_OF_ORDER, verdict.candidates)
            return None
        there = moved(lost.anchor, self._text, home.span, lost.within)
        new = None if there is None else as_value(there, lost.value)
        if there is None or place(there, self._text, lost.within) != home.span or not self._may_be(lost.pointer, new):
            self._list(lost.pointer, lost.value, Why.NO_FORM, verdict.candidates)
            return None
        where = InJson(self.fact.origin, lost.pointer)
        self.work.edits += _edits(where, lost.value, new)
        self.work.moved.append(Moved(self.article.id, self.fact.annotator, where, lost.value, new, old, home, verdict.margin))
        return home.span

    def _verdict(self, lost: _Lost) -> tuple[Span | None, Verdict]:
        """By the latest of the earlier texts that the anchor fits; without one, by what proves itself."""
        request = self.work.request
        for each in self.earlier:
            was = each.placed(self.fact, self.value).get(lost.pointer)
            if was is not None:
                span, around = was
                within = (around, lost.within)
                return span, each.correction.home(span, within=within, threshold=request.threshold, margin=request.margin)
        if isinstance(lost.anchor, Position):
            return None, proved(lost.anchor, self._text, lost.within)
        return None, alone(lost.anchor, self._text, lost.within)

    def _may_be(self, pointer: Pointer, value: Any) -> bool:
        """Put a value into the document as it becomes, unless the schema refuses that."""
        parent = self._after
        for step in pointer[:-1]:
            parent = parent[step]
        before, parent[pointer[-1]] = parent[pointer[-1]], value
        if self._accepted and not self.work.plan.annotation_judge.accepts(self._after):
            parent[pointer[-1]] = before
            return False
        return True

    def _look_twice(self, pointer: Pointer, value: Any, span: Span) -> None:
        """List an anchor that fits, but clearly not the words that it was about when it was committed."""
        latest = next(iter(self.earlier), None)
        if latest is None or latest.text.commit is None or self.fact.origin.length is not None:
            return
        was = latest.placed(self.fact, self.value).get(pointer)
        if was is None or latest.written(self.fact, pointer) != value:
            return
        if latest.correction.contradicts(was[0], span, margin=self.work.request.margin):
            self._list(pointer, value, Why.ELSEWHERE, (Candidate(span, 1.0),))

    def _list(self, pointer: Pointer, value: Any, why: Why, candidates: Sequence[Candidate]) -> None:
        message, help_text = _SAID[why]
        inner = next((name for name in ("exact", "first") if isinstance(value, dict) and name in value), None)
        where = InJson(self.fact.origin, pointer if inner is None else (*pointer, inner))
        also = tuple(Also(self.article.where(each.span), f"{each.score:.2f} like them") for each in candidates)
        finding = Finding(_CODE, why.value.replace(" ", "-"), Severity.ERROR, message, where, also=also, help=help_text)
        shown = tuple((each, each.span.of(self._text)) for each in candidates)
        self.work.unsettled.append(Unsettled(self.article.id, self.fact.annotator, value, why, finding, shown))


@dataclass
class _Before:
    """An earlier text of an article, and where the anchors of each document were in it."""

    text: Earlier
    correction: Correction
    work: _Work
    _placed: dict[Origin, dict[Pointer, tuple[Span, Spans]]] = field(default_factory=dict)
    _written: dict[Origin, Any] = field(default_factory=dict)

    def placed(self, fact: AnnotationFact, document: Any) -> dict[Pointer, tuple[Span, Spans]]:
        """Where each anchor (segment) was, and the places that held it; those that fitted one place only."""
        if fact.origin not in self._placed:
            self._placed[fact.origin] = _placed(document, self.text.text, self.work.plan.levels)
        return self._placed[fact.origin]

    def written(self, fact: AnnotationFact, pointer: Pointer) -> Any:
        """What stood at ``pointer`` of the document then."""
        if fact.origin not in self._written:
            self._written[fact.origin] = self.work.earlier.document(self.text.commit or "", fact.origin.path)
        value = self._written[fact.origin]
        try:
            for step in pointer:
                value = value[step]
        except (KeyError, IndexError, TypeError):
            return None
        return value


# ---- the anchors of a document ----


def _sites(document: Any, levels: Sequence[Level]) -> Iterator[_Site]:
    """The anchors of a document, each behind the one that must hold it."""
    for level in levels:
        for pointer, value in zip(pointers_at(document, level.path), values_at([document], level.path), strict=True):
            if value is not None:
                yield from (_Site((*pointer, site.name), value.get(site.name), _home(site, pointer, levels)) for site in level.sites)


def _home(site: AnchorSite, pointer: Pointer, levels: Sequence[Level]) -> Pointer | None:
    # A step of a path is a step of a pointer: objects around this one have the beginnings of its pointer.
    return None if site.home is None else (*pointer[: len(levels[site.home[0]].path)], site.home[1])


def _placed(document: Any, text: str, levels: Sequence[Level]) -> dict[Pointer, tuple[Span, Spans]]:
    """Where each anchor (segment) of a document is in ``text``, and the places that hold it; those that fit one place only."""
    found: dict[Pointer, tuple[Span, Spans]] = {}
    held = dict[Pointer, Spans]()
    for site in _sites(document, levels):
        if site.value is None:
            held[site.pointer] = None
        elif site.home is None or site.home in held:
            within = None if site.home is None else held[site.home]
            anchors = [(pointer, parse(value)) for pointer, value in site.segments]
            spans = {pointer: None if anchor is None else place(anchor, text, within) for pointer, anchor in anchors}
            fitting = {pointer: span for pointer, span in spans.items() if span is not None}
            found |= {pointer: (span, within) for pointer, span in fitting.items()}
            if len(fitting) == len(spans):
                held[site.pointer] = tuple(fitting.values())
    return found


def place(anchor: Anchor, text: str, within: Spans) -> Span | None:
    """The one place where an anchor fits."""
    if isinstance(anchor, Position):
        if not anchor.start <= anchor.end <= len(text):
            return None
        span = Span(anchor.start, anchor.end)
        inside = within is None or any(home.holds(span) for home in within)
        return span if inside and check_value(text, span) == anchor.check else None
    found = places(anchor, text, within)
    return found[0] if len(found) == 1 else None


def _edits(where: InJson, before: Any, after: Any) -> list[Edit]:
    """The members that change, so that the rest stays as its author wrote it; the whole where others are needed."""
    if isinstance(before, dict) and isinstance(after, dict) and before.keys() == after.keys():
        changed = [name for name in before if before[name] != after[name]]
        return [Edit(InJson(where.origin, (*where.pointer, name)), json.dumps(after[name], ensure_ascii=False)) for name in changed]
    return [Edit(where, json.dumps(after, ensure_ascii=False))]
