"""Judge the corpus as a whole, from facts alone; fix splits, order and blocks.

The healthy way goes through columns; what is wrong is looked at row by row.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from pathlib import PurePosixPath

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpusbuild.blocks import Blocks, Run, cut
from corpusbuild.corpus.config import Config, key_place
from corpusbuild.corpus.ids import folded, is_text
from corpusbuild.diagnostics.finding import Finding, Severity
from corpusbuild.diagnostics.where import InJson, InText, Origin, Where
from corpusbuild.errors import BadConfig
from corpusbuild.facts import AnnotationFact, AnnotationFacts, Array, ArticleFact, ArticleFacts, Facts, Foreign
from corpusbuild.plan import Plan
from corpusbuild.rules import (
    annotation_without_article,
    article_id_collision,
    article_moved_split,
    article_without_annotation,
    derived_across_splits,
    duplicate_annotation,
    duplicate_article,
    empty_corpus,
    empty_split,
    file_names_another_article,
    group_across_splits,
    near_duplicate_across_splits,
    near_duplicate_article,
    too_few_groups,
    unknown_group,
    unknown_reference,
    unplaced_group,
)
from corpusbuild.scan.annotations import NAMELESS
from corpusbuild.scan.documents import duplicate_key_findings
from corpusbuild.similarity import jaccard, proposed_pairs, shingles
from corpusbuild.splitting import Conflict, Dealing, Groups, Tie, deal
from corpusbuild.text.nearest import nearest_name

# Threads are worth while for more articles than this; so many pairs of texts are compared at once.
_MANY, _PAIRS = 20_000, 256

TextsOf = Callable[[Iterable[ArticleFact]], list[str]]


@dataclass(frozen=True, slots=True)
class Kinship:
    """Which articles belong together: ``ties`` by their numbers in the order of ids, and how many ``groups`` there are with them.

    ``compared`` is how many texts were looked at for near-duplicates: those at hand that are long enough.
    """

    ties: tuple[Tie, ...] = ()
    groups: int = 0
    compared: int = 0


@dataclass(frozen=True, slots=True)
class Linked:
    """The corpus as a whole: its blocks in the order in which they are written, the gold annotator, and what is wrong."""

    blocks: Blocks
    splits: tuple[str, ...]
    gold: str | None
    findings: tuple[Finding, ...]
    kinship: Kinship = Kinship()


@dataclass(frozen=True)
class Articles:
    """The articles of a corpus in the order of their ids, each once: numbers of others' arrays are places in this order.

    ``rows`` are their facts' numbers in ``facts``; ``doubled`` tells of which ids there are several articles.
    """

    facts: ArticleFacts
    order: Array
    rows: Array
    doubled: Array

    @classmethod
    def of(cls, facts: ArticleFacts) -> Articles:
        """Put the articles that were scanned in order."""
        ids = facts.column("id")
        order = pc.sort_indices(ids).to_numpy().astype(np.int64)
        ids = ids.take(pa.array(order))
        same = pc.equal(ids[1:], ids[:-1]).to_numpy(zero_copy_only=False)
        for low, high in _runs(same):
            order[low:high] = sorted(order[low:high].tolist(), key=lambda row: facts[row].origin)
        first = np.concatenate((np.ones(min(len(ids), 1), dtype=bool), ~same))
        sizes = np.diff(np.append(np.flatnonzero(first), len(ids)))
        return cls(facts, order, order[first], sizes > 1)

    def __len__(self) -> int:
        return len(self.rows)

    @cached_property
    def ids(self) -> pa.StringArray:
        """Their ids."""
        return self.facts.column("id").take(pa.array(self.rows))

    def column(self, name: str) -> pa.Array:
        """A column of their facts."""
        return self.facts.column(name).take(pa.array(self.rows))

    def __getitem__(self, number: int) -> ArticleFact:
        return self.facts[int(self.rows[number])]

    def some(self, numbers: Sequence[int]) -> ArticleFacts:
        """Several, in this order."""
        return self.facts.take(self.rows[numbers])

    def name(self, number: int) -> str:
        """The id of one."""
        name: str = self.ids[number].as_py()
        return name

    def numbers(self, names: Iterable[str]) -> dict[str, int]:
        """The numbers of those of ``names`` that are articles."""
        wanted = pa.array(dict.fromkeys(filter(is_text, names)), pa.string())
        found = pc.index_in(wanted, self.ids)
        return {name: number for name, number in zip(wanted.to_pylist(), found.to_pylist(), strict=True) if number is not None}


def _runs(same: Array) -> Iterator[tuple[int, int]]:
    """The runs of rows that are the same as the one before them, with that one: half-open."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], same.astype(np.int8), [0]))))
    for low, high in edges.reshape(-1, 2).tolist():
        yield low, high + 1


def link(facts: Facts, plan: Plan, texts_of: TextsOf, config_data: bytes, locked: Mapping[str, str] | None = None) -> Linked:
    """Link ``facts``. ``texts_of`` reads the texts of articles again: for the few pairs that are nearly the same.

    ``locked`` maps articles to the splits that they were signed off in.
    """
    config = plan.config
    articles = Articles.of(facts.articles)
    findings = list(_collisions(articles))
    findings += _article_key_findings(articles, plan)
    written = _Written.of(facts, articles)
    findings += written.findings
    findings += _foreign_findings(facts, articles, written)
    ties = [*_original_ties(articles), *_similar_ties(facts, articles, plan, texts_of)]
    if not len(articles) and not facts.unplaceable and not facts.nameless:
        findings += empty_corpus.check(_in_config(config_data, "name"))
    pa.default_memory_pool().release_unused()
    groups = Groups.named(articles.ids, articles.column("group"))
    signed = {number: (locked or {})[name] for name, number in articles.numbers(locked or ()).items()}
    dealing = deal(groups, ties, config.splits, signed)
    findings += _split_findings(dealing, groups, articles, config, config_data, _Ungrouped.of(facts, articles, config))
    findings += _similarity_findings(ties, articles, dealing)
    names = tuple(name for number, name in enumerate(dealing.names) if (dealing.split == number).any())
    kinship = Kinship(tuple(ties), dealing.groups, _compared(facts, articles))
    return Linked(_blocks(facts, articles, written, dealing, names), names, _gold(facts, config), tuple(findings), kinship)


def _compared(facts: Facts, articles: Articles) -> int:
    return 0 if facts.sketches is None else int(facts.sketches.filled()[articles.rows].sum())


def _blocks(facts: Facts, articles: Articles, written: _Written, dealing: Dealing, names: tuple[str, ...]) -> Blocks:
    ids, chars = articles.ids, articles.column("chars").to_numpy(zero_copy_only=False)
    runs: list[Run] = []
    for name in names:
        # Of two articles with one id nobody knows which is quoted; that they are two has been reported.
        members = np.flatnonzero((dealing.split == dealing.names.index(name)) & ~articles.doubled)
        bounds = cut(ids.take(pa.array(members)), chars[members])
        runs += [Run(name, members[low:high]) for low, high in bounds]
    return Blocks(facts.articles, facts.annotations, articles.rows, written.rows, written.starts, tuple(runs))


# ---- articles and their annotations ----


def _collisions(articles: Articles) -> Iterator[Finding]:
    facts = articles.facts
    ids = facts.column("id")
    names = pc.ascii_lower(ids)
    others = ~pc.string_is_ascii(ids).to_numpy(zero_copy_only=False)
    if others.any():
        mended = [folded(name) for name in ids.filter(pa.array(others)).to_pylist()]
        names = pc.replace_with_mask(names, pa.array(others), pa.array(mended, pa.string()))
    alike = names.take(pc.sort_indices(names))
    several = alike[1:].filter(pc.equal(alike[1:], alike[:-1])).unique()
    del alike
    if not len(several):
        return
    seen: dict[str, ArticleFact] = {}
    shared = pc.is_in(names, several).to_numpy(zero_copy_only=False)
    for row in articles.order[shared[articles.order]].tolist():
        article = facts[row]
        other = seen.setdefault(folded(article.id), article)
        if other is not article:
            yield from article_id_collision.check(article.id, _id_place(article), other.id, _id_place(other))


def _article_key_findings(articles: Articles, plan: Plan) -> list[Finding]:
    keys = articles.facts.column("key")
    if keys.null_count == len(keys) or pc.count_distinct(keys).as_py() == len(keys) - keys.null_count:
        return []
    facts = (articles.facts[row] for row in articles.order.tolist())
    return duplicate_key_findings("articles", ((fact.key, InJson(fact.origin, (plan.article_key or "",))) for fact in facts))


@dataclass
class _Written:
    """What is written about each article: ``rows[starts[i]:starts[i + 1]]`` of the annotations, in the order of their annotators.

    ``aside`` are documents of articles that could not be read; ``withheld`` names the articles whose documents could not be had.
    """

    annotations: AnnotationFacts
    rows: Array
    starts: Array
    aside: dict[tuple[str, str], AnnotationFact] = field(default_factory=dict)
    withheld: set[str | None] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)

    @classmethod
    def of(cls, facts: Facts, articles: Articles) -> _Written:
        """Bring the documents to their articles."""
        annotations = facts.annotations
        number = _filled(pc.index_in(annotations.column("article"), articles.ids))
        annotator = _ranks(annotations.column("annotator"))
        path = _ranks(annotations.column("path"))
        order = np.lexsort((annotations.numbers("offset"), path, annotator, number))
        written = cls(annotations, order, order)
        known = _Known(articles, facts.unplaceable)
        meant = written._strangers(order[number[order] < 0], facts, known)
        order = order[number[order] >= 0]
        misnamed = written._misnamed(order, known, meant)
        order = order[~misnamed]
        order = written._once(order, number[order], annotator[order])
        written.rows = order
        written.starts = np.searchsorted(number[order], np.arange(len(articles) + 1))
        written.withheld = {*facts.unreadable, *facts.unplaceable, *meant}
        for each in np.flatnonzero(np.diff(written.starts) == 0).tolist():
            if not written.withheld & {articles.name(each), NAMELESS}:
                written.findings += article_without_annotation.check(articles.name(each), _id_place(articles[each]))
        return written

    def _strangers(self, rows: Array, facts: Facts, known: _Known) -> set[str | None]:
        """Look at the documents of what is no article that could be read; the names that their authors may have meant."""
        meant: set[str | None] = set()
        done_by: dict[str, set[str]] = {}
        by_name = sorted((facts.annotations[row] for row in rows.tolist()), key=lambda each: (each.article, each.annotator, each.origin))
        for each in by_name:
            if each.article in facts.unplaceable:
                self._aside(each, known, meant)
            elif known.names and not facts.nameless:  # an empty corpus has been reported as such
                done = done_by.get(each.annotator)
                if done is None:
                    own = pc.equal(facts.annotations.column("annotator"), each.annotator)
                    done = done_by[each.annotator] = set(facts.annotations.column("article").filter(own).to_pylist())
                self.findings += annotation_without_article.check(each.origin, each.article, known.names, done)
                near = annotation_without_article.meant_article(each.article, known.names)
                meant |= {near.name if near else None, PurePosixPath(each.origin.path).stem}
        return meant

    def _aside(self, each: AnnotationFact, known: _Known, meant: set[str | None]) -> None:
        if self._names_another(each, known, meant):
            return
        other = self.aside.setdefault((each.article, each.annotator), each)
        if other is not each:
            self.findings += duplicate_annotation.check(each.article, each.annotator, other.origin, each.origin)

    def _misnamed(self, order: Array, known: _Known, meant: set[str | None]) -> Array:
        """Which documents are in a file that has the name of another article."""
        misnamed = np.zeros(len(order), dtype=bool)
        alone = self.annotations.column("length").is_null().to_numpy(zero_copy_only=False)
        for place in np.flatnonzero(alone[order]).tolist():
            misnamed[place] = self._names_another(self.annotations[int(order[place])], known, meant)
        return misnamed

    def _names_another(self, each: AnnotationFact, known: _Known, meant: set[str | None]) -> bool:
        """Whether a document is in a file that has the name of another article, which is reported."""
        named = PurePosixPath(each.origin.path).stem
        if each.origin.length is not None or named == each.article or named not in known:
            return False
        self.findings += file_names_another_article.check(InJson(each.origin, ("article",)), each.article, named)
        meant |= {each.article, named}
        return True

    def _once(self, order: Array, number: Array, annotator: Array) -> Array:
        """The first document of each annotator about each article."""
        again = np.concatenate((np.zeros(min(len(order), 1), dtype=bool), (np.diff(number) == 0) & (np.diff(annotator) == 0)))
        first = np.maximum.accumulate(np.where(again, 0, np.arange(len(order))))
        for place in np.flatnonzero(again).tolist():
            one, other = self.annotations[int(order[first[place]])], self.annotations[int(order[place])]
            self.findings += duplicate_annotation.check(other.article, other.annotator, one.origin, other.origin)
        kept: Array = order[~again]
        return kept

    def keys(self, number: int | None, article: str, annotator: str, table: str) -> list[str] | None:
        """The keys of a table in an annotator's document of an article; None where there are none that are known."""
        if number is None:
            found = self.aside.get((article, annotator))
        else:
            there = (self.annotations[row] for row in self.rows[self.starts[number] : self.starts[number + 1]].tolist())
            found = next((each for each in there if each.annotator == annotator), None)
        return None if found is None else found.keys.get(table)


@dataclass(frozen=True)
class _Known:
    """The ids of all articles that there are, those that could not be read included."""

    articles: Articles
    unplaceable: set[str]

    @cached_property
    def names(self) -> list[str]:
        """All of them, in order."""
        return sorted({*self.articles.ids.to_pylist(), *self.unplaceable})

    @cached_property
    def _set(self) -> frozenset[str]:
        return frozenset(self.names)

    def __contains__(self, name: str) -> bool:
        return name in self._set


def _filled(found: pa.Array) -> Array:
    numbers: Array = pc.fill_null(found, -1).to_numpy(zero_copy_only=False)
    return numbers


def _ranks(column: pa.DictionaryArray) -> Array:
    """The place of each value among the sorted values of a column."""
    rank: Array = np.empty(len(column.dictionary), dtype=np.int64)
    rank[pc.sort_indices(column.dictionary).to_numpy()] = np.arange(len(rank))
    ranks: Array = rank[column.indices.to_numpy(zero_copy_only=False)]
    return ranks


def _foreign_findings(facts: Facts, articles: Articles, written: _Written) -> Iterator[Finding]:
    """References to other articles and into them that lead nowhere."""
    referring: list[ArticleFact | AnnotationFact] = [*facts.articles.referring(), *facts.annotations.referring()]
    numbers = articles.numbers(reference.article for fact in referring for reference in fact.foreign)
    known = _Known(articles, facts.unplaceable)
    for fact in referring:
        for reference in fact.foreign:
            where = InJson(fact.origin, reference.pointer)
            if reference.article not in numbers and reference.article not in facts.unplaceable:
                if not facts.nameless:
                    yield from _no_article(reference, where, known.names)
            elif isinstance(fact, AnnotationFact) and reference.table != "articles":
                there = written.keys(numbers.get(reference.article), reference.article, fact.annotator, reference.table)
                yield from _into_document(reference, where, there, written.withheld)


def _no_article(reference: Foreign, where: InJson, known: Sequence[str]) -> Iterator[Finding]:
    if reference.table == "articles":
        return unknown_reference.check(where, reference.article, "articles", known)
    near = nearest_name(reference.article, known)
    candidates = [f"{near}#{reference.key}"] if near else []
    return unknown_reference.check(where, f"{reference.article}#{reference.key}", reference.table, candidates)


def _into_document(reference: Foreign, where: InJson, known: Sequence[str] | None, withheld: set[str | None]) -> Iterator[Finding]:
    if known is None and withheld & {reference.article, NAMELESS}:
        return
    if reference.key not in (known := known or []):
        wrote = f"{reference.article}#{reference.key}"
        yield from unknown_reference.check(where, wrote, reference.table, [f"{reference.article}#{key}" for key in known])


def _gold(facts: Facts, config: Config) -> str | None:
    """Whose labels are the reference: the annotator that the config names, else the only one there is."""
    annotators = sorted(facts.annotations.column("annotator").unique().dictionary.to_pylist())
    if config.gold is not None:
        if annotators and config.gold not in annotators and not facts.unreadable and not facts.partial:
            near = nearest_name(config.gold, annotators)
            help_text = f'did you mean "{near}"?' if near else f"the annotators are {', '.join(annotators)}"
            raise BadConfig(f'gold = "{config.gold}" has annotated nothing', config.place("gold"), help_text)
        return config.gold
    if len(annotators) > 1 and not facts.partial:
        names = ", ".join(annotators)
        raise BadConfig(f"there are several annotators ({names}) and no gold", config.place(), 'add gold = "…" to [tool.corpusbuild]')
    return next(iter(annotators), None)


# ---- similarity and splits ----


def _original_ties(articles: Articles) -> Iterator[Tie]:
    wrote = {fact.id: fact for fact in articles.facts.referring() if fact.originals}
    numbers = articles.numbers(name for fact in wrote.values() for name in (fact.id, *fact.originals))
    for name in sorted(wrote):
        fact = articles[numbers[name]]  # of several with one id, the first
        for original in fact.originals:
            if original in numbers and original != name:
                yield Tie(numbers[name], numbers[original])


def _similar_ties(facts: Facts, articles: Articles, plan: Plan, texts_of: TextsOf) -> Iterator[Tie]:
    """Pairs of articles with the same text, or with texts more alike than the threshold."""
    if len(articles) < 2:
        return
    hashes = articles.column("sha256").dictionary_encode().indices.to_numpy(zero_copy_only=False)
    _, first, inverse = np.unique(hashes, return_index=True, return_inverse=True)
    first = first[inverse]
    for number in np.flatnonzero(first != np.arange(len(articles))).tolist():
        article = articles[number]
        if article.detached or texts_of([article])[0].strip():  # empty articles have a finding already
            yield Tie(number, int(first[number]), 1.0)
    if facts.sketches is None:
        return
    with ThreadPoolExecutor(os.cpu_count()) if len(articles) > _MANY else nullcontext() as threads:
        pairs = proposed_pairs(facts.sketches, articles.rows, map if threads is None else threads.map)
        unlike = ((low, high) for low, high in pairs if hashes[low] != hashes[high])
        while some := list(islice(unlike, _PAIRS)):
            numbers = sorted({number for pair in some for number in pair})
            sets = dict(zip(numbers, shingles(texts_of(articles.some(numbers)), plan.config.duplicates.shingle), strict=True))
            for low, high in some:
                similarity = jaccard(sets[low], sets[high])
                if similarity >= plan.config.duplicates.threshold:
                    yield Tie(high, low, similarity)


def _similarity_findings(ties: list[Tie], articles: Articles, dealing: Dealing) -> Iterator[Finding]:
    for tie in ties:
        if tie.similarity is None or dealing.split[tie.article] != dealing.split[tie.other]:
            continue  # that a pair is across splits is an error, and said
        one, other = articles[tie.article], articles[tie.other]
        if other.id in one.originals or one.id in other.originals:
            continue
        places = (_text_place(one), _text_place(other))
        if one.sha256 == other.sha256:
            yield from duplicate_article.check(one.id, places[0], other.id, places[1])
        else:
            yield from near_duplicate_article.check(one.id, places[0], other.id, places[1], tie.similarity)


@dataclass(frozen=True, slots=True)
class _Ungrouped:
    """The articles whose group cannot be known, because it has a finding (``numbers``) or they could not be read (``unread``)."""

    numbers: frozenset[int]
    unread: bool

    def __bool__(self) -> bool:
        return self.unread or bool(self.numbers)

    @classmethod
    def of(cls, facts: Facts, articles: Articles, config: Config) -> _Ungrouped:
        wheres = (finding.where for finding in facts.findings if finding.severity is Severity.ERROR)
        places = ((), (config.splits.group,))
        faulty = {where.origin for where in wheres if isinstance(where, InJson) and where.pointer in places}
        unread = facts.nameless > 0 or len(articles.numbers(facts.unplaceable)) < len(facts.unplaceable)
        if not faulty:
            return cls(frozenset(), unread)
        near = np.isin(articles.column("offset").to_numpy(zero_copy_only=False), [origin.offset for origin in faulty])
        return cls(frozenset(each for each in np.flatnonzero(near).tolist() if articles[each].origin in faulty), unread)


def _split_findings(
    dealing: Dealing, groups: Groups, articles: Articles, config: Config, config_data: bytes, ungrouped: _Ungrouped
) -> list[Finding]:
    """What keeps the splits from being what the config asks and the lock holds."""
    findings = list(_held_findings(dealing, articles, config))
    assign = config.splits.assign
    unknown = {group: _in_config(config_data, "splits", "assign", group) for group in assign if groups.number(group) is None}
    for group, article in dealing.unplaced.items():
        if article not in ungrouped.numbers:
            misspelt = unknown.pop(nearest_name(group, unknown) or "", None)
            findings += unplaced_group.check(articles.name(article), group, _group_place(articles[article], config), misspelt)
    if ungrouped or not len(articles):
        return findings
    for group, where in unknown.items():
        findings += unknown_group.check(group, sorted(groups.names.to_pylist()), where)
    if dealing.groups < len(config.splits.names):
        where = _in_config(config_data, "splits")
        findings += too_few_groups.check(dealing.groups, len(config.splits.names), where)
    elif not dealing.unplaced:
        blamed = {assign[group] for group in unknown}
        for number, split in enumerate(dealing.names):
            if split not in blamed and not (dealing.split == number).any():
                findings += empty_split.check(split, _in_config(config_data, "splits", "ratios", split))
    return findings


def _held_findings(dealing: Dealing, articles: Articles, config: Config) -> Iterator[Finding]:
    """Articles that should be in one split and are held in two, and those that are not where the lock has them."""
    for conflict in dealing.conflicts:
        yield from _conflict_finding(conflict, articles)
    for torn in dealing.torn:
        one, other = (articles[article] for article in torn.articles)
        places = (_group_place(other, config), _group_place(one, config))
        yield from group_across_splits.check(torn.group, (one.id, other.id), torn.splits, *places)
    for number, signed in dealing.moved.items() if not dealing.torn else ():
        article = articles[number]
        yield from article_moved_split.check(article.id, signed, dealing.of(number) or "", _group_place(article, config))


def _conflict_finding(conflict: Conflict, articles: Articles) -> Iterator[Finding]:
    tie, one, other = conflict.tie, articles[conflict.tie.article], articles[conflict.tie.other]
    if tie.similarity is None:
        pointer = next(each.pointer for each in one.foreign if each.article == other.id)
        yield from derived_across_splits.check(one.id, InJson(one.origin, pointer), other.id, conflict.splits)
    else:
        places = (_text_place(one), _text_place(other))
        yield from near_duplicate_across_splits.check(one.id, places[0], other.id, places[1], tie.similarity, conflict.splits)


# ---- places ----


def _id_place(article: ArticleFact) -> Where:
    return InJson(article.origin, ("id",)) if article.origin.length is not None else _text_place(article)


def _text_place(article: ArticleFact) -> Where:
    return InText(article.text_origin, 0, 0) if article.text_origin else InJson(article.origin, ("text",), key=True)


def _group_place(article: ArticleFact, config: Config) -> Where:
    return InJson(article.origin, (config.splits.group,) if config.splits.group else ())


def _in_config(data: bytes, *path: str) -> Where:
    return InText(Origin("pyproject.toml"), *key_place(data, path))
