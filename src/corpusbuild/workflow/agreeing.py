"""How far two annotators agree, or a system and the gold: every figure that the schemas allow, and what differs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from corpusbuild.agreement.aligning import Alignment, align
from corpusbuild.agreement.comparing import Comparison
from corpusbuild.agreement.differing import differences
from corpusbuild.agreement.figures import Agreement, Differing, Figure
from corpusbuild.agreement.finding import Words, found
from corpusbuild.agreement.resampling import DRAWS, SEED, Tally
from corpusbuild.agreement.scoring import document_figures, scored
from corpusbuild.agreement.skipping import Skipped, skipped
from corpusbuild.corpus.locate import Locator
from corpusbuild.corpus.storage import Root
from corpusbuild.errors import UnknownName
from corpusbuild.schema.shape import Column, Label, Record
from corpusbuild.text.nearest import nearest_name
from corpusbuild.workflow.reading import Annotated, located, need_extra

if TYPE_CHECKING:
    from corpusbuild.workflow.corpus import Corpus


def pairs(corpus: Corpus) -> list[tuple[str, str]]:
    """Who is compared where nobody is named: the two annotators, if there are two, else the gold and each of the others.

    The gold and systems (``prediction`` in the list of annotators) are not counted among the two.
    """
    return pairs_of(Annotated.of(corpus))


def pairs_of(annotated: Annotated) -> list[tuple[str, str]]:
    """The same, of a corpus that has been read."""
    gold = annotated.plan.config.gold
    people = [name for name in annotated.annotators if name != gold and name not in annotated.predictions]
    if len(people) == 2:
        return [(people[0], people[1])]
    others = [name for name in annotated.annotators if name != gold]
    if gold not in annotated.annotators or gold is None or not others:
        raise UnknownName("there is nobody to compare", help=f"name two annotators of {', '.join(annotated.annotators) or 'none'}")
    return [(gold, other) for other in others]


def agree(corpus: Corpus, a: str, b: str, tables: Sequence[str] = ()) -> Agreement:
    """Compare ``a`` and ``b`` in every table, or in ``tables``, over the articles that both annotated."""
    need_extra()
    return agreement_of(Annotated.of(corpus), a, b, tables)


def agreement_of(annotated: Annotated, a: str, b: str, tables: Sequence[str] = (), measured: Sequence[Figure] | None = None) -> Agreement:
    """The same, of a corpus that has been read; where the figures have been ``measured``, they are not measured again."""
    annotated.know(a, b)
    readings = annotated.both(a, b)
    if not readings:
        raise UnknownName(f'there is no article that both "{a}" and "{b}" have annotated')
    comparisons = annotated.comparisons
    chosen = _chosen(comparisons, tables)
    whole = annotated.plan.config
    config = whole.agree
    gold = {} if whole.gold is None else {each.article.id: each for each in annotated.read(whole.gold, readings)}
    away = skipped(config.skip, readings, gold, comparisons)
    alignment = align(a, b, readings, comparisons, config.threshold, away.counts if away.rows else None)
    scalars = annotated.plan.shape.annotation_scalars
    if measured is None:
        tallies = [*_tallies(alignment, chosen, away), *(() if tables else document_figures(alignment, scalars))]
        measured = [tally.figure() for tally in tallies]
    return Agreement(
        a,
        b,
        tuple(readings),
        annotated.others(a, readings),
        annotated.others(b, readings),
        config.threshold,
        SEED,
        DRAWS,
        tuple(measured),
        tuple(_differing(annotated.plan.root, alignment, chosen)),
        tuple(_not_compared(chosen, scalars if not tables else Record(()))),
    )


def _chosen(comparisons: Sequence[Comparison], tables: Sequence[str]) -> list[Comparison]:
    names = [each.name for each in comparisons]
    for table in tables:
        if table not in names:
            near = nearest_name(table, names)
            raise UnknownName(f'there is no table "{table}"', help=f'did you mean "{near}"?' if near else f"tables are {', '.join(names)}")
    return [each for each in comparisons if not tables or each.name in tables]


def _tallies(alignment: Alignment, chosen: Sequence[Comparison], away: Skipped) -> Iterator[Tally]:
    words = Words.count(alignment, away)
    for comparison in chosen:
        if comparison.roles:
            yield from found(alignment, comparison, words, away)
        yield from scored(alignment, comparison)


def _compared(comparison: Comparison) -> list[Column]:
    """The columns that figures look at, in schema order."""
    chosen = (*comparison.labels, *comparison.singles, *comparison.sets)
    names = {*comparison.roles, *(each.name for each in chosen)} - {each.name for each in comparison.identity}
    return [column for column in comparison.table.row.columns if column.name in names and not comparison.tells_origin(column)]


def _differing(root: Root, alignment: Alignment, chosen: Sequence[Comparison]) -> Iterator[Differing]:
    names = {each.name for each in chosen}
    locator = Locator(root)
    for each in differences(alignment, _compared):
        if each.table in names:
            yield Differing(each.article, each.table, each.field, located(each.a, locator), located(each.b, locator))


def _not_compared(chosen: Sequence[Comparison], scalars: Record) -> Iterator[str]:
    """Every column that no figure looks at."""
    for comparison in chosen:
        if not (comparison.roles or comparison.identity):
            continue
        looked_at = {column.name for column in (*_compared(comparison), *comparison.identity)}
        yield from (f"{comparison.name}.{column.name}" for column in comparison.compared if column.name not in looked_at)
    for column in scalars.columns:
        if not isinstance(column.type, Label) and column.name not in {"article", "annotator"}:
            yield f"annotations.{column.name}"
