"""Take the text of an article out of the corpus: hashes for its paragraphs, positions with check values for its quotations."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from corpusbuild.corpus.article import Article
from corpusbuild.corpus.at_hand import text_path
from corpusbuild.corpus.files import may_edit, read_bytes, read_to_edit
from corpusbuild.corpus.json_positions import JsonPositions
from corpusbuild.corpus.storage import Root
from corpusbuild.diagnostics.finding import Edit, Finding, Fix, Severity
from corpusbuild.diagnostics.where import InFile, InJson, Origin, Pointer
from corpusbuild.errors import CannotGoOn, UnknownName
from corpusbuild.facts import AnnotationFact, ArticleFact
from corpusbuild.fixing import fix_files
from corpusbuild.placing import Placements, place_document
from corpusbuild.plan import Plan
from corpusbuild.scan.annotations import NAMELESS
from corpusbuild.schema.judging import Judge
from corpusbuild.schema.paths import pointers_at
from corpusbuild.text.check import check_value
from corpusbuild.text.nearest import nearest_name
from corpusbuild.text.pieces import paragraphs_of
from corpusbuild.units import Unit, read_unit
from corpusbuild.workflow.analysis import Analysis, analyse
from corpusbuild.workflow.borrowing import Borrowed, Cited, borrowed
from corpusbuild.workflow.keeping import keep_text, make_room
from corpusbuild.workflow.writing import write_all

_BLOCKS = "blocks"


@dataclass(frozen=True, slots=True)
class Detached:
    """What detaching makes of a corpus: contents of files before and after, by path; then what is moved.

    ``texts`` are the articles' texts by their hashes; ``spans`` counts the anchors that become positions; ``borrowed`` are
    runs of their words that would still stand in the corpus. ``written`` says whether anything was.
    """

    before: dict[str, bytes]
    after: dict[str, bytes]
    moved: tuple[tuple[str, str], ...]
    texts: dict[str, str] = field(repr=False)
    spans: int
    borrowed: tuple[Borrowed, ...]
    written: bool = False


def detach(root: Path, names: Sequence[str]) -> Detached:
    """What becomes of the corpus at ``root`` once the articles ``names`` are detached. Nothing is written.

    Raises :class:`~corpusbuild.errors.UnknownName` where there is no such article, and
    :class:`~corpusbuild.errors.CannotGoOn` where one cannot be detached: it is already, something is wrong with it or
    with what is written about it, or the schemas have no place for what would be written.
    """
    analysis = analyse(root)
    plan, layout = analysis.plan, analysis.layout
    if plan is None or layout is None or analysis.linked is None:
        raise _at_fault("the schemas are not valid", "schema")
    for path in layout.damaged:
        raise _at_fault("this shard cannot be unpacked", path)  # nobody knows what of the texts stands there
    edits: list[Edit] = []
    moved: list[tuple[str, str]] = []
    texts: dict[str, str] = {}
    cited: dict[str, Cited] = {}
    spans = 0
    for name in dict.fromkeys(names):
        unit = _unit(analysis, plan, name)
        text = unit.article.text or ""
        texts[unit.article.sha256] = text
        headline = unit.article.metadata.get("headline")
        cited[name] = Cited(text, headline if isinstance(headline, str) else "")
        described = _metadata_edits(unit.article, plan)
        placed = [edit for fact, document in unit.documents for edit in _anchor_edits(unit.article, fact, document, plan)]
        if not described and not placed:
            raise CannotGoOn(f'"{name}" is detached already', unit.article.origin.path)
        spans += len(placed)
        edits += [*described, *placed]
        if unit.article.text_origin is not None:
            moved.append((unit.article.text_origin.path, text_path(unit.article.sha256)))
    before = {path: read_to_edit(root, path) for path in sorted({edit.where.origin.path for edit in edits})}
    # One fix, so that it is applied whole.
    whole = Finding("", "detach", Severity.NOTE, "", InFile(Origin("")), fix=Fix(tuple(edits), safe=True))
    after = fix_files([whole], before).files
    gone = dict.fromkeys((path for path, _ in moved), b"")
    left = borrowed(root, layout, cited, {**after, **gone})
    return Detached(before, after, tuple(moved), texts, spans, tuple(sorted(left)))


def write(root: Path, detached: Detached) -> None:
    """Write what :func:`detach` made: all files or none. The texts are kept at hand, outside git."""
    make_room(root)
    targets = {target for _, target in detached.moved}
    for sha256, text in detached.texts.items():
        if text_path(sha256) in targets:
            (root / text_path(sha256)).unlink(missing_ok=True)  # the text itself comes here
        else:
            keep_text(root, sha256, text)
    write_all(root, detached.after, detached.moved, before=detached.before)


# ---- what may be detached ----


def _unit(analysis: Analysis, plan: Plan, name: str) -> Unit:
    """The article of that name with everything written about it, if nothing is wrong with either."""
    facts = analysis.facts
    known = {fact.id: fact for fact in facts.articles}
    if name not in known and name not in facts.unplaceable:
        near = nearest_name(name, sorted(known))
        raise UnknownName(f'there is no article "{name}"', help=f'did you mean "{near}"?' if near else "articles are the files of raw/")
    if name in known:
        _refuse_faults(analysis, known[name], ())
    linked = analysis.linked
    units = linked.blocks.units() if linked is not None else ()
    found = [(fact, annotations) for _, fact, annotations in units if fact.id == name]
    if not found or name in facts.unplaceable:
        raise _at_fault(f'something is wrong with the article "{name}"', "raw")
    if facts.unreadable & {name, NAMELESS}:
        raise _at_fault(f'not every annotation of "{name}" can be read', "annotations")
    fact, annotations = found[0]
    _refuse_faults(analysis, fact, annotations)
    _refuse_links(plan.root, fact, annotations)
    unit = read_unit(fact, annotations, plan)
    if fact.detached and unit.article.text is None:
        help_text = "`corpusbuild hydrate` takes in a text; then quotations that were added become positions, too"
        raise CannotGoOn(f'"{name}" is detached already, and its text is not at hand', fact.origin.path, help_text)
    # With its text at hand, whatever has been quoted since can be found as in any article.
    return replace(unit, article=replace(unit.article, detached=False))


def _refuse_faults(analysis: Analysis, fact: ArticleFact, annotations: Sequence[AnnotationFact]) -> None:
    origins = {fact.origin, fact.text_origin, *(each.origin for each in annotations)}
    for finding in analysis.findings:
        if finding.severity is Severity.ERROR and finding.where.origin in origins:
            raise _at_fault(finding.message, finding.where.origin.path)


def _refuse_links(root: Root, fact: ArticleFact, annotations: Sequence[AnnotationFact]) -> None:
    for path in (fact.origin.path, *(each.origin.path for each in annotations)):
        may_edit(path)
    if fact.text_origin is not None and (root / fact.text_origin.path).is_symlink():
        raise CannotGoOn("this text is a link: what it leads to would stay", fact.text_origin.path, "put the file itself in its place")


def _at_fault(message: str, path: str) -> CannotGoOn:
    return CannotGoOn(message, path, "mend what `corpusbuild check` finds first")


# ---- what is written ----


def _anchor_edits(article: Article, fact: AnnotationFact, document: Any, plan: Plan) -> list[Edit]:
    """A position for every anchor of a document that is not one yet."""
    placements, findings = place_document(document, article, fact.origin, plan.levels)
    for finding in findings:
        if finding.severity is Severity.ERROR:
            raise _at_fault(finding.message, fact.origin.path)
    positions = [each for each in _positions(document, article, placements, plan) if _parent(document, each[0])[each[0][-1]] != each[1]]
    for pointer, position in positions:
        _parent(document, pointer)[pointer[-1]] = position
    _refuse_shape(document, plan.annotation_judge, "schema/annotation.json", "a position with a check value")
    return [Edit(InJson(fact.origin, pointer), json.dumps(position)) for pointer, position in positions]


def _positions(document: Any, article: Article, placements: Placements, plan: Plan) -> Iterator[tuple[Pointer, dict[str, Any]]]:
    for (number, name), placed in placements.sites.items():
        for pointer, spans in zip(pointers_at(document, plan.levels[number].path), placed.spans, strict=True):
            if spans is None:
                continue
            at = (*pointer, name)
            listed = isinstance(_parent(document, at)[name], list)
            for i, span in enumerate(spans):
                check = check_value(article.text or "", span)
                yield (*at, i) if listed else at, {"start": span.start, "end": span.end, "check": check}


def _parent(document: Any, pointer: Pointer) -> Any:
    for step in pointer[:-1]:
        document = document[step]
    return document


def _refuse_shape(value: Any, judge: Judge, schema: str, what: str) -> None:
    if not judge.accepts(value):
        fault = judge.explain(value)[0]
        raise CannotGoOn(
            f"this schema has no place for {what}: {fault.message}", schema, "add it, as the schemas of `corpusbuild init` have it"
        )


def _metadata_edits(article: Article, plan: Plan) -> list[Edit]:
    """The hash, the length and the paragraphs of the text, in the place of the text or behind what stands there."""
    text = article.text or ""
    promise = {"sha256": article.sha256, "chars": article.chars}
    blocks = [{"start": each.start, "end": each.end, "sha256": each.sha256} for each in paragraphs_of(text)]
    _refuse_shape(
        {**article.metadata, _BLOCKS: blocks}, plan.article_judge, "schema/article.json", f'"{_BLOCKS}" in an article\'s metadata'
    )
    data = read_bytes(plan.root, article.origin)
    there = json.loads(data)
    if there.get("text") == promise and there.get(_BLOCKS) == blocks:
        return []
    names = list(there)
    lead = _lead(data, names)
    wanted = {"text": json.dumps(promise), _BLOCKS: _listed(blocks, lead)}
    values = {name: wanted[name] for name in names if name in wanted}
    new = "".join(f",{lead}{json.dumps(name)}: {wanted[name]}" for name in wanted if name not in values)
    if not names:
        return [Edit(InJson(article.origin), "{" + new.removeprefix(",").strip() + "}")]
    if new:
        last = names[-1]
        start, end = JsonPositions(data).value((last,))
        values[last] = values.get(last, data[start:end].decode("utf-8")) + new
    return [Edit(InJson(article.origin, (name,)), value) for name, value in values.items()]


def _lead(data: bytes, names: Sequence[str]) -> str:
    """What stands before each member of an object: a line end and the author's indentation, or a space."""
    before = data[: JsonPositions(data).key((names[-1],))[0]].decode("utf-8") if names else ""
    _, line_end, indent = before.rpartition("\n")
    return f"\n{indent}" if line_end and not indent.strip() else " "


def _listed(blocks: Sequence[dict[str, Any]], lead: str) -> str:
    """Blocks, one a line where members are."""
    rows = [json.dumps(block) for block in blocks]
    if lead == " ":
        return "[" + ", ".join(rows) + "]"
    deeper = lead + lead.removeprefix("\n")
    return "[" + ",".join(deeper + row for row in rows) + lead + "]"
