"""What a rule about meaning sees of a corpus: the interface for rules of a layer, and for a corpus's own.

A rule is a module with a docstring (what, why, example, how to mend), a ``RULE``, and a function that yields
findings: ``check(document)`` is called for each annotation document whose anchors are all in place,
``check_article(article)`` for each article, annotated or not, and ``check_corpus(corpus)`` once, with everything
that has keys.

>>> RULE = Rule("KK001", "claim-without-cue", Severity.WARNING, since="1.0.0")
>>> def check(document: Document) -> Iterator[Finding]:
...     for claim in document.rows("claims"):
...         if claim.get("cue") is None:
...             yield RULE.finding("this claim has no cue", claim.where("id"))
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from corpusbuild.corpus.article import Article
from corpusbuild.diagnostics.finding import Also, Edit, Finding, Fix, Rule, Severity
from corpusbuild.diagnostics.where import InJson, Origin, Where
from corpusbuild.facts import AnnotationFact, ArticleFact
from corpusbuild.placing import Placements
from corpusbuild.plan import SHARED, Entry, Plan
from corpusbuild.text.span import Span

__all__ = ["Also", "Article", "Corpus", "Document", "Edit", "Entry", "Finding", "Fix", "InJson", "Row", "Rule", "Severity", "Span", "Where"]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table, as its author wrote it, with the places of its anchors."""

    document: Document
    table: str
    index: int
    value: Mapping[str, Any]

    def get(self, name: str) -> Any:
        """What the author wrote for a property; None where it is absent."""
        return self.value.get(name)

    def spans(self, name: str) -> tuple[Span, ...]:
        """The places of an anchor of this row; none where it is null."""
        return self.document.placed(self.table, name, self.index)

    def words(self, name: str) -> str | None:
        """The words of an anchor, its segments joined by spaces; None without a text, or where the anchor is null."""
        text, spans = self.document.article.text, self.spans(name)
        return None if text is None or not spans else " ".join(span.of(text) for span in spans)

    def where(self, *steps: str | int) -> InJson:
        """Where a property of this row stands; the row itself without one."""
        return InJson(self.document.origin, (self.document.member(self.table), self.index, *steps))


@dataclass(frozen=True, slots=True)
class Document:
    """One annotation document, with its article and the registries that it may refer to."""

    article: Article
    annotator: str
    origin: Origin
    value: Mapping[str, Any]
    plan: Plan = field(repr=False)
    _placements: Placements = field(repr=False, default_factory=Placements)

    def rows(self, table: str) -> list[Row]:
        """The rows of a nested table, as the author wrote them; none where the schema has no such table."""
        found = self.plan.shape.table(table)
        values = (self.value.get(found.member) or ()) if found is not None and found.member else ()
        return [Row(self, table, i, value) for i, value in enumerate(values)]

    def registry(self, table: str) -> Mapping[str, Mapping[str, Any]]:
        """The entries of a registry by key, the annotator's own included."""
        shape = self.plan.shape.table(table)
        key = None if shape is None else shape.key
        entries = self.plan.entries.get(table, ())
        return {str(each.value[key]): each.value for each in entries if key is not None and each.owner in (SHARED, self.annotator)}

    def member(self, table: str) -> str:
        """The property that holds a nested table."""
        found = self.plan.shape.table(table)
        return table if found is None else found.member

    def placed(self, table: str, anchor: str, index: int) -> tuple[Span, ...]:
        """The places of an anchor of a row."""
        path = (self.member(table), "[]")
        level = next((i for i, each in enumerate(self.plan.levels) if each.path == path), None)
        places = () if level is None else self._placements.at(level, anchor).spans
        return (places[index] if index < len(places) else None) or ()


@dataclass(frozen=True, slots=True)
class Corpus:
    """The corpus as a whole, from its facts: articles (``known`` are their ids), documents, splits (article → split) and registries.

    ``whole`` says whether every annotation could be read, so that what nothing refers to is not used.
    """

    plan: Plan = field(repr=False)
    articles: Sequence[ArticleFact] = field(repr=False)
    annotations: Sequence[AnnotationFact] = field(repr=False)
    known: Collection[str] = field(repr=False)
    splits: Mapping[str, str] = field(repr=False)
    used: Mapping[str, Mapping[str, tuple[str, ...]]] = field(repr=False)
    whole: bool = True

    def registry(self, table: str) -> Sequence[Entry]:
        """Every entry of a registry, with where it stands."""
        return self.plan.entries.get(table, ())

    def articles_with(self, table: str, key: str) -> tuple[str, ...]:
        """The first few articles whose annotations refer to an entry of a registry; what is no article has a finding of its own."""
        return tuple(name for name in self.used.get(table, {}).get(key, ()) if name in self.known)

    def unused(self, table: str) -> Iterator[Entry]:
        """The entries of a registry that no annotation refers to; none where that cannot be known.

        Whoever is meant by a reference that leads nowhere is not unused, so there must be no such reference.
        """
        shape, used = self.plan.shape.table(table), self.used.get(table, {})
        key = None if shape is None else shape.key
        known = {entry.value.get(key): entry for entry in self.registry(table)} if key is not None else {}
        if self.whole and self.annotations and used.keys() <= known.keys():
            yield from (entry for name, entry in known.items() if name not in used)
