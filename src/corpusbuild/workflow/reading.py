"""Read what two annotators wrote about the same articles, with every anchor in its place."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING

from corpusbuild.agreement.comparing import Comparison, comparisons
from corpusbuild.agreement.decisions import Said
from corpusbuild.agreement.differing import Side
from corpusbuild.agreement.reading import Reading
from corpusbuild.blocks import Block
from corpusbuild.corpus.layout import Layout
from corpusbuild.corpus.locate import Locator
from corpusbuild.errors import CannotGoOn, UnknownName
from corpusbuild.facts import AnnotationFact, ArticleFact
from corpusbuild.placing import place_document
from corpusbuild.plan import Plan
from corpusbuild.schema.judging import Judge
from corpusbuild.text.nearest import nearest_name
from corpusbuild.units import read_units
from corpusbuild.workflow.analysis import Analysis, analyse

if TYPE_CHECKING:
    from corpusbuild.workflow.corpus import Corpus

_NEEDED = ("regex", "scipy")
MEND = "mend what `corpusbuild check` finds first"


def need_extra() -> None:
    """Raise :class:`CannotGoOn` where what measures agreement is not installed."""
    missing = [name for name in _NEEDED if find_spec(name) is None]
    if missing:
        raise CannotGoOn(f"{' and '.join(missing)} not installed", help="pip install 'corpusbuild[agree]'")


@dataclass(frozen=True)
class Annotated:
    """A corpus that can be read: its plan, its files, and who annotated which article."""

    plan: Plan
    layout: Layout
    articles: dict[str, ArticleFact]
    annotations: tuple[AnnotationFact, ...]

    @classmethod
    def of(cls, corpus: Corpus) -> Annotated:
        """The corpus as it is now. Raises :class:`CannotGoOn` where its schemas cannot be used."""
        return cls.of_analysis(analyse(corpus.root, linking=False))

    @classmethod
    def of_analysis(cls, analysis: Analysis) -> Annotated:
        """The corpus as an analysis found it. Raises :class:`CannotGoOn` where its schemas cannot be used."""
        if analysis.plan is None or analysis.layout is None:
            place = analysis.findings[0].where.origin.path if analysis.findings else "schema"
            raise CannotGoOn("the schemas are not valid", place, MEND)
        articles = {fact.id: fact for fact in analysis.facts.articles if fact.id not in analysis.facts.unplaceable}
        return cls(analysis.plan, analysis.layout, articles, tuple(analysis.facts.annotations))

    @property
    def comparisons(self) -> tuple[Comparison, ...]:
        """How each table is compared."""
        return comparisons(self.plan.shape, self.plan.config.agree)

    @property
    def judge(self) -> Judge:
        """What says whether an annotation document is valid."""
        return self.plan.annotation_judge

    @property
    def annotators(self) -> tuple[str, ...]:
        """Everybody who annotated an article."""
        return tuple(sorted({fact.annotator for fact in self.annotations}, key=str.encode))

    @property
    def predictions(self) -> frozenset[str]:
        """The annotators that the registry of annotators says are systems whose labels are predictions."""
        entries = self.plan.entries.get("annotators", ())
        return frozenset(str(each.value.get("id")) for each in entries if each.value.get("prediction") is True)

    def know(self, *names: str) -> None:
        """Raise :class:`UnknownName` for one who has annotated nothing."""
        for name in names:
            if name not in self.annotators:
                near = nearest_name(name, self.annotators)
                help_text = f'did you mean "{near}"?' if near else f"annotators are {', '.join(self.annotators) or 'none yet'}"
                raise UnknownName(f'"{name}" has annotated nothing here', help=help_text)

    def documents(self, annotator: str) -> dict[str, AnnotationFact]:
        """The annotator's document of each article."""
        found: dict[str, AnnotationFact] = {}
        for fact in self.annotations:
            if fact.annotator != annotator or fact.article not in self.articles:
                continue
            if fact.article in found:
                raise CannotGoOn(f'"{annotator}" has annotated "{fact.article}" twice', fact.origin.path, MEND)
            found[fact.article] = fact
        return found

    def both(self, a: str, b: str, only: Sequence[str] = ()) -> dict[str, tuple[Reading, Reading]]:
        """The two documents of every article that both annotated, in the order of article ids.

        Raises :class:`CannotGoOn` where one of them is not as its schema wants it, or quotes what its article does not say.
        """
        of_a, of_b = self.documents(a), self.documents(b)
        found: dict[str, tuple[Reading, Reading]] = {}
        for article in sorted(of_a.keys() & of_b.keys(), key=str.encode):
            if not only or article in only:
                one, other = self._read(article, (of_a[article], of_b[article]))
                found[article] = (one, other)
        return found

    def read(self, annotator: str, only: Collection[str]) -> Iterator[Reading]:
        """What one annotator wrote about some articles."""
        for article, fact in self.documents(annotator).items():
            if article in only:
                yield from self._read(article, (fact,))

    def by_article(self, annotators: Sequence[str]) -> Iterator[Reading]:
        """What some annotators wrote, article by article: those of one article in the order of ``annotators``."""
        documents = [self.documents(annotator) for annotator in annotators]
        for article in self.articles:
            yield from self._read(article, tuple(each[article] for each in documents if article in each))

    def others(self, annotator: str, readings: Collection[str]) -> tuple[str, ...]:
        """The articles that an annotator has annotated beside those of ``readings``."""
        return tuple(sorted(self.documents(annotator).keys() - set(readings), key=str.encode))

    def _read(self, article: str, facts: tuple[AnnotationFact, ...]) -> list[Reading]:
        if not facts:
            return []
        (unit,) = read_units(Block.of("", [(self.articles[article], facts)]), self.plan)
        readings: list[Reading] = []
        for fact, value in unit.documents:
            if fact.faulty is not None:
                raise CannotGoOn("this document is not as its schema wants it", fact.origin.path, MEND)
            placed, _ = place_document(value, unit.article, fact.origin, self.plan.levels)
            reading = Reading.of(unit.article, fact.annotator, fact.origin, value, placed, self.plan.levels)
            if reading is None:
                raise CannotGoOn("not every quotation of this document has its place in the article", fact.origin.path, MEND)
            readings.append(reading)
        return readings


def located(side: Side | None, locator: Locator) -> Said | None:
    """What one annotator says, with its line and column."""
    return None if side is None else Said(side.annotator, side.name, side.value, locator.place(side.where), side.words, side.about)
