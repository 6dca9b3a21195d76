"""Write columns of tokens and tags: a file for each article as one annotator annotated it, with a column of BIO tags for each layer.

A layer is a column of anchors. Tokens are those of the table ``tokens`` where an import made one; else they end at white space, at
punctuation, and where a span begins or ends, so that every span is whole tokens. A sentence is a line of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

from corpusbuild.agreement.reading import Item, Reading
from corpusbuild.corpus.article import Article
from corpusbuild.interchange.conll import COMMENTS, CONLLU, SPANS
from corpusbuild.interchange.labelled_spans import Layer, layers, lose_columns, lose_rows, made_by, of_document, rows_of
from corpusbuild.interchange.model import ColumnSpec, Exporting, Kind, Losses, TableSpec
from corpusbuild.schema.shape import Shape
from corpusbuild.text.span import Span

NO_TEXT = "the article is detached, and columns of tokens need its text"
_NO_WORDS = "the row has no words, and tags are of words"
_NO_METADATA = "columns of tokens have no metadata"
_ONLY_TAGS = "tags have a label, and nothing else"
_OF_WHOLE = "it is said of the article as a whole"
_WHITE_SPACE = "tokens are parted by one space, and lines by one line end"
_OVERLAP = "it overlaps another span of its column"
_SEGMENTS = "segments become spans of their own"
_BLANK = "white space at the ends of a span is in no token"
_NOTHING = "there is no token in it"
_NO_TAG = "no tag can hold such a label"

_TOKENS = "tokens"
_WHOLE_TOKEN = re.compile(r"[^ \n]+")
"""In a text that columns were imported to."""
_TOKEN = re.compile(r"\w+(?:[-'\u2019.,:/]\w+)*|[^\w\s]")
_NO_LABEL = re.compile(r"[\t\r\n]|^-|^$")
_DOCUMENT = "-DOCSTART-"  # as above
_NUMBERED = re.compile(r"column_([1-9][0-9]*)")


class ConllWriter:
    """Columns parted by tabs, in ``<article>.conll``; where there are several annotators, each has a folder."""

    name = "conll"

    def __init__(self, what: Exporting) -> None:
        self.what, self.losses = what, Losses()
        self._articles: set[str] = set()
        self.own = _is_own(what.shape)
        self.layers = tuple(each for each in layers(what.shape) if not (self.own and each.table.name == _TOKENS))
        self.suffix = "conllu" if self.own and _others(what.shape) and set(_others(what.shape)) <= set(CONLLU) else "conll"

    def document(self, reading: Reading) -> Mapping[str, str]:
        """The tokens with their tags."""
        self._count(reading.article)
        text = self.what.text(reading.article)
        if text is None:
            lose_rows(self.losses, reading, self.what.shape, NO_TEXT)
            return {}
        columns = _Columns(self, reading, text)
        folder = f"{reading.annotator}/" if len(self.what.annotators) > 1 else ""
        return {f"{folder}{reading.article.id}.{self.suffix}": "".join(f"{line}\n" for line in columns.lines())}

    def bare(self, article: Article) -> Mapping[str, str]:
        """The tokens, in one column."""
        self._count(article)
        text = self.what.text(article)
        if text is None:
            return {}
        tokens = list(_tokens(text, (), own=self.own))
        _judge_text(text, tokens, self.losses)
        return {f"{article.id}.conll": "".join(f"{line}\n" for line in _laid_out(tokens, [[token.of(text)] for token in tokens], text))}

    def finish(self) -> Mapping[str, str]:
        """Nothing."""
        return {}

    def _count(self, article: Article) -> None:
        if article.id not in self._articles:
            self._articles.add(article.id)
            known = [name for name, value in article.metadata.items() if name != "id" and value is not None]
            self.losses += Losses({(f"articles.{name}", _NO_METADATA): 1 for name in known})
            if self.what.text(article) is None:
                self.losses["articles.text", NO_TEXT] += 1


def _is_own(shape: Shape) -> bool:
    """Whether all tables are such as the import of columns makes."""
    others = tuple(ColumnSpec(name, Kind.STRING) for name in _others(shape))
    tokens = TableSpec(_TOKENS, (ColumnSpec("id", Kind.STRING), ColumnSpec("token", Kind.WORDS), *others))
    return made_by(shape, (SPANS, COMMENTS, tokens)) and all(name in CONLLU or _NUMBERED.fullmatch(name) for name in _others(shape))


def _others(shape: Shape) -> list[str]:
    """The columns of tokens that are neither token nor tag."""
    table = shape.table(_TOKENS)
    return [] if table is None else [name for name in table.row_names if name not in {"id", "token"}]


class _Tagged(NamedTuple):
    """A span that has a column, and what it is: empty where nothing says it."""

    span: Span
    label: str


@dataclass(frozen=True)
class _Columns:
    """The columns of one document."""

    writer: ConllWriter
    reading: Reading
    text: str

    def lines(self) -> Iterator[str]:
        """All lines, with the names of the columns before them where there are several layers."""
        shape, losses = self.writer.what.shape, self.writer.losses
        lose_columns(losses, self.reading.value, of_document(shape), (), _OF_WHOLE)
        spans = [self._spans(layer) for layer in self.writer.layers]
        self._lose_rows()
        rows = rows_of(self.reading, shape, _TOKENS) if self.writer.own else []
        tokens = [place for item in rows for place in item.spans("token")]
        if not tokens:
            edges = {edge for each in spans for tagged in each for edge in (tagged.span.start, tagged.span.end)}
            tokens = list(_tokens(self.text, edges, own=self.writer.own))
        _judge_text(self.text, tokens, losses)
        tags = [self._tags(layer, each, tokens) for layer, each in zip(self.writer.layers, spans, strict=True)]
        crossed = [tagged.span for each in spans for tagged in each]
        if rows:
            yield from self._comments()
            yield from _laid_out(tokens, self._own_cells(rows, tokens, tags), self.text, crossed)
            return
        if self.writer.own:
            yield from self._comments()
        elif len(self.writer.layers) != 1:
            yield f"# global.columns = {' '.join(('FORM', *(layer.name for layer in self.writer.layers)))}"
        cells = [[token.of(self.text), *(column[n] for column in tags)] for n, token in enumerate(tokens)]
        yield from _laid_out(tokens, cells, self.text, crossed)

    def _lose_rows(self) -> None:
        """Count what rows have besides words and what these are."""
        for table in self.writer.what.shape.tables:
            mine = [layer for layer in self.writer.layers if layer.table is table]
            if self.writer.own and table.name in {_TOKENS, COMMENTS.name}:
                continue
            names = {layer.anchor for layer in mine} | {layer.kind.name for layer in mine if layer.kind is not None}
            if self.writer.own:
                names.add("id")
            for item in self.reading.items(table):
                if any(item.spans(layer.anchor) for layer in mine):
                    lose_columns(self.writer.losses, item.value, table.row, names, _ONLY_TAGS, table.name)
                else:
                    self.writer.losses[table.name, _NO_WORDS] += 1

    def _spans(self, layer: Layer) -> list[_Tagged]:
        """The spans of a layer that its tags can hold, in text order; of two that overlap, the first and the longer."""
        found: list[_Tagged] = []
        losses = self.writer.losses
        for item in self.reading.items(layer.table):
            places = item.spans(layer.anchor)
            label = layer.kind_of(item) or "" if layer.kind is not None else layer.anchor
            if label and _NO_LABEL.search(label):
                losses[layer.name, _NO_TAG] += len(places)
                continue
            if len(places) > 1:
                losses[layer.name, _SEGMENTS] += 1
            for place in places:
                words = place.of(self.text)
                kept = Span(place.start + len(words) - len(words.lstrip()), place.end - len(words) + len(words.rstrip()))
                if not words.strip():
                    losses[layer.name, _NOTHING] += 1
                    continue
                if kept != place:
                    losses[layer.name, _BLANK] += 1
                found.append(_Tagged(kept, label))
        found.sort(key=lambda each: (each.span.start, -each.span.end))
        apart: list[_Tagged] = []
        for each in found:
            if apart and each.span.start < apart[-1].span.end:
                losses[layer.name, _OVERLAP] += 1
            else:
                apart.append(each)
        return apart

    def _tags(self, layer: Layer, spans: Sequence[_Tagged], tokens: Sequence[Span]) -> list[str]:
        """A tag for each token."""
        tags = ["O"] * len(tokens)
        n = 0
        for span, label in spans:
            while n < len(tokens) and tokens[n].start < span.start:
                n += 1
            first = n
            while n < len(tokens) and tokens[n].end <= span.end:
                tags[n] = f"{'B' if n == first else 'I'}{f'-{label}' if label else ''}"
                n += 1
            if n == first or tokens[first].start != span.start or tokens[n - 1].end != span.end:
                tags[first:n] = ["O"] * (n - first)
                self.writer.losses[layer.name, _NOTHING if n == first else "it is not of whole tokens"] += 1
        return tags

    def _comments(self) -> Iterator[str]:
        for item in rows_of(self.reading, self.writer.what.shape, COMMENTS.name):
            comment = item.value.get("comment")
            if comment is None or "\n" in comment:
                self.writer.losses["comments.comment", "a comment is one line"] += 1
            else:
                yield f"# {comment}"

    def _own_cells(self, rows: Sequence[Item], tokens: Sequence[Span], tags: Sequence[Sequence[str]]) -> list[list[str]]:
        """The cells of tokens that an import has read, each column where it was."""
        if self.writer.suffix == "conllu":
            return list(_conllu(rows, tokens, tags, self.text))
        names = _others(self.writer.what.shape)
        numbers = {int(name.removeprefix("column_")) - 1: name for name in names}
        free = [n for n in range(max(len(names) + 1 + len(tags), max(numbers) + 1)) if n not in numbers]
        cells = []
        for n, item in enumerate(rows):
            own: dict[int, str] = {number: _cell(item.value.get(name)) for number, name in numbers.items()}
            own |= dict(zip(free, [tokens[n].of(self.text), *(column[n] for column in tags)], strict=False))
            cells.append([own.get(number, "_") for number in range(max(own) + 1)])
        return cells


def _cell(value: Any) -> str:
    """A value as a cell; in a column without a name for nothing, that is an underscore."""
    return "_" if value in (None, "") else str(value)


def _conllu(rows: Sequence[Item], tokens: Sequence[Span], tags: Sequence[Sequence[str]], text: str) -> Iterator[list[str]]:
    """The ten cells of each word; what stands in a line of its own before one (a range) is not known here."""
    number = 0
    for n, item in enumerate(rows):
        number = 1 if n == 0 or "\n" in text[tokens[n - 1].end : tokens[n].start] else number + 1
        cells = [str(number), tokens[n].of(text), *(_cell(item.value.get(name)) for name in CONLLU[2:])]
        for column in tags:
            missing = [at for at, name in enumerate(CONLLU) if at > 1 and item.table.row.get(name) is None]
            cells[missing[-1] if missing else -1] = column[n]
        yield cells


def _tokens(text: str, edges: Iterable[int], *, own: bool) -> Iterator[Span]:
    """The tokens of a text, each within one line, parted at ``edges`` as well."""
    cuts = sorted(edges)
    at = 0
    for found in (_WHOLE_TOKEN if own else _TOKEN).finditer(text):
        start, end = found.span()
        while at < len(cuts) and cuts[at] <= start:
            at += 1
        while at < len(cuts) and cuts[at] < end:
            yield from _sound(text, Span(start, cuts[at]))
            start = cuts[at]
            at += 1
        yield from _sound(text, Span(start, end))


def _sound(text: str, token: Span) -> Iterator[Span]:
    """A token as it can stand in a cell: with words in it, no tab, and not what begins a document."""
    words = token.of(text)
    if words.startswith(_DOCUMENT):
        yield Span(token.start, token.start + 1)
        yield from _sound(text, Span(token.start + 1, token.end))
    elif "\t" in words:
        for found in re.finditer(r"[^\t]+", words):
            yield from _sound(text, Span(token.start + found.start(), token.start + found.end()))
    elif words.strip():
        yield token


def _judge_text(text: str, tokens: Sequence[Span], losses: Losses) -> None:
    """Count a text that its tokens do not give again."""
    between = [text[one.end : other.start] for one, other in pairwise(tokens)]
    ends = bool(tokens) and tokens[0].start == 0 and tokens[-1].end == len(text)
    if not ends or any(each not in (" ", "\n") for each in between):
        losses["articles.text", _WHITE_SPACE] += 1


def _laid_out(tokens: Sequence[Span], cells: Sequence[Sequence[str]], text: str, crossed: Sequence[Span] = ()) -> Iterator[str]:
    """The lines of tokens, with an empty one where a line of the text ends, unless a span goes on there."""
    within = sorted(crossed)
    at, reach = 0, 0
    for n, token in enumerate(tokens):
        while at < len(within) and within[at].start < token.start:
            reach = max(reach, within[at].end)
            at += 1
        if n and "\n" in text[tokens[n - 1].end : token.start] and reach <= tokens[n - 1].end:
            yield ""
        yield "\t".join(cells[n])
