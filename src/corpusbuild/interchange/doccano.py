"""Read what doccano writes and what it takes: JSON Lines, JSON, CSV, fastText, CoNLL and plain text, in a file, a folder or a zip.

doccano counts code points and stores no words. In an export, each annotator has a file, which is called after them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from corpusbuild.diagnostics.finding import Finding
from corpusbuild.errors import CannotGoOn
from corpusbuild.interchange.carrying import identifier, is_integer, know_options, metadata_of, option, telling
from corpusbuild.interchange.delimited import dialect_of, read_cells
from corpusbuild.interchange.files import SourceFile, source_files, unique_names
from corpusbuild.interchange.model import (
    At,
    Change,
    ColumnSpec,
    Document,
    Kind,
    Row,
    Segment,
    Source,
    TableSpec,
    Unit,
    Words,
)
from corpusbuild.interchange.ordering import documents_in_order, shown
from corpusbuild.interchange.refusing import dangling, malformed, no_text, not_carried, repeated
from corpusbuild.interchange.values import Value, read_values
from corpusbuild.interchange.whose import whose

SPANS = TableSpec(
    "spans",
    (ColumnSpec("id", Kind.STRING), ColumnSpec("label", Kind.LABEL), ColumnSpec("span", Kind.WORDS)),
    description="Spans with one label each (sequence labelling).",
)
RELATIONS = TableSpec(
    "relations",
    (
        ColumnSpec("id", Kind.STRING),
        ColumnSpec("type", Kind.LABEL),
        ColumnSpec("from_id", Kind.REFERENCE, table="spans"),
        ColumnSpec("to_id", Kind.REFERENCE, table="spans"),
    ),
    description="Relations from one span to another.",
)
CATEGORIES = TableSpec(
    "categories",
    (ColumnSpec("id", Kind.STRING), ColumnSpec("label", Kind.LABEL)),
    description="Labels of the text as a whole (classification).",
)
COMMENTS = TableSpec(
    "comments",
    (ColumnSpec("id", Kind.STRING), ColumnSpec("comment", Kind.STRING), ColumnSpec("user", Kind.STRING)),
    description="What was remarked on the text.",
)

OPTIONS = ("annotator", "pattern", "text", "id", "txt")

_MOST_BYTES = 256 << 20  # of a text
_OTHER_PROGRAMS = frozenset({".xlsx", ".xls", ".ods"})
_JSON = frozenset({".json", ".jsonl", ".ndjson"})
_DELIMITED = frozenset({".csv", ".tsv", ".tab"})
_LABELS = ("label", "labels", "cats", "categories")
_ENTITIES = ("entities", "annotations")
_ANNOTATED = frozenset({*_LABELS, *_ENTITIES, "relations", "comments", "Comments"})
_FASTTEXT = "__label__"


class Doccano:
    """The reader of doccano's files."""

    name = "doccano"
    unit = Unit.CODE_POINTS

    def tables(self, source: Source) -> Sequence[TableSpec]:
        """The same of every source: what a project does not use has no rows."""
        know_options(source, OPTIONS)
        return SPANS, RELATIONS, CATEGORIES, COMMENTS

    def documents(self, source: Source) -> Iterator[Document]:
        """One document for each example and file. Raises :class:`~corpusbuild.errors.CannotGoOn` where no file is doccano's."""
        know_options(source, OPTIONS)
        files, findings = source_files(source.path)
        if not any(_kind(file) for file in files):
            excel = any(file.suffix in _OTHER_PROGRAMS for file in files)
            raise CannotGoOn("nothing here is a file of doccano's", str(source.path), _WRITE_CSV if excel else "")
        return documents_in_order(_documents(source, files, findings))


_WRITE_CSV = "save the sheet as CSV in UTF-8, and import that"


def _documents(source: Source, files: Sequence[SourceFile], findings: Sequence[Finding]) -> Iterator[Document]:
    for finding in findings:
        yield telling(finding.where.origin.path, finding)
    names = unique_names(files)
    for file in files:
        examples = _Examples(source, file, names[file.path], _annotator(source, file))
        kind = _kind(file)
        if kind == "json":
            yield from examples.of_json()
        elif kind == "delimited":
            yield from examples.of_delimited()
        elif kind == "txt":
            yield from examples.of_text(option(source, "txt", "", ("", "file", "lines", "fasttext")))
        elif kind == "conll":
            yield from examples.of_conll()
        elif file.suffix in _OTHER_PROGRAMS:
            yield telling(file.path, not_carried(At(file.path), "a file of a spreadsheet program is not read", _WRITE_CSV))
        else:
            yield telling(file.path, not_carried(At(file.path), "this is no file of doccano's"))


def _annotator(source: Source, file: SourceFile) -> str:
    """Whose the examples of a file are: its name says so, unless an option does."""
    return whose(file.path, source).annotator if source.options.keys() & {"annotator", "pattern"} else file.stem


def _kind(file: SourceFile) -> str:
    if file.suffix in _JSON:
        return "json"
    if file.suffix in _DELIMITED:
        return "delimited"
    return {".txt": "txt", ".conll": "conll", ".bio": "conll"}.get(file.suffix, "")


@dataclass(frozen=True)
class _Examples:
    """The examples of a file: what it is called in their names, and whose they are."""

    source: Source
    file: SourceFile
    called: str
    annotator: str

    def document(self, name: str | None, text: str, at: At) -> Document:
        """A document without rows; where it has no id, it is called after its file and line."""
        return Document(name or f"{self.called}-{at.line}", self.annotator, text, at)

    def of_json(self) -> Iterator[Document]:
        """Each value is an example."""
        for value in read_values(self.file):
            if isinstance(value, Finding):
                yield telling(self.file.path, value)
            elif not isinstance(value.value, dict):
                yield telling(self.file.path, malformed(value.at, "an example is an object, and this is none"))
            else:
                yield self._of_object(value)

    def _of_object(self, value: Value) -> Document:
        example: dict[str, Any] = value.value
        key = option(self.source, "text") or _text_key(example)
        id_key = option(self.source, "id", "id")
        text = example.get(key)
        if not isinstance(text, str) or not text.strip():
            return telling(self.file.path, no_text(value.at, _textless(key, key in example)))
        name = identifier(example.get(id_key))
        if name is None and example.get(id_key) is not None:
            return telling(self.file.path, malformed(value.line(id_key), f'"{id_key}" is neither a whole number nor a string'))
        document = self.document(name, text, value.at)
        if not example.keys() & _ANNOTATED:
            # What doccano exports has a list of labels, be it empty: this is a text that is to be annotated.
            document.annotator = ""
        _Records(value, document).read(except_for=(key, id_key))
        return document

    def of_delimited(self) -> Iterator[Document]:
        """Each row is an example; labels of a column are parted by ``#``, as doccano writes them."""
        header: list[str] | None = None
        for row in read_cells(self.file, dialect_of(self.file)):
            if isinstance(row, Finding):
                yield telling(self.file.path, row)
            elif header is None:
                header = row.cells
                yield from (telling(self.file.path, each) for each in _judge_header(header, row.at))
            elif len(row.cells) != len(header):
                message = f"the row has {len(row.cells)} cells, and the header has {len(header)}"
                yield telling(self.file.path, malformed(row.at, message, "put a cell with a comma in quotation marks"))
            else:
                yield self._of_row(dict(zip(header, row.cells, strict=True)), row.at)

    def _of_row(self, cells: dict[str, str], at: At) -> Document:
        key = option(self.source, "text") or _text_key(cells)
        text = cells.pop(key, "")
        if not text.strip():
            return telling(self.file.path, no_text(at, _textless(key, there=True)))
        document = self.document(cells.pop(option(self.source, "id", "id"), "") or None, text, at)
        for column in _LABELS:
            labels = [label for label in cells.pop(column, "").split("#") if label]
            if len(labels) > 1:
                document.changes.append(Change(at, f'"{column}" is parted into {len(labels)} labels at "#"'))
            _categories(document, labels, at)
        document.metadata = {name: cell for name, cell in cells.items() if cell and name == name.strip()}
        return document

    def of_text(self, kind: str) -> Iterator[Document]:
        """A file is a text, or each line is one: with labels before it where the file is fastText's."""
        with self.file.open() as opened:
            data = opened.read(_MOST_BYTES + 1)
        if len(data) > _MOST_BYTES:
            yield telling(self.file.path, malformed(At(self.file.path), f"the text has more than {_MOST_BYTES:,} bytes: it is not read"))
            return
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            yield telling(self.file.path, malformed(At(self.file.path, line), "the text is not UTF-8"))
            return
        kind = kind or ("fasttext" if text.removeprefix("\ufeff").startswith(_FASTTEXT) else "file")
        if kind == "file":
            yield Document(self.called, "", text, At(self.file.path))
            return
        for number, each in enumerate(text.removeprefix("\ufeff").split("\n"), 1):
            if each.strip():
                yield self._of_line(each.removesuffix("\r"), At(self.file.path, number), labelled=kind == "fasttext")

    def _of_line(self, line: str, at: At, *, labelled: bool) -> Document:
        words = line.split(" ")
        labels = [word for word in words if word.startswith(_FASTTEXT)] if labelled else []
        text = " ".join(word for word in words if word not in labels) if labels else line
        if not text.strip():
            return telling(self.file.path, no_text(at, "the line has labels and no text"))
        document = self.document(None, text, at)
        if not labelled:
            document.annotator = ""
        _categories(document, [label.removeprefix(_FASTTEXT) for label in labels], at)
        return document

    def of_conll(self) -> Iterator[Document]:
        """Each sentence is an example: two columns, parted by a tab."""
        from corpusbuild.interchange import conll  # noqa: PLC0415  it is needed for few projects

        yield from conll.doccano_examples(self.file, self.called, self.annotator)


def _text_key(example: Mapping[str, Any]) -> str:
    """Older versions of doccano call the text "data"."""
    return "data" if "data" in example and "text" not in example else "text"


def _textless(key: str, there: bool) -> str:  # noqa: FBT001  one word for two messages
    return f'the example has no words in "{key}"' if there else f'the example has no "{key}"'


def _judge_header(header: Sequence[str], at: At) -> Iterator[Finding]:
    for name in header:
        if name != name.strip():
            yield malformed(at, f'the column "{name}" has spaces around its name, and is not read', f'call it "{name.strip()}"')
    for name in sorted({name for name in header if header.count(name) > 1}):
        yield malformed(at, f'two columns are called "{name}", and the last is read')


def _categories(document: Document, labels: Sequence[str], at: At) -> None:
    first = sum(row.table == CATEGORIES.name for row in document.rows) + 1
    document.rows += [Row(CATEGORIES.name, {"id": f"c{n}", "label": label}, at) for n, label in enumerate(labels, first)]


@dataclass
class _Records:
    """The annotations of an example in JSON, as they are put into its document."""

    value: Value
    document: Document
    spans: dict[str, At] = field(default_factory=dict)

    def read(self, except_for: Sequence[str]) -> None:
        """Read all that the example has."""
        example = dict(self.value.value)
        for key in except_for:
            example.pop(key, None)
        for key in (*_ENTITIES, *_LABELS):
            if key in example:
                self._labels(key, example.pop(key))
        self._relations(example.pop("relations", None))
        self._comments(example)
        meta = example.pop("meta", None)
        if isinstance(meta, dict) and not meta.keys() & example.keys():
            example |= meta
        elif meta is not None:
            example["meta"] = meta
        self.document.metadata = metadata_of(example, self.value.at, self.document.changes)

    def refuse(self, finding: Finding) -> None:
        """A record that is not carried over."""
        self.document.findings.append(finding)

    def _labels(self, key: str, labels: Any) -> None:
        """Labels of spans or of the text, which doccano keeps under the same name."""
        if labels is None:
            return
        single = isinstance(labels, (str, int)) and not isinstance(labels, bool)
        if not isinstance(labels, list) and not single:
            self.refuse(malformed(self.value.line(key), f'"{key}" is no list'))
            return
        for number, label in enumerate([labels] if single else labels):
            at = self.value.line(key) if single else self.value.line(key, number)
            if isinstance(label, (list, dict)):
                self._span(label, f"s{number + 1}", at)
            elif (text := identifier(label)) is not None:
                _categories(self.document, [text], at)
            else:
                self.refuse(malformed(at, f"a label is a string, and {_brief(label)} is none"))

    def _span(self, span: list[Any] | dict[str, Any], made: str, at: At) -> None:
        if isinstance(span, dict):
            if "start_offset" not in span and "label" in span and (label := identifier(span["label"])) is not None:
                _categories(self.document, [label], at)
                return
            given = span.get("id")
            key = made if given is None else identifier(given)
            start: Any
            end: Any
            start, end, label = span.get("start_offset"), span.get("end_offset"), identifier(span.get("label"))
        elif len(span) == 3:
            key, (start, end, label) = made, span
            label = identifier(label)
        else:
            self.refuse(malformed(at, f"a span is [start, end, label], and this has {len(span)} items"))
            return
        reason = _span_fault(start, end, label)
        if key is None or reason:
            self.refuse(malformed(at, reason or "the id of the span is neither a whole number nor a string"))
        elif key in self.spans:
            self.refuse(repeated(at, f'the span "{key}" stands before, in {shown(self.spans[key])}'))
        else:
            self.spans[key] = at
            values = {"id": key, "label": label, "span": Words((Segment(start, end),))}
            self.document.rows.append(Row(SPANS.name, values, at))

    def _relations(self, relations: Any) -> None:
        if relations is None:
            return
        if not isinstance(relations, list):
            self.refuse(malformed(self.value.line("relations"), '"relations" is no list'))
            return
        seen: dict[str, At] = {}
        for number, relation in enumerate(relations):
            at = self.value.line("relations", number)
            if not isinstance(relation, dict):
                self.refuse(malformed(at, f"a relation is an object, and {_brief(relation)} is none"))
                continue
            key = identifier(relation.get("id", f"r{number + 1}"))
            kind, ends = identifier(relation.get("type")), [identifier(relation.get(end)) for end in ("from_id", "to_id")]
            if key is None or kind is None or None in ends:
                lacking = next(
                    name for name, value in zip(("id", "type", "from_id", "to_id"), (key, kind, *ends), strict=True) if not value
                )
                self.refuse(malformed(at, f'the relation has no "{lacking}"'))
            elif missing := [end for end in ends if end not in self.spans]:
                self.refuse(dangling(at, f'the relation names the span "{missing[0]}", and there is none'))
            elif key in seen:
                self.refuse(repeated(at, f'the relation "{key}" stands before, in {shown(seen[key])}'))
            else:
                seen[key] = at
                self.document.rows.append(Row(RELATIONS.name, {"id": key, "type": kind, "from_id": ends[0], "to_id": ends[1]}, at))

    def _comments(self, example: dict[str, Any]) -> None:
        name = "Comments" if "Comments" in example else "comments"
        comments = example.get(name)
        if not isinstance(comments, list):
            return
        del example[name]
        for number, comment in enumerate(comments):
            at = self.value.line(name, number)
            said: Mapping[str, Any] = comment if isinstance(comment, dict) else {"text": comment}
            if not isinstance(said.get("text"), str):
                self.refuse(malformed(at, f"a comment is a string, and {_brief(comment)} is none"))
                continue
            user = identifier(said.get("username", said.get("user")))
            self.document.rows.append(Row(COMMENTS.name, {"id": f"m{number + 1}", "comment": said["text"], "user": user}, at))


def _span_fault(start: Any, end: Any, label: str | None) -> str:
    if not is_integer(start) or not is_integer(end):
        return f"the offsets of a span are whole numbers, and {_brief(end if is_integer(start) else start)} is none"
    if start < 0:
        return f"the span begins at {start}, before the text"
    if end <= start:
        return f"the span ends at {end} and begins at {start}"
    return "" if label else "the span has no label"


def _brief(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, (list, dict)):
        return "a list" if isinstance(value, list) else "an object"
    return f'"{value[:40]}"' if isinstance(value, str) else str(value).lower()
