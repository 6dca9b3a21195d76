"""Read each input once, judge each document by itself, and keep only facts.

What is looked at here needs nothing but the document and the plan: its bytes, its shape, its keys, and
its references to registries and to itself.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from corpusbuild.corpus import ids
from corpusbuild.corpus.article import Article
from corpusbuild.corpus.files import read_bytes, reader
from corpusbuild.corpus.json_reading import JsonFault, read_json
from corpusbuild.corpus.layout import ArticleFiles, is_oversized
from corpusbuild.corpus.storage import Root
from corpusbuild.diagnostics.finding import Finding, Severity
from corpusbuild.diagnostics.where import InFile, InJson, Origin, Pointer
from corpusbuild.facts import AnnotationFact, AnnotationFacts, ArticleFact, ArticleFacts, Facts, Foreign
from corpusbuild.plan import Plan, Reference
from corpusbuild.refused import fault_findings, faulty_rows, shape_faults, shape_findings, without_rows
from corpusbuild.rules import (
    article_without_metadata,
    article_without_text,
    byte_order_mark,
    carriage_return,
    control_character,
    detached_text_mismatch,
    duplicate_json_key,
    duplicate_key,
    empty_article,
    id_differs_from_file,
    inconsistent_blocks,
    instant_out_of_range,
    invalid_json,
    missing_property,
    not_nfc,
    not_utf8,
    number_out_of_range,
    unknown_reference,
    unsafe_path,
    wrong_type,
)
from corpusbuild.schema.columnless import Columnless, Fits
from corpusbuild.schema.judging import ShapeFault
from corpusbuild.schema.paths import pointers_at, values_at
from corpusbuild.schema.shape import Scalar
from corpusbuild.text.canonical import CONTROL, is_canonical, is_clean
from corpusbuild.text.pieces import SHA256, sha256_of

NAMELESS = ""
"""Stands among the unreadable for a line of a shard of which nobody knows what article it is about."""

EDITOR_HINT = "$schema"
"""A property that every document may have: it tells editors which schema to complete from."""

# ---- articles ----


def scan_article_files(files: Iterable[ArticleFiles], plan: Plan) -> Facts:
    """Facts and findings of articles that are files of their own."""
    facts = Facts()
    kept: list[_Kept] = []
    named = list(files)
    documents = reader(plan.root, (Origin(path) for each in named for path in (each.text, each.metadata) if path is not None))
    for each in named:
        read = _article_of_files(each, plan, documents)
        facts.findings += read.findings
        if read.article is None:
            facts.unplaceable.add(each.id)
        else:
            kept.append(_keep(facts, read.article, read.data, plan))
    return _sketched(facts, kept, plan)


def scan_article_lines(lines: Iterable[tuple[Origin, bytes]], plan: Plan) -> Facts:
    """Facts and findings of articles that are lines of a shard."""
    facts = Facts()
    kept: list[_Kept] = []
    for origin, data in lines:
        read = _article_of_line(origin, data)
        facts.findings += read.findings
        if read.article is None:
            facts.nameless += 1
        else:
            kept.append(_keep(facts, read.article, data, plan))
    return _sketched(facts, kept, plan)


class _Read(NamedTuple):
    """An article as it was read, the bytes of its metadata, and what is wrong with either."""

    article: Article | None
    data: bytes
    findings: list[Finding]


def _article_of_files(files: ArticleFiles, plan: Plan, documents: Callable[[Origin], bytes]) -> _Read:
    fault = ids.fault(files.id)
    if fault is not None:
        origin = Origin(files.text or files.metadata or "raw")
        return _Read(None, b"", list(unsafe_path.check(InFile(origin), files.id, fault, "an article")))
    text, findings = _text_of(files.id, Origin(files.text), documents) if files.text else (None, [])
    text_origin = Origin(files.text or "")
    alone = Article(files.id, text, "", 0, {}, text_origin, text_origin)
    if files.metadata is None:
        if not _withheld(plan, f"raw/{files.id}.json"):
            findings += article_without_metadata.check(text_origin.path, f"raw/{files.id}.json")
        return _Read(None, b"", [*findings, *_text_findings(alone)])
    origin = Origin(files.metadata)
    data = documents(origin)
    metadata, more = read_document(data, origin)
    findings += more
    if metadata is None:
        return _Read(None, data, [*findings, *_text_findings(alone)])
    if metadata.get("id", files.id) != files.id:
        findings += id_differs_from_file.check(origin, files.id, metadata["id"])
    promise, more = (None, []) if files.text and "text" not in metadata else _detached(files.id, metadata, origin, f"raw/{files.id}.txt")
    findings += more if files.text or not _withheld(plan, f"raw/{files.id}.txt") else ()
    if files.text is None or text is None:
        return _Read(promise if files.text is None else None, data, findings)
    article = Article(files.id, text, sha256_of(text), len(text), metadata, origin, Origin(files.text))
    if promise is not None and (promise.sha256, promise.chars) != (article.sha256, article.chars):
        findings += detached_text_mismatch.check(article, promise.sha256, promise.chars)
    return _Read(article, data, findings)


def _withheld(plan: Plan, path: str) -> bool:
    """Whether what is missing is there, as a link that leads out of the corpus or too large, which is reported as such."""
    return (plan.root / path).is_symlink() or is_oversized(plan.root, path, plan.config.limits.file_bytes)


def _article_of_line(origin: Origin, data: bytes) -> _Read:
    metadata, findings = read_document(data, origin)
    if metadata is None:
        return _Read(None, data, findings)
    name = metadata.get("id")
    if not isinstance(name, str):
        fault = ShapeFault((), "required", ["id"], metadata, "", missing="id")
        return _Read(None, data, [*findings, *missing_property.check(InJson(origin), fault)])
    unsafe = ids.fault(name)
    if unsafe is not None:
        return _Read(None, data, [*findings, *unsafe_path.check(InJson(origin, ("id",)), name, unsafe, "an article")])
    text = metadata.get("text")
    if isinstance(text, str):
        return _Read(Article(name, text, sha256_of(text), len(text), metadata, origin), data, findings)
    article, more = _detached(name, metadata, origin, None)
    return _Read(article, data, [*findings, *more])


def _text_of(name: str, origin: Origin, documents: Callable[[Origin], bytes]) -> tuple[str | None, list[Finding]]:
    data = documents(origin)
    undecodable = list(not_utf8.check(origin, data))
    marked = list(byte_order_mark.check(origin, data))
    if undecodable or not marked:
        return (None if undecodable else data.decode("utf-8")), [*undecodable, *marked]
    # With the mark there is no text yet, but what else is wrong with its letters can be mended at once.
    return None, [*marked, *_text_findings(Article(name, data.decode("utf-8"), "", 0, {}, origin, origin))]


def _detached(name: str, metadata: dict[str, Any], origin: Origin, missing: str | None) -> tuple[Article | None, list[Finding]]:
    """An article whose metadata hold its text's hash and length instead of the text."""
    promise = metadata.get("text")
    if promise is None:
        return None, list(article_without_text.check(origin, missing))
    sha256, chars = (promise.get("sha256"), promise.get("chars")) if isinstance(promise, dict) else (None, None)
    hashed = isinstance(sha256, str) and SHA256.fullmatch(sha256) is not None
    counted = isinstance(chars, int) and not isinstance(chars, bool) and chars >= 0
    if not (hashed and counted and promise.keys() == {"sha256", "chars"}):
        wanted = [{"title": '{"sha256": 64 hex digits, "chars": a count}'}]
        return None, list(wrong_type.check(InJson(origin, ("text",)), ShapeFault(("text",), "oneOf", wanted, promise, "")))
    return Article(name, None, promise["sha256"], promise["chars"], metadata, origin, detached=True), []


class _Kept(NamedTuple):
    """The facts of an article, and its text for the sketch."""

    fact: ArticleFact
    text: str | None


def _keep(facts: Facts, article: Article, data: bytes, plan: Plan) -> _Kept:
    """Judge an article and note its facts; ``data`` are the bytes of its metadata."""
    findings = _text_findings(article)
    if any(each.severity is Severity.ERROR for each in findings):
        facts.unplaceable.add(article.id)
    record = {key: value for key, value in article.metadata.items() if key not in {"id", "text", EDITOR_HINT}}
    shape = shape_findings(record, article.origin, plan.article_judge)
    foreign: list[Foreign] = []
    if not shape:
        findings += columnless_findings(plan.article_fits, data, record, article.origin)
        for reference in plan.article_references:
            findings += _reference_findings(reference, record, _Scope(article.origin, None, {}, foreign, {}), plan)
        if "blocks" in record and isinstance(article.metadata.get("text"), dict):
            findings += [*inconsistent_blocks.check(article), *inconsistent_blocks.check_text(article)]
    facts.findings += findings + shape
    group = record.get(plan.config.splits.group) if plan.config.splits.group else None
    derived = plan.config.splits.derived
    fact = ArticleFact(
        id=article.id,
        origin=article.origin,
        text_origin=article.text_origin,
        sha256=article.sha256,
        chars=article.chars,
        detached=article.detached,
        metadata_sha256=hashlib.sha256(data).hexdigest(),
        group=group if isinstance(group, str) else None,
        originals=tuple(each.article for each in foreign if each.table == "articles" and each.pointer[0] == derived),
        foreign=tuple(foreign),
        key=record.get(plan.article_key) if plan.article_key is not None and not shape else None,
    )
    return _Kept(fact, article.text)


def _text_findings(article: Article) -> list[Finding]:
    text = article.text
    if text is None or (is_clean(text, text.encode()) and text.strip()):
        return []
    findings = list(empty_article.check(article))
    if not is_canonical(text):
        findings += [*byte_order_mark.check_text(article), *carriage_return.check(article), *not_nfc.check(article)]
    if CONTROL.search(text):
        findings += control_character.check(article)
    return findings


def _sketched(facts: Facts, kept: Sequence[_Kept], plan: Plan) -> Facts:
    facts.articles = ArticleFacts.of([each.fact for each in kept])
    if kept:
        from corpusbuild.similarity import shingles, sketches  # noqa: PLC0415  rensa is needed only where there are texts

        # A detached text takes no part: the result may not depend on who has it.
        facts.sketched = sketches(shingles([each.text or "" for each in kept], plan.config.duplicates.shingle))
    return facts


# ---- annotations ----


def scan_annotations(documents: Iterable[tuple[Origin, bytes]], plan: Plan) -> Facts:
    """Facts and findings of annotation documents."""
    facts = Facts()
    found = (_scan_annotation(origin, data, plan, facts) for origin, data in documents)
    facts.annotations = AnnotationFacts.of([fact for fact in found if fact is not None])
    return facts


def _scan_annotation(origin: Origin, data: bytes, plan: Plan, facts: Facts) -> AnnotationFact | None:
    """The facts of one document; None where it cannot be told what it is about."""
    document, findings = read_document(data, origin)
    if document is None:
        facts.findings += findings
        facts.unreadable.add(_supposed_article(origin))
        return None
    document.pop(EDITOR_HINT, None)
    faults = shape_faults(document, plan.annotation_judge)
    faulty = faulty_rows(document, faults, plan) if faults else None
    misnamed = _name_findings(document, origin) if not faults or faulty is not None else []
    facts.findings += [*fault_findings(faults, document, origin), *misnamed]
    if misnamed or (faults and faulty is None):
        # Where the name itself is at fault, the file's stands for it.
        name = document.get("article")
        facts.unreadable.add(name if isinstance(name, str) and ids.fault(name) is None else _supposed_article(origin))
        return None
    keys = _keys(document, faults, origin, plan, facts)
    if faulty is None:
        facts.findings += columnless_findings(plan.annotation_fits, data, document, origin)
    else:
        facts.unreadable.add(document["article"])
        document = without_rows(document, faulty)
    nameless = False
    foreign: list[Foreign] = []
    scope = _Scope(origin, document["annotator"], keys, foreign, {})
    for reference in plan.annotation_references:
        if reference.table not in keys and reference.table in plan.nested_tables:
            continue
        found = _reference_findings(reference, document, scope, plan)
        facts.findings += found
        if found and reference.path == ("annotator",):
            # Nobody knows whose document it is: nothing is said of references between it and others.
            facts.unreadable.add(document["article"])
            nameless = True
    if nameless:
        foreign.clear()
    for name, used in scope.used.items():
        facts.use(name, used, document["article"])
    digest = hashlib.sha256(data).hexdigest()
    rows = {table.name: len(document.get(table.member) or ()) for table in plan.shape.tables}
    return AnnotationFact(document["article"], document["annotator"], origin, digest, keys, tuple(foreign), faulty, rows)


def _keys(document: dict[str, Any], faults: Sequence[ShapeFault], origin: Origin, plan: Plan, facts: Facts) -> dict[str, list[str]]:
    """The keys of each nested table. One is left out where a row's key is at fault: what it was to be may be referred to."""
    keys: dict[str, list[str]] = {}
    wrong = {fault.pointer for fault in faults}
    rows_at_fault = {fault.pointer[:2] for fault in faults}
    for table, column in plan.keyed_tables:
        rows = document.get(table.member) or ()
        named = [row.get(column) if isinstance(row, dict) else None for row in rows]
        known = [name for name in named if isinstance(name, str)]
        distinct = len(set(known)) == len(known)
        if not distinct:
            placed = ((name, InJson(origin, (table.member, i, column))) for i, name in enumerate(named) if isinstance(name, str))
            facts.findings += duplicate_key_findings(table.name, placed)
        told = (isinstance(name, str) or (table.member, i) not in rows_at_fault for i, name in enumerate(named))
        if distinct and (not faults or (all(told) and not any((table.member, i, column) in wrong for i in range(len(rows))))):
            keys[table.name] = known
        else:
            facts.unreadable.add(document["article"])
    return keys


def _supposed_article(origin: Origin) -> str:
    """The article that a document of which nothing is known is about: its file's name says so, but for a shard's."""
    return NAMELESS if origin.length is not None else PurePosixPath(origin.path).stem


def _name_findings(document: dict[str, Any], origin: Origin) -> list[Finding]:
    found: list[Finding] = []
    for name, what in (("article", "an article"), ("annotator", "an annotator")):
        fault = ids.fault(document[name])
        if fault is not None:
            found += unsafe_path.check(InJson(origin, (name,)), document[name], fault, what)
    return found


# ---- what every kind of document has ----


def read_document(data: bytes, origin: Origin) -> tuple[dict[str, Any] | None, list[Finding]]:
    """The JSON object that ``data`` holds, or why it holds none."""
    value, findings = read_value(data, origin)
    if findings:
        return None, findings
    return (value, []) if isinstance(value, dict) else (None, list(invalid_json.not_a("an object", origin)))


def read_value(data: bytes, origin: Origin) -> tuple[Any, list[Finding]]:
    """The JSON value that ``data`` holds, or why it holds none."""
    value = read_json(data)
    if not isinstance(value, JsonFault):
        return value, []
    bytes_findings = [*not_utf8.check(origin, data), *byte_order_mark.check(origin, data)]
    if bytes_findings:
        return None, bytes_findings
    repeated = list(duplicate_json_key.check(origin, data)) if value.repeated else []
    return None, repeated or list(invalid_json.check(origin, value, data))


def columnless_findings(fits: Fits, data: bytes, document: Any, origin: Origin, base: Pointer = ()) -> list[Finding]:
    """What no column can hold."""
    return [finding for fault in fits.faults(data, document) for finding in _columnless(fault, origin, base)]


def _columnless(fault: Columnless, origin: Origin, base: Pointer) -> Iterator[Finding]:
    where = InJson(origin, (*base, *fault.pointer))
    if fault.type is Scalar.INSTANT:
        yield from instant_out_of_range.check(where, fault.value, fault.reason)
    else:
        yield from number_out_of_range.check(where, fault.value, fault.type.value)


def duplicate_key_findings(table: str, keys: Iterable[tuple[str | None, InJson]]) -> list[Finding]:
    """Every key of ``table``, given with its place, that stands before."""
    first: dict[str, InJson] = {}
    found: list[Finding] = []
    for key, where in keys:
        if key is None:
            continue
        if key in first:
            found += duplicate_key.check(where, key, table, first[key])
        first.setdefault(key, where)
    return found


class _Scope(NamedTuple):
    """What references of a document are looked up in, and where those that lead out of it are kept for the link.

    ``keys`` are the document's own, by table; ``annotator`` is None for an article. ``used`` collects what it
    refers to in registries.
    """

    origin: Origin
    annotator: str | None
    keys: dict[str, list[str]]
    foreign: list[Foreign]
    used: dict[str, set[str]]


def _reference_findings(reference: Reference, document: dict[str, Any], scope: _Scope, plan: Plan) -> list[Finding]:
    """References that lead nowhere."""
    values = values_at([document], reference.path)
    wanted = set(values)
    wanted.discard(None)
    known = _known(reference, scope, plan)
    if reference.table in plan.registry_keys:
        scope.used.setdefault(reference.table, set()).update(wanted)
    if known is not None and wanted <= known:
        return []
    found: list[Finding] = []
    names = sorted(known or ())
    for pointer, value in zip(pointers_at(document, reference.path), values, strict=True):
        if value is None or (known is not None and value in known):
            continue
        article, mark, key = value.partition("#")
        if known is None:
            scope.foreign.append(Foreign(pointer, reference.table, value, ""))
        elif mark and reference.table in scope.keys:
            scope.foreign.append(Foreign(pointer, reference.table, article, key))
        else:
            found += unknown_reference.check(InJson(scope.origin, pointer), value, reference.table, names)
    return found


def _known(reference: Reference, scope: _Scope, plan: Plan) -> frozenset[str] | None:
    """The keys that a bare reference may name; None where only the link knows them."""
    if reference.table == "articles":
        return None
    if reference.table in scope.keys:
        return frozenset(scope.keys[reference.table])
    return plan.known_keys(reference.table, scope.annotator)


def wholes(root: Root, paths: Iterable[str]) -> Iterator[tuple[Origin, bytes]]:
    """Files that are one document each."""
    origins = [Origin(path) for path in paths]
    read = reader(root, origins)
    return ((origin, read(origin)) for origin in origins)


def whole(root: Root, path: str) -> tuple[Origin, bytes]:
    """A file that is one document."""
    origin = Origin(path)
    return origin, read_bytes(root, origin)
