"""Write columns of tokens and tags: a file for each article as one annotator annotated it, with a column of BIO tags for each layer.

A layer is a column of anchors. Tokens and sentences are those of the tables that imports make of them; else tokens end at white space, at
punctuation, and where a span begins or ends, so that every span is whole tokens. A sentence is a line of the text then.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from corpusbuild.agreement.reading import Item, Reading
from corpusbuild.corpus.article import Article
from corpusbuild.interchange.conll import COMMENTS, SPANS
from corpusbuild.interchange.conll_cells import OF_WORDS, Values, conllu_gives_the_text, conllu_lines, is_columns, numbered_cells
from corpusbuild.interchange.labelled_spans import Layer, layers, of_document, rows_of, units
from corpusbuild.interchange.losing import lose_columns, lose_rows
from corpusbuild.interchange.model import ColumnSpec, Exporting, Kind, Losses, TableSpec
from corpusbuild.interchange.naming import SENTENCE, TOKEN, UNITS
from corpusbuild.interchange.own_tables import made_by
from corpusbuild.interchange.tokenizing import begins_sentence, cut, give_the_text, tokens_of
from corpusbuild.schema.shape import Shape, Words
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
_TEN_COLUMNS = "CoNLL-U has ten columns, and others stand in them"
_NO_TAG = "no tag can hold such a label"

_TOKENS = UNITS[TOKEN]
_NO_LABEL = re.compile(r"[\t\r\n]|^-|^$")


class ConllWriter:
    """Columns parted by tabs, in ``<article>.conll``; where there are several annotators, each has a folder."""

    name = "conll"

    def __init__(self, what: Exporting) -> None:
        self.what, self.losses = what, Losses()
        self._articles: set[str] = set()
        self.own = _is_own(what.shape)
        self.layers = layers(what.shape)
        self.others = _others(what.shape)
        self.numbered = [name for name in self.others if name not in OF_WORDS]
        # What a tag was read from is no column of the tokens.
        self.free = next((name for name in reversed(OF_WORDS) if name not in self.others), None)

    def document(self, reading: Reading) -> Mapping[str, str]:
        """The tokens with their tags."""
        self._count(reading.article)
        text = self.what.text(reading.article)
        if text is None:
            lose_rows(self.losses, reading, self.what.shape, NO_TEXT)
            return {}
        folder = f"{reading.annotator}/" if len(self.what.annotators) > 1 else ""
        columns = _Columns(self, reading, text)
        suffix = "conllu" if columns.conllu else "conll"
        return {f"{folder}{reading.article.id}.{suffix}": columns.content()}

    def bare(self, article: Article) -> Mapping[str, str]:
        """The tokens, in one column."""
        self._count(article)
        text = self.what.text(article)
        if text is None:
            return {}
        tokens = list(tokens_of(text, (), whole=self.own))
        if not give_the_text(text, tokens):
            self.losses["articles.text", _WHITE_SPACE] += 1
        lines = parted([token.of(text) for token in tokens], begins_sentence(text, tokens))
        return {f"{article.id}.conll": "".join(f"{line}\n" for line in lines)}

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
    return made_by(shape, (SPANS, COMMENTS, tokens)) and all(map(is_columns, _others(shape)))


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

    @cached_property
    def own_tokens(self) -> Sequence[Item]:
        """The rows of its tokens, where the corpus was imported from columns."""
        return rows_of(self.reading, self.writer.what.shape, _TOKENS) if self.writer.own else []

    @cached_property
    def conllu(self) -> bool:
        """Whether it is CoNLL-U: of an import from files of several kinds, each document has the columns of its own."""
        filled = {name for item in self.own_tokens for name, value in item.value.items() if value is not None}
        return bool(filled & {*OF_WORDS}) or (bool(self.own_tokens) and not self.writer.numbered)

    def content(self) -> str:
        """All lines, with the names of the columns before them where there are several layers."""
        writer, losses = self.writer, self.writer.losses
        lose_columns(losses, self.reading.value, of_document(writer.what.shape), (), _OF_WHOLE)
        spans = [self._spans(layer) for layer in writer.layers]
        self._lose_rows()
        tokens, rows = self._tokens(spans)
        tags = [self._tags(layer, each, tokens) for layer, each in zip(writer.layers, spans, strict=True)]
        starts = None if writer.own else [place.start for place in self._units(UNITS[SENTENCE])]
        begins = begins_sentence(self.text, tokens, [tagged.span for each in spans for tagged in each], starts)
        if self.conllu:
            whole = conllu_gives_the_text(self.text, tokens, rows)
            lines = list(conllu_lines(self.text, tokens, rows, self._in_conllu(tags, spans, rows), begins, losses))
        else:
            whole = give_the_text(self.text, tokens)
            words = [token.of(self.text) for token in tokens]
            if writer.own:
                lines = numbered_cells(writer.numbered, words, rows, tags[0] if tags else ["O"] * len(tokens), losses)
            else:
                lines = ["\t".join(cells) for cells in zip(words, *tags, strict=True)]
            lines = parted(lines, begins)
        if not whole:
            losses["articles.text", _WHITE_SPACE] += 1
        return "".join(f"{line}\n" for line in (*self._head(), *lines))

    def _in_conllu(self, tags: Sequence[list[str]], spans: Sequence[Sequence[_Tagged]], rows: Sequence[Values]) -> Mapping[str, list[str]]:
        """The tags by the column of CoNLL-U that they get, if any is free; what it has no column for is counted."""
        writer = self.writer
        lost = {f"{_TOKENS}.{name}": sum(row.get(name) is not None for row in rows) for name in writer.numbered}
        written = {}
        if writer.free is None:
            lost |= {layer.column: len(each) for layer, each in zip(writer.layers, spans, strict=True)}
        elif tags and (spans[0] or not writer.numbered):  # else, whoever reads the column again would take O for something that was said
            written = {writer.free: tags[0]}
        writer.losses += Losses({(column, _TEN_COLUMNS): count for column, count in lost.items()})
        return written

    def _head(self) -> Iterator[str]:
        if self.writer.own:
            yield from self._comments()
        elif len(self.writer.layers) != 1:
            # As CoNLL-U Plus names them.
            yield f"# global.columns = {' '.join(('FORM', *(layer.name for layer in self.writer.layers)))}"

    def _tokens(self, spans: Sequence[Sequence[_Tagged]]) -> tuple[list[Span], list[Values]]:
        """The tokens in text order, and what is known of each."""
        known: list[tuple[Span, Values]] = []
        for item in self.own_tokens:
            if places := item.spans("token"):
                known.append((places[0], item.value))
            else:
                self.writer.losses[_TOKENS, _NO_WORDS] += 1
        if known:
            known.sort(key=lambda each: each[0].start)
            return [token for token, _ in known], [row for _, row in known]
        edges = {edge for each in spans for tagged in each for edge in (tagged.span.start, tagged.span.end)}
        of_table = [] if self.writer.own else self._units(_TOKENS)
        tokens = list(cut(self.text, of_table, edges) if of_table else tokens_of(self.text, edges, whole=self.writer.own))
        return tokens, [{}] * len(tokens)

    def _units(self, name: str) -> list[Span]:
        """Where tokens or sentences are, in text order, without those that are empty or overlap one before."""
        found: list[Span] = []
        for table in (table for table in units(self.writer.what.shape) if table.name == name):
            anchor = next(column.name for column in table.row.columns if isinstance(column.type, Words))
            for place in sorted(place for item in self.reading.items(table) for place in item.spans(anchor)):
                if place.start == place.end or (found and place.start < found[-1].end):
                    self.writer.losses[f"{name}.{anchor}", _NOTHING if place.start == place.end else _OVERLAP] += 1
                else:
                    found.append(place)
        return found

    def _lose_rows(self) -> None:
        """Count what rows have besides words and what these are."""
        for table in self.writer.what.shape.tables:
            mine = [layer for layer in self.writer.layers if layer.table is table]
            if self.writer.own and table.name in {_TOKENS, COMMENTS.name}:
                continue
            if table in units(self.writer.what.shape):
                made_of = [column.name for column in table.row.columns if isinstance(column.type, Words) or column.key]
                for item in self.reading.items(table):
                    lose_columns(self.writer.losses, item.value, table.row, made_of, _ONLY_TAGS, table.name)
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
            label = layer.kind_of(item) or ""
            if layer.kind is None and not self.writer.own:
                label = layer.table.name if layer.only else layer.anchor
            if label and _NO_LABEL.search(label):
                losses[layer.column, _NO_TAG] += len(places)
                continue
            if len(places) > 1:
                losses[layer.column, _SEGMENTS] += 1
            for place in places:
                words = place.of(self.text)
                if not words.strip():
                    losses[layer.column, _NOTHING] += 1
                    continue
                kept = Span(place.start + len(words) - len(words.lstrip()), place.end - len(words) + len(words.rstrip()))
                if kept != place:
                    losses[layer.column, _BLANK] += 1
                found.append(_Tagged(kept, label))
        found.sort(key=lambda each: (each.span.start, -each.span.end))
        apart: list[_Tagged] = []
        for each in found:
            if apart and each.span.start < apart[-1].span.end:
                losses[layer.column, _OVERLAP] += 1
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
                self.writer.losses[layer.column, _NOTHING if n == first else "it is not of whole tokens"] += 1
        return tags

    def _comments(self) -> Iterator[str]:
        for item in rows_of(self.reading, self.writer.what.shape, COMMENTS.name):
            comment = item.value.get("comment")
            if comment is None or "\n" in comment:
                self.writer.losses["comments.comment", "a comment is one line"] += 1
            else:
                yield f"# {comment}"


def parted(lines: Sequence[str], begins: Sequence[bool]) -> list[str]:
    """The lines of tokens, with an empty one before each sentence but the first."""
    return [line for n, each in enumerate(lines) for line in (("", each) if n and begins[n] else (each,))]
