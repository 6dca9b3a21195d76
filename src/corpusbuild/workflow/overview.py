"""Gather what the overview of a site says beyond its rows: how articles are dealt out, and how far annotators agree."""

from __future__ import annotations

from collections.abc import Mapping
from heapq import nsmallest
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpusbuild.agreement.figures import Agreement, Figure
from corpusbuild.emit.agreement import Agreements
from corpusbuild.errors import CannotGoOn, UnknownName
from corpusbuild.facts import Array
from corpusbuild.link import Linked
from corpusbuild.plan import Plan
from corpusbuild.site.leaks import PAIRS, Leaks, Pair, Share
from corpusbuild.splitting import Tie
from corpusbuild.workflow.agreeing import agreement_of, pairs_of
from corpusbuild.workflow.analysis import Analysis
from corpusbuild.workflow.reading import Annotated, need_extra
from corpusbuild.workflow.saved_agreement import saved_agreements


def leaks(linked: Linked, plan: Plan) -> Leaks:
    """What the analysis knows of groups and near-duplicates, in columns: there may be many articles."""
    blocks, kinship, splits = linked.blocks, linked.kinship, plan.config.splits
    rows = pa.array(blocks.article_rows)
    ids = blocks.articles.column("id").take(rows)
    group = pc.coalesce(blocks.articles.column("group").take(rows), ids).dictionary_encode().indices.to_numpy(zero_copy_only=False)
    split = _split_of(linked, len(ids))
    number = len(linked.splits)
    # A group and its split as one number, each once: a group of two splits is there twice.
    held = np.unique(group.astype(np.int64) * number + split)
    shares = tuple(Share(name, int((split == each).sum()), int((held % number == each).sum())) for each, name in enumerate(linked.splits))
    near = sum(tie.similarity is not None for tie in kinship.ties)

    def gravest(tie: Tie) -> tuple[bool, float, int, int]:
        return bool(split[tie.article] == split[tie.other]), -(tie.similarity or 0), tie.article, tie.other

    def pair(tie: Tie) -> Pair:
        splits = linked.splits[split[tie.article]], linked.splits[split[tie.other]]
        return Pair(ids[tie.article].as_py(), ids[tie.other].as_py(), splits, tie.similarity)

    return Leaks(
        field=splits.group,
        shares=shares,
        articles=len(ids),
        groups=kinship.groups,
        torn=len(held) - len(np.unique(group)),
        compared=kinship.compared,
        threshold=plan.config.duplicates.threshold,
        shingle=plan.config.duplicates.shingle,
        near=near,
        derived=len(kinship.ties) - near,
        apart=sum(bool(split[tie.article] != split[tie.other]) for tie in kinship.ties),
        pairs=tuple(map(pair, nsmallest(PAIRS, kinship.ties, gravest))),
    )


def _split_of(linked: Linked, articles: int) -> Array:
    """The number of each article's split. A corpus that compiles has one for every article."""
    split = np.zeros(articles, dtype=np.int64)
    for name, run in linked.blocks.runs:
        split[run] = linked.splits.index(name)
    return split


def annotated(analysis: Analysis) -> dict[str, int]:
    """How many articles each annotator has annotated, by name."""
    counts = analysis.facts.annotations.column("annotator").value_counts()
    return dict(sorted((str(each["values"]), int(each["counts"].as_py())) for each in counts))


def agreements(analysis: Analysis) -> tuple[tuple[Agreement, ...], str]:
    """How far annotators agree, pair by pair, systems with the gold too, and what differs; and why not, where nothing can be said.

    Figures that were saved with ``agree --save`` are shown as they are, where the documents are still those that were
    compared: they were measured with every text at hand.
    """
    if len(annotated(analysis)) < 2:
        return (), ""
    try:
        need_extra()
    except CannotGoOn as error:
        return (), f"{error.message} ({error.help})"
    read = Annotated.of_analysis(analysis)
    saved = saved_agreements(read.plan.root)
    found = []
    why = ""
    for a, b in _pairs(read):
        try:
            found.append(agreement_of(read, a, b, measured=_measured(saved, read, a, b)))
        except CannotGoOn as error:
            why = f"{a} and {b}: {error}"
    return tuple(found), why


def _pairs(read: Annotated) -> list[tuple[str, str]]:
    """Whom to compare: as ``agree`` does, and each system with the gold; only those who share an article."""
    gold = read.plan.config.gold
    try:
        pairs = pairs_of(read)
    except UnknownName:
        pairs = []
    if gold is not None:
        pairs += [(gold, system) for system in sorted(read.predictions) if (gold, system) not in pairs]
    return [(a, b) for a, b in pairs if read.documents(a).keys() & read.documents(b).keys()]


def _measured(saved: Agreements, read: Annotated, a: str, b: str) -> list[Figure] | None:
    """The figures that are saved of a pair; None where they are of other documents than those that are there."""
    now = {name: {article: fact.sha256 for article, fact in read.documents(name).items()} for name in (a, b)}
    both = now[a].keys() & now[b].keys()
    now = {name: {article: documents[article] for article in both} for name, documents in now.items()}
    for each in saved:
        if (each["a"], each["b"]) == (a, b) and each["documents"] == now:
            return [_figure(figure) for figure in each["figures"]]
    return None


def _figure(saved: Mapping[str, Any]) -> Figure:
    """A figure as ``agree --save`` wrote it; what is not asked for here may be missing there."""
    return Figure(
        table=saved.get("table") or "",
        field=saved.get("field"),
        measure=saved.get("measure") or saved["name"],
        value=saved["value"],
        low=saved["low"],
        high=saved["high"],
        used=saved["used"],
        dropped=saved["dropped"],
        unit=saved["unit"],
        labels={name: (each["a"], each["b"]) for name, each in saved.get("labels", {}).items()},
        note=saved.get("note"),
        left_out=tuple(saved.get("left_out", ())),
    )
