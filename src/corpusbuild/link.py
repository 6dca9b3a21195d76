"""Judge the corpus as a whole, from facts alone; fix splits, order and blocks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import PurePosixPath

from corpusbuild.blocks import Block, blocks
from corpusbuild.corpus.config import Config, key_place
from corpusbuild.corpus.ids import folded
from corpusbuild.diagnostics.finding import Finding, Severity
from corpusbuild.diagnostics.where import InJson, InText, Origin, Where
from corpusbuild.errors import BadConfig
from corpusbuild.facts import AnnotationFact, ArticleFact, Facts, Foreign
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
from corpusbuild.scan import NAMELESS, duplicate_key_findings
from corpusbuild.splitting import Conflict, Dealing, Tie, deal
from corpusbuild.text.nearest import nearest_name

TextOf = Callable[[ArticleFact], str]


@dataclass(frozen=True, slots=True)
class Linked:
    """The corpus as a whole: its blocks in the order in which they are written, the gold annotator, and what is wrong."""

    blocks: tuple[Block, ...]
    splits: tuple[str, ...]
    gold: str | None
    findings: tuple[Finding, ...]


def link(facts: Facts, plan: Plan, text_of: TextOf, config_data: bytes, locked: Mapping[str, str] | None = None) -> Linked:
    """Link ``facts``. ``text_of`` reads the text of an article again: for the few pairs that are nearly the same.

    ``locked`` maps articles to the splits that they were signed off in.
    """
    config = plan.config
    findings: list[Finding] = []
    articles: dict[str, ArticleFact] = {}
    order = sorted(range(len(facts.articles)), key=lambda i: (facts.articles[i].id, facts.articles[i].origin))
    findings += _collisions([facts.articles[i] for i in order])
    for i in order:
        articles.setdefault(facts.articles[i].id, facts.articles[i])
    findings += duplicate_key_findings("articles", _article_keys(facts, order, plan))
    doubled = {facts.articles[i].id for i, j in pairwise(order) if facts.articles[i].id == facts.articles[j].id}
    annotations, withheld = _by_article(facts, articles, findings)
    findings += _foreign_findings(facts, articles, annotations, withheld)
    kept = {facts.articles[i].id: i for i in reversed(order)}
    ties = [*_original_ties(articles), *_similar_ties(facts, articles, kept, plan, text_of)]
    if not _known(facts, articles) and not facts.nameless:
        findings += empty_corpus.check(_in_config(config_data, "name"))
    groups = {name: article.group for name, article in articles.items()}
    dealing = deal(groups, ties, config.splits, locked)
    split_of = dealing.split
    findings += _split_findings(dealing, articles, config, config_data, _ungrouped(facts, articles, config))
    findings += _similarity_findings(ties, articles, split_of)
    names = tuple(name for name in config.splits.names if name in set(split_of.values()))
    parts: list[Block] = []
    for name in names:
        # Of two articles with one id nobody knows which is quoted; that they are two has been reported.
        members = [article for key, article in articles.items() if split_of.get(key) == name and key not in doubled]
        parts += blocks(name, members, annotations)
    return Linked(tuple(parts), names, _gold(facts, config), tuple(findings))


def _article_keys(facts: Facts, order: list[int], plan: Plan) -> Iterator[tuple[str | None, InJson]]:
    for i in order:
        article = facts.articles[i]
        yield article.key, InJson(article.origin, (plan.article_key or "",))


# ---- articles and their annotations ----


def _collisions(articles: list[ArticleFact]) -> Iterator[Finding]:
    seen: dict[str, ArticleFact] = {}
    for article in articles:
        other = seen.setdefault(folded(article.id), article)
        if other is not article:
            yield from article_id_collision.check(article.id, _id_place(article), other.id, _id_place(other))


def _by_article(
    facts: Facts, articles: dict[str, ArticleFact], findings: list[Finding]
) -> tuple[dict[str, list[AnnotationFact]], set[str | None]]:
    """The annotation documents of each article, in the order of their annotators; and the articles whose documents could not be had."""
    known = _known(facts, articles)
    found: dict[str, list[AnnotationFact]] = {}
    first: dict[tuple[str, str], AnnotationFact] = {}
    names: list[str] = []
    meant: set[str | None] = set()
    for each in sorted(facts.annotations, key=lambda a: (a.article, a.annotator, a.origin)):
        if each.article not in known:
            if known and not facts.nameless:  # an empty corpus has been reported as such
                names = names or sorted(known)
                done = {other.article for other in facts.annotations if other.annotator == each.annotator}
                findings += annotation_without_article.check(each.origin, each.article, names, done)
                near = annotation_without_article.meant_article(each.article, names)
                meant |= {near.name if near else None, PurePosixPath(each.origin.path).stem}
            continue
        named = PurePosixPath(each.origin.path).stem
        if each.origin.length is None and named != each.article and named in known:
            findings += file_names_another_article.check(InJson(each.origin, ("article",)), each.article, named)
            meant |= {each.article, named}
            continue
        other = first.setdefault((each.article, each.annotator), each)
        if other is not each:
            findings += duplicate_annotation.check(each.article, each.annotator, other.origin, each.origin)
            continue
        found.setdefault(each.article, []).append(each)
    withheld = facts.unreadable | facts.unplaceable | meant
    for name, article in articles.items():
        if name not in found and not withheld & {name, NAMELESS}:
            findings += article_without_annotation.check(name, _id_place(article))
    return found, withheld


def _known(facts: Facts, articles: Mapping[str, ArticleFact]) -> set[str]:
    """The ids of all articles that there are, those that could not be read included."""
    return articles.keys() | facts.unplaceable


def _foreign_findings(
    facts: Facts, articles: dict[str, ArticleFact], annotations: dict[str, list[AnnotationFact]], withheld: set[str | None]
) -> Iterator[Finding]:
    """References to other articles and into them that lead nowhere."""
    known = _known(facts, articles)
    names = sorted(known)
    keys = {(each.article, each.annotator): each.keys for of_one in annotations.values() for each in of_one}
    everything: list[ArticleFact | AnnotationFact] = [*facts.articles, *facts.annotations]
    for fact in everything:
        for reference in fact.foreign:
            where = InJson(fact.origin, reference.pointer)
            if reference.article not in known:
                if not facts.nameless:
                    yield from _no_article(reference, where, names)
            elif isinstance(fact, AnnotationFact) and reference.table != "articles":
                yield from _into_document(reference, fact.annotator, where, keys, withheld)


def _no_article(reference: Foreign, where: InJson, known: Sequence[str]) -> Iterator[Finding]:
    if reference.table == "articles":
        return unknown_reference.check(where, reference.article, "articles", known)
    near = nearest_name(reference.article, known)
    candidates = [f"{near}#{reference.key}"] if near else []
    return unknown_reference.check(where, f"{reference.article}#{reference.key}", reference.table, candidates)


def _into_document(
    reference: Foreign, annotator: str, where: InJson, keys: dict[tuple[str, str], dict[str, list[str]]], withheld: set[str | None]
) -> Iterator[Finding]:
    known = keys.get((reference.article, annotator), {}).get(reference.table)
    if known is None and withheld & {reference.article, NAMELESS}:
        return
    if reference.key not in (known := known or []):
        wrote = f"{reference.article}#{reference.key}"
        yield from unknown_reference.check(where, wrote, reference.table, [f"{reference.article}#{key}" for key in known])


def _gold(facts: Facts, config: Config) -> str | None:
    """Whose labels are the reference: the annotator that the config names, else the only one there is."""
    annotators = Counter(each.annotator for each in facts.annotations)
    if config.gold is not None:
        if annotators and config.gold not in annotators and not facts.unreadable and not facts.partial:
            near = nearest_name(config.gold, sorted(annotators))
            help_text = f'did you mean "{near}"?' if near else f"the annotators are {', '.join(sorted(annotators))}"
            raise BadConfig(f'gold = "{config.gold}" has annotated nothing', config.place("gold"), help_text)
        return config.gold
    if len(annotators) > 1 and not facts.partial:
        names = ", ".join(sorted(annotators))
        raise BadConfig(f"there are several annotators ({names}) and no gold", config.place(), 'add gold = "…" to [tool.corpusbuild]')
    return next(iter(annotators), None)


# ---- similarity and splits ----


def _original_ties(articles: dict[str, ArticleFact]) -> Iterator[Tie]:
    for article in articles.values():
        for original in article.originals:
            if original in articles and original != article.id:
                yield Tie(article.id, original)


def _similar_ties(facts: Facts, articles: dict[str, ArticleFact], kept: dict[str, int], plan: Plan, text_of: TextOf) -> Iterator[Tie]:
    """Pairs of articles with the same text, or with texts more alike than the threshold."""
    if len(articles) < 2 or not facts.sketches:
        return
    import numpy as np  # noqa: PLC0415  start-up time

    from corpusbuild.similarity import jaccard, proposed_pairs, shingles  # noqa: PLC0415  start-up time

    names = list(articles)
    same: dict[str, str] = {}
    for name, article in articles.items():
        first = same.setdefault(article.sha256, name)
        if first != name and (article.detached or text_of(article).strip()):  # empty articles have a finding already
            yield Tie(name, first, 1.0)
    rows = np.concatenate(facts.sketches)[[kept[name] for name in names]]
    for low, high in proposed_pairs(rows):
        one, other = articles[names[low]], articles[names[high]]
        if one.sha256 == other.sha256:
            continue
        sets = shingles([text_of(one), text_of(other)], plan.config.duplicates.shingle)
        similarity = jaccard(*sets)
        if similarity >= plan.config.duplicates.threshold:
            yield Tie(other.id, one.id, similarity)


def _similarity_findings(ties: list[Tie], articles: dict[str, ArticleFact], split_of: dict[str, str]) -> Iterator[Finding]:
    for tie in ties:
        one, other = articles[tie.article], articles[tie.other]
        if tie.similarity is None or other.id in one.originals or one.id in other.originals:
            continue
        if split_of.get(one.id) != split_of.get(other.id):
            continue  # an error says so already
        places = (_text_place(one), _text_place(other))
        if one.sha256 == other.sha256:
            yield from duplicate_article.check(one.id, places[0], other.id, places[1])
        else:
            yield from near_duplicate_article.check(one.id, places[0], other.id, places[1], tie.similarity)


def _ungrouped(facts: Facts, articles: dict[str, ArticleFact], config: Config) -> set[str | None]:
    """The articles whose group cannot be known, because it has a finding or they could not be read; None for one without a name."""
    wheres = (finding.where for finding in facts.findings if finding.severity is Severity.ERROR)
    places = ((), (config.splits.group,))
    faulty = {where.origin for where in wheres if isinstance(where, InJson) and where.pointer in places}
    unread: set[str | None] = facts.unplaceable - articles.keys() | ({None} if facts.nameless else set())
    return unread | {name for name, article in articles.items() if article.origin in faulty}


def _split_findings(
    dealing: Dealing, articles: dict[str, ArticleFact], config: Config, config_data: bytes, ungrouped: set[str | None]
) -> list[Finding]:
    """What keeps the splits from being what the config asks and the lock holds."""
    findings = list(_held_findings(dealing, articles, config))
    known = {article.group if article.group is not None else name for name, article in articles.items()}
    unknown = {group: _in_config(config_data, "splits", "assign", group) for group in config.splits.assign if group not in known}
    for group, article in dealing.unplaced.items():
        if article not in ungrouped:
            misspelt = unknown.pop(nearest_name(group, unknown) or "", None)
            findings += unplaced_group.check(article, group, _group_place(articles[article], config), misspelt)
    if ungrouped or not articles:
        return findings
    for group, where in unknown.items():
        findings += unknown_group.check(group, sorted(known), where)
    if dealing.groups < len(config.splits.names):
        where = _in_config(config_data, "splits")
        findings += too_few_groups.check(dealing.groups, len(config.splits.names), where)
    elif not dealing.unplaced:
        blamed = {config.splits.assign[group] for group in unknown}
        for split in config.splits.names:
            if split not in blamed and split not in dealing.split.values():
                findings += empty_split.check(split, _in_config(config_data, "splits", "ratios", split))
    return findings


def _held_findings(dealing: Dealing, articles: dict[str, ArticleFact], config: Config) -> Iterator[Finding]:
    """Articles that should be in one split and are held in two, and those that are not where the lock has them."""
    for conflict in dealing.conflicts:
        yield from _conflict_finding(conflict, articles)
    for torn in dealing.torn:
        one, other = (_group_place(articles[article], config) for article in torn.articles)
        yield from group_across_splits.check(torn.group, torn.articles, torn.splits, other, one)
    for name, signed in dealing.moved.items() if not dealing.torn else ():
        yield from article_moved_split.check(name, signed, dealing.split[name], _group_place(articles[name], config))


def _conflict_finding(conflict: Conflict, articles: dict[str, ArticleFact]) -> Iterator[Finding]:
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
