"""Help an annotator write: the shortest anchor for some words, the skeleton of a document."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpusbuild.corpus import ids
from corpusbuild.corpus.at_hand import promised_text
from corpusbuild.corpus.json_reading import read_json
from corpusbuild.corpus.layout import discover, is_compressed, leads_out
from corpusbuild.corpus.shards import ranges
from corpusbuild.corpus.spill import unpack
from corpusbuild.errors import CannotGoOn, CannotWrite, UnknownName
from corpusbuild.scan.documents import EDITOR_HINT
from corpusbuild.text.anchors import Position, Quote, places
from corpusbuild.text.check import check_value
from corpusbuild.text.context import settle
from corpusbuild.text.nearest import nearest_name, nearest_words
from corpusbuild.workflow.editor import hint
from corpusbuild.workflow.state import EDITOR

if TYPE_CHECKING:
    from corpusbuild.workflow.corpus import Corpus


def quotes(corpus: Corpus, article: str, words: str) -> list[tuple[int, int, Quote | Position]]:
    """Every place of ``words``: start, end (code points), and the shortest anchor that fits there alone.

    In a detached article whose text is at hand, that is a position with its check value.
    """
    said = _said(corpus, article)
    text = said if isinstance(said, str) else _at_hand(corpus, article, said)
    if not words:
        raise UnknownName("there are no words to look for", help="name some words of the article")
    found = places(Quote(words), text)
    if not found:
        near = nearest_words(words, text)
        help_text = f"the nearest are {near.span.of(text)!r}" if near else "copy the words from the article"
        raise UnknownName(f'"{words}" does not stand in "{article}"', help=help_text)
    if not isinstance(said, str):
        return [(span.start, span.end, Position(span.start, span.end, check_value(text, span))) for span in found]
    return [(span.start, span.end, settle(text, words, span)) for span in found]


def _said(corpus: Corpus, article: str) -> Any:
    """The text of an article; what stands in its place where the article is detached."""
    fault = ids.fault(article)
    if fault is not None:
        raise UnknownName(f'"{article}" is no article: {fault}')
    text, metadata = f"raw/{article}.txt", f"raw/{article}.json"
    if _is_there(corpus, text):
        try:
            return (corpus.root / text).read_bytes().decode("utf-8")
        except UnicodeDecodeError as error:
            raise CannotGoOn("this article is not UTF-8", text, "see `corpusbuild check`") from error
    if _is_there(corpus, metadata):
        return _loads((corpus.root / metadata).read_bytes()).get("text")
    layout = discover(corpus.root, ())
    for shard in layout.article_shards:
        if is_compressed(shard):
            unpack(corpus.root, shard, corpus.config.limits.expansion)
        for part in ranges(corpus.root, shard, most=corpus.config.limits.line_bytes):
            for _, line in part.read(corpus.root):
                record = _loads(line)
                if record.get("id") == article:
                    return record.get("text")
    near = nearest_name(article, [each.id for each in layout.articles])
    raise UnknownName(f'there is no article "{article}"', help=f'did you mean "{near}"?' if near else "articles are the files of raw/")


def _is_there(corpus: Corpus, path: str) -> bool:
    return (corpus.root / path).is_file() and not leads_out(corpus.root, path)


def _at_hand(corpus: Corpus, article: str, promise: Any) -> str:
    """The text of a detached article, which its metadata know by its hash."""
    text = promised_text(corpus.root, promise)
    if text is None:
        raise UnknownName(
            f'"{article}" is detached: its text is not at hand', help="`corpusbuild hydrate DIR` takes it in from a folder of yours"
        )
    return text


def _loads(line: bytes) -> dict[str, Any]:
    value = read_json(line)
    return value if isinstance(value, dict) else {}


def skeleton(corpus: Corpus, article: str, annotator: str | None) -> Path:
    """Write an annotation document without annotations: ``annotations/<id>.json``, or one in the annotator's folder.

    The gold annotator's documents, and those in a corpus that has no folders of annotators, lie in
    ``annotations/`` itself.
    """
    _said(corpus, article)
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
    except OSError as error:
        if path.exists():
            raise CannotWrite("this document is there already", where, "edit it, or name another --annotator") from error
        raise CannotWrite(f"this cannot be written: {error.strerror}", where) from error
    return path


def _empty_tables(corpus: Corpus) -> dict[str, list[Any]]:
    path = "schema/annotation.json"
    schema = _loads((corpus.root / path).read_bytes()) if _is_there(corpus, path) else {}
    properties = schema.get("properties")
    if not isinstance(properties, dict):
        raise CannotGoOn("this schema says nothing of tables", path, "mend what `corpusbuild check` finds first")
    return {name: [] for name, each in properties.items() if isinstance(each, dict) and "x-table" in each}
