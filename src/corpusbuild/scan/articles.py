"""Scan articles: their text, their metadata, and a sketch of each.

What is looked at here needs nothing but the document and the plan.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from corpusbuild.corpus import ids
from corpusbuild.corpus.article import Article
from corpusbuild.corpus.files import reader
from corpusbuild.corpus.layout import ArticleFiles, is_oversized
from corpusbuild.diagnostics.finding import Finding, Severity
from corpusbuild.diagnostics.where import InFile, InJson, Origin
from corpusbuild.facts import ArticleFact, ArticleFacts, Facts, Foreign
from corpusbuild.plan import Plan
from corpusbuild.refused import shape_findings
from corpusbuild.rules import (
    article_without_metadata,
    article_without_text,
    byte_order_mark,
    carriage_return,
    control_character,
    detached_text_mismatch,
    empty_article,
    id_differs_from_file,
    inconsistent_blocks,
    limit_met,
    missing_property,
    not_nfc,
    not_utf8,
    unsafe_path,
    wrong_type,
)
from corpusbuild.scan.documents import EDITOR_HINT, columnless_findings, read_document
from corpusbuild.scan.references import Scope, reference_findings
from corpusbuild.schema.judging import ShapeFault
from corpusbuild.text.canonical import CONTROL, is_canonical, is_clean
from corpusbuild.text.pieces import SHA256, sha256_of


def scan_article_files(files: Iterable[ArticleFiles], plan: Plan) -> Facts:
    """Facts and findings of articles that are files of their own."""
    facts = Facts()
    kept: list[_Kept] = []
    named = list(files)
    documents = reader(plan.root, (Origin(path) for each in named for path in (each.text, each.metadata) if path is not None))
    for each in named:
        read = _within(_article_of_files(each, plan, documents), plan)
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
        read = _within(_article_of_line(origin, data, plan), plan)
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


def _within(read: _Read, plan: Plan) -> _Read:
    """What was read, without an article whose text is longer than it may be."""
    most = plan.config.limits.text_chars
    if read.article is None or read.article.chars <= most:
        return read
    return _Read(None, read.data, [*read.findings, *limit_met.text(read.article, most)])


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
    metadata, more = read_document(data, origin, plan.config.limits)
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


def _article_of_line(origin: Origin, data: bytes, plan: Plan) -> _Read:
    metadata, findings = read_document(data, origin, plan.config.limits)
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
        wanted = '{"sha256": 64 hex digits, "chars": a count}'
        return None, list(wrong_type.no_form_fits(promise, InJson(origin, ("text",)), [wanted]))
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
            findings += reference_findings(reference, record, Scope(article.origin, None, {}, foreign, {}), plan)
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
