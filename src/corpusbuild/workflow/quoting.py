"""Help an annotator write: the shortest anchor for some words, the skeleton of a document."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpusbuild.corpus import ids
from corpusbuild.corpus.at_hand import text_at_hand
from corpusbuild.corpus.json_reading import read_json
from corpusbuild.corpus.layout import discover, is_compressed
from corpusbuild.corpus.shards import ranges
from corpusbuild.corpus.spill import unpack
from corpusbuild.errors import CannotGoOn, CannotWrite, UnknownName
from corpusbuild.scan.documents import EDITOR_HINT
from corpusbuild.text.anchors import Position, Quote, places
from corpusbuild.text.check import check_value
from corpusbuild.text.context import settle
from corpusbuild.text.nearest import nearest_name, nearest_words
from corpusbuild.text.pieces import SHA256
from corpusbuild.workflow.editor import hint
from corpusbuild.workflow.state import EDITOR

if TYPE_CHECKING:
    from corpusbuild.workflow.corpus import Corpus


def quotes(corpus: Corpus, article: str, words: str) -> list[tuple[int, int, Quote | Position]]:
    """Every place of ``words``: start, end (code points), and the shortest anchor that fits there alone.

    In a detached article whose text is at hand, that is a position with its check value.
    """
    detached = _detached_text(corpus, article)
    text = _text(corpus, article) if detached is None else detached
    if not words:
        raise UnknownName("there are no words to look for", help="name some words of the article")
    found = places(Quote(words), text)
    if not found:
        near = nearest_words(words, text)
        help_text = f"the nearest are {near.span.of(text)!r}" if near else "copy the words from the article"
        raise UnknownName(f'"{words}" does not stand in "{article}"', help=help_text)
    if detached is not None:
        return [(span.start, span.end, Position(span.start, span.end, check_value(text, span))) for span in found]
    return [(span.start, span.end, settle(text, words, span)) for span in found]


def _detached_text(corpus: Corpus, article: str) -> str | None:
    """The text of a detached article, if it is at hand."""
    files = [corpus.root / "raw" / f"{article}{suffix}" for suffix in (".txt", ".json")]
    if ids.fault(article) is not None or files[0].exists() or not files[1].is_file():
        return None
    promise = _loads(files[1].read_bytes()).get("text")
    sha256 = promise.get("sha256") if isinstance(promise, dict) else None
    return text_at_hand(corpus.root, sha256) if isinstance(sha256, str) and SHA256.fullmatch(sha256) else None


def _text(corpus: Corpus, article: str) -> str:
    fault = ids.fault(article)
    if fault is not None:
        raise UnknownName(f'"{article}" is no article: {fault}')
    path = corpus.root / "raw" / f"{article}.txt"
    if path.is_file():
        try:
            return path.read_bytes().decode("utf-8")
        except UnicodeDecodeError as error:
            raise CannotGoOn("this article is not UTF-8", str(path), "see `corpusbuild check`") from error
    layout = discover(corpus.root, ())
    for shard in layout.article_shards:
        if is_compressed(shard):
            unpack(corpus.root, shard, corpus.config.limits.expansion)
        for part in ranges(corpus.root, shard, most=corpus.config.limits.line_bytes):
            for _, line in part.read(corpus.root):
                record = _loads(line)
                if record.get("id") == article and isinstance(record.get("text"), str):
                    return str(record["text"])
    known = [each.id for each in layout.articles]
    if article in known:
        raise UnknownName(
            f'"{article}" is detached: its text is not at hand', help="`corpusbuild hydrate DIR` takes it in from a folder of yours"
        )
    near = nearest_name(article, known)
    raise UnknownName(f'there is no article "{article}"', help=f'did you mean "{near}"?' if near else "articles are the files of raw/")


def _loads(line: bytes) -> dict[str, Any]:
    value = read_json(line)
    return value if isinstance(value, dict) else {}


def skeleton(corpus: Corpus, article: str, annotator: str | None) -> Path:
    """Write an annotation document without annotations: ``annotations/<id>.json``, or one in the annotator's folder.

    The gold annotator's documents, and those in a corpus that has no folders of annotators, lie in
    ``annotations/`` itself.
    """
    _text_or_detached(corpus, article)
    name = annotator or corpus.config.gold or "gold"
    fault = ids.fault(name)
    if fault is not None:
        raise UnknownName(f'"{name}" cannot be an annotator: {fault}')
    folder = corpus.folder / "annotations"
    if annotator is not None and annotator != corpus.config.gold:
        folder = folder / name
    path = folder / f"{article}.json"
    # Where `make` or `init` has written schemas for editors, a new document names its own.
    where = path.relative_to(corpus.folder).as_posix()
    start = {EDITOR_HINT: hint(where, "annotation")} if (corpus.folder / EDITOR).is_dir() else {}
    document: dict[str, Any] = {**start, "article": article, "annotator": name, **_empty_tables(corpus)}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")
    except FileExistsError as error:
        raise CannotWrite(
            "this document is there already", str(path.relative_to(corpus.folder)), "edit it, or name another --annotator"
        ) from error
    except OSError as error:
        raise CannotWrite(f"this cannot be written: {error.strerror}", str(path)) from error
    return path


def _text_or_detached(corpus: Corpus, article: str) -> None:
    try:
        _text(corpus, article)
    except UnknownName:
        if ids.fault(article) is not None or not (corpus.folder / "raw" / f"{article}.json").is_file():
            raise


def _empty_tables(corpus: Corpus) -> dict[str, list[Any]]:
    schema = _loads((corpus.folder / "schema" / "annotation.json").read_bytes())
    properties = schema.get("properties", {})
    return {name: [] for name, each in properties.items() if isinstance(each, dict) and "x-table" in each}
