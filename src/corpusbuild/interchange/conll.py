"""Read columns of tokens and tags, as CoNLL's shared tasks have them, and CoNLL-U.

The text is put together: tokens by a space (none where CoNLL-U says ``SpaceAfter=No``), sentences by a line feed. A file is a
document, or several: ``-DOCSTART-`` begins one, and so does ``# newdoc``.
"""

from __future__ import annotations

import codecs
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from corpusbuild.diagnostics.finding import Finding
from corpusbuild.errors import CannotGoOn, UnknownName
from corpusbuild.interchange.carrying import is_number, know_options, option, telling
from corpusbuild.interchange.files import SourceFile, lines, source_files, unique_names
from corpusbuild.interchange.model import At, Change, ColumnSpec, Document, Kind, Row, Segment, Source, TableSpec, Unit, Words
from corpusbuild.interchange.ordering import documents_in_order
from corpusbuild.interchange.refusing import malformed, not_carried
from corpusbuild.interchange.tagging import Breach, Evidence, Scheme, Tag, chunks, looks_like_tag, read_tag
from corpusbuild.interchange.whose import whose

OPTIONS = ("annotator", "pattern", "token", "tag", "scheme", "separator")

_SUFFIXES = frozenset({".conll", ".conllu", ".bio", ".iob", ".iob2", ".bilou", ".bioes", ".tsv", ".txt"})
_SCHEMES = ("auto", *Scheme)
_DOCUMENT = "-DOCSTART-"
CONLLU = ("id", "form", "lemma", "upos", "xpos", "feats", "head", "deprel", "deps", "misc")
_MISC = CONLLU.index("misc")
_EMPTY = "_"  # of CoNLL-U
_NAMED = "newdoc id = "

SPANS = TableSpec(
    "spans",
    (ColumnSpec("id", Kind.STRING), ColumnSpec("label", Kind.LABEL), ColumnSpec("span", Kind.WORDS)),
    description="Spans of tokens, by their tags.",
)
COMMENTS = TableSpec(
    "comments",
    (ColumnSpec("id", Kind.STRING), ColumnSpec("comment", Kind.STRING)),
    description="The comments between the tokens, in order.",
)


class Conll:
    """The reader of columns of tokens and tags. Offsets are made here, in code points."""

    name = "conll"
    unit = Unit.CODE_POINTS

    def tables(self, source: Source) -> Sequence[TableSpec]:
        """Spans and comments; tokens, where there are columns besides the token and its tag."""
        layout = _layout(source)
        others = {name: None for file in layout.files for name in layout.columns(file).others}
        columns = (ColumnSpec("id", Kind.STRING), ColumnSpec("token", Kind.WORDS), *(ColumnSpec(name, Kind.STRING) for name in others))
        tokens = TableSpec("tokens", columns, description="Tokens, with the columns that are neither token nor tag.")
        return (SPANS, COMMENTS, tokens) if others else (SPANS, COMMENTS)

    def documents(self, source: Source) -> Iterator[Document]:
        """The documents. Raises :class:`~corpusbuild.errors.CannotGoOn` where no file has columns."""
        layout = _layout(source)
        return documents_in_order(_documents(layout, source))


@dataclass(slots=True)
class _Survey:
    """What is seen of a file before it is read."""

    tabbed: Counter[bool] = field(default_factory=Counter)
    widths: Counter[tuple[bool, int]] = field(default_factory=Counter)
    parted: bool = False
    """Whether it says where documents begin."""

    @property
    def tab(self) -> bool:
        """Whether columns are parted by tabs."""
        return self.tabbed[True] >= self.tabbed[False]

    @property
    def width(self) -> int:
        """How many columns most lines have."""
        return max((count, -width, width) for (tab, width), count in self.widths.items() if tab == self.tab)[2] if self.widths else 0


class _Columns(NamedTuple):
    """Which column is what, from 0; ``tag`` is None where there is none."""

    tab: bool
    width: int
    token: int
    tag: int | None
    conllu: bool

    @property
    def others(self) -> dict[str, int]:
        """The columns that are neither token nor tag, by the names that they get."""
        rest = (number for number in range(self.width) if number not in {self.token, self.tag})
        return {CONLLU[n] if self.conllu and n < len(CONLLU) else f"column_{n + 1}": n for n in rest if not (self.conllu and n == 0)}


@dataclass(slots=True)
class _Layout:
    """The files of a source, and how they are read."""

    files: list[SourceFile]
    findings: list[Finding]
    token: int | None
    tag: int | None
    tagless: bool
    separator: str
    surveys: dict[str, _Survey] = field(default_factory=dict)
    scheme: Scheme = Scheme.BIO2

    def columns(self, file: SourceFile) -> _Columns:
        """The columns of a file."""
        survey = self.surveys[file.path]
        conllu = file.suffix == ".conllu"
        tab = conllu or (survey.tab if self.separator == "auto" else self.separator == "tab")
        width = survey.width
        # A single column is that of the tokens: nobody has tagged them.
        untagged = self.tagless or (self.tag is None and (conllu or width == 1))
        tag = None if untagged else width - 1 if self.tag is None else self.tag
        token = self.token if self.token is not None else int(conllu)
        return _Columns(tab, width, token, tag, conllu)


def _layout(source: Source) -> _Layout:
    know_options(source, OPTIONS)
    files, findings = source_files(source.path)
    if source.path.is_dir() or source.path.suffix.lower() == ".zip":
        findings += [not_carried(At(file.path), "this is no file of tokens and tags") for file in files if file.suffix not in _SUFFIXES]
        files = [file for file in files if file.suffix in _SUFFIXES]
    tag = option(source, "tag")
    separator = option(source, "separator", "auto", ("auto", "tab", "space"))
    layout = _Layout(files, findings, _number(source, "token"), None if tag == "none" else _number(source, "tag"), tag == "none", separator)
    scheme = option(source, "scheme", "auto", _SCHEMES)
    evidence = Evidence()
    for file in files:
        layout.surveys[file.path] = _survey(file)
    if not any(survey.widths for survey in layout.surveys.values()):
        raise CannotGoOn("nothing here has columns of tokens", str(source.path))
    for file in files:
        columns = layout.columns(file)
        for named in (columns.token, *(() if columns.tag is None else (columns.tag,))):
            if columns.width and named >= columns.width:
                raise CannotGoOn(f"there is no column {named + 1}: lines have {columns.width}", file.path)
        if scheme == "auto" and columns.tag is not None:
            _weigh(file, columns, evidence)
    layout.scheme = evidence.scheme if scheme == "auto" else Scheme(scheme)
    return layout


def _number(source: Source, name: str) -> int | None:
    value = option(source, name)
    if not value:
        return None
    if not is_number(value) or not int(value):
        raise UnknownName(f'the option "{name}" is the number of a column, and "{value}" is none', help="columns count from 1")
    return int(value) - 1


def _lines(file: SourceFile) -> Iterator[tuple[int, str | None]]:
    """The lines of a file without their ends, from 1; None for one that is not UTF-8."""
    with file.open() as opened:
        for number, line in enumerate(lines(file, opened), 1):
            data = line.removeprefix(codecs.BOM_UTF8) if number == 1 else line
            try:
                yield number, data.decode("utf-8").rstrip("\r\n")
            except UnicodeDecodeError:
                yield number, None


def _survey(file: SourceFile) -> _Survey:
    survey = _Survey()
    for _, line in _lines(file):
        if line is None or not line.strip():
            continue
        if line.startswith((_DOCUMENT, "# newdoc")):
            survey.parted = True
        elif not (line.startswith("#") and file.suffix == ".conllu"):
            survey.tabbed["\t" in line] += 1
            # A comment that looks like columns is seldom what most lines are.
            survey.widths["\t" in line, len(_cells(line, tab="\t" in line))] += 1
    return survey


def _cells(line: str, *, tab: bool) -> list[str]:
    # Not any white space: a token may be, or hold, a no-break space.
    return line.split("\t") if tab else [cell for cell in line.replace("\t", " ").split(" ") if cell]


def _weigh(file: SourceFile, columns: _Columns, evidence: Evidence) -> None:
    tags: list[str] = []
    for _, line in _lines(file):
        if line is None or not line.strip() or line.startswith(_DOCUMENT):
            evidence.add(tags)
            tags = []
            continue
        cells = _cells(line, tab=columns.tab)
        if len(cells) == columns.width and columns.tag is not None and not _is_comment(line, cells, columns):
            tags.append(cells[columns.tag])
    evidence.add(tags)


def _is_comment(line: str, cells: Sequence[str], columns: _Columns) -> bool:
    """Whether a line is a comment, and no token that begins with a hash: CoNLL-U has no such doubt."""
    if not line.startswith("#"):
        return False
    return columns.conllu or len(cells) != columns.width or (columns.tag is not None and not looks_like_tag(cells[columns.tag]))


class _Token(NamedTuple):
    """A token of a sentence, and where it stands in the text; ``tag`` is None where it cannot be read."""

    line: int
    start: int
    end: int
    tag: Tag | None


@dataclass
class _Building:
    """A document that is put together, line by line."""

    file: SourceFile
    columns: _Columns
    scheme: Scheme
    document: Document
    parts: list[str] = field(default_factory=list)
    length: int = 0
    between: str = ""
    sentence: list[_Token] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    covered: int = 0
    """The last word of CoNLL-U's that a range of words has already the form of."""
    ranged: tuple[int, int] = (0, 0)

    def at(self, line: int) -> At:
        """A line of the file."""
        return At(self.file.path, line)

    def add(self, line: int, cells: Sequence[str]) -> None:
        """A line with as many cells as there should be."""
        form = cells[self.columns.token]
        if not form.strip():
            self.refuse(line, "the line has no token")
            return
        start, end = self._place(line, cells, form)
        if self.columns.conllu and not cells[0].isdigit():
            return
        tag = None
        if self.columns.tag is not None:
            written = cells[self.columns.tag]
            tag = read_tag(written, self.scheme)
            if tag is None:
                self.document.findings.append(malformed(self.at(line), f'"{written}" is no tag of {self.scheme.upper()}', _SAY_SCHEME))
        self.sentence.append(_Token(line, start, end, tag))
        others = self.columns.others
        if others:
            values = {name: cells[n] for name, n in others.items() if not (self.columns.conllu and cells[n] == _EMPTY)}
            self.row("tokens", "t", {"token": self._words(start, end), **values}, line)

    def _place(self, line: int, cells: Sequence[str], form: str) -> tuple[int, int]:
        """Where the token stands in the text, to which it is added unless a range of words has its form."""
        number = cells[0] if self.columns.conllu else ""
        if self.columns.conllu:
            if "." in number:  # an empty node, which stands nowhere in the text
                self.document.changes.append(Change(self.at(line), f"the empty node {number} is left out: it is no word of the text"))
                return self.length, self.length
            if is_number(number) and int(number) <= self.covered:
                return self.ranged
        start = self.length + len(self.between)
        self.parts += self.between, form
        self.length = start + len(form)
        misc = cells[_MISC] if self.columns.conllu and len(cells) > _MISC else ""
        self.between = "" if "SpaceAfter=No" in misc.split("|") else " "
        first, dash, last = number.partition("-")
        if dash and is_number(first) and is_number(last):
            self.covered, self.ranged = int(last), (start, self.length)
        return start, self.length

    def _words(self, start: int, end: int) -> Words:
        return Words((Segment(start, end),))

    def row(self, table: str, letter: str, values: Mapping[str, object], line: int) -> None:
        """A row, whose id is made from the order."""
        self.counts[table] += 1
        self.document.rows.append(Row(table, {"id": f"{letter}{self.counts[table]}", **values}, self.at(line)))

    def refuse(self, line: int, message: str) -> None:
        """A line that is no token; the sentence goes on without it."""
        self.document.findings.append(malformed(self.at(line), message))
        self.sentence.append(_Token(line, self.length, self.length, None))

    def comment(self, line: int, text: str) -> None:
        """A comment."""
        self.row(COMMENTS.name, "m", {"comment": text.removeprefix("#").strip()}, line)

    def end_sentence(self) -> None:
        """The sentence is over: its spans are known."""
        if self.columns.tag is not None:
            for found in chunks([token.tag for token in self.sentence], self.scheme):
                if isinstance(found, Breach):
                    message = f"{found.message} ({self.scheme.upper()})"
                    self.document.findings.append(malformed(self.at(self.sentence[found.token].line), message, _SAY_SCHEME))
                    continue
                first, last = self.sentence[found.start], self.sentence[found.end - 1]
                values = {"label": found.type or None, "span": self._words(first.start, last.end)}
                self.row(SPANS.name, "s", values, first.line)
        if self.sentence:
            self.between = "\n"
        self.sentence = []
        self.covered = 0

    def done(self) -> Iterator[Document]:
        """The document; where it has no token, what tells that nothing of it is carried, if it had anything."""
        self.end_sentence()
        self.document.text = "".join(self.parts)
        if self.document.text:
            yield self.document
            return
        findings = self.document.findings
        findings += [not_carried(row.at, "the comment stands in a document without tokens") for row in self.document.rows]
        findings += [not_carried(change.at, change.how) for change in self.document.changes]
        if findings:
            yield telling(self.file.path, *findings)


_SAY_SCHEME = "mend the tag, or say which scheme it is with the option `scheme`"


def _documents(layout: _Layout, source: Source) -> Iterator[Document]:
    for finding in layout.findings:
        yield telling(finding.where.origin.path, finding)
    names = unique_names(layout.files)
    for file in layout.files:
        told = whose(file.path, source)
        called = told.document if "pattern" in source.options else names[file.path]
        yield from _of_file(file, called, layout, told.annotator)


def _of_file(file: SourceFile, called: str, layout: _Layout, annotator: str) -> Iterator[Document]:
    columns, parted = layout.columns(file), layout.surveys[file.path].parted
    building = _begin(file, columns, layout.scheme, called, annotator, 1)
    for number, line in _lines(file):
        begins = line is not None and parted and line.startswith((_DOCUMENT, "# newdoc"))
        if begins and line is not None:
            yield from building.done()
            _, _, given = line.partition(_NAMED)
            building = _begin(file, columns, layout.scheme, given.strip() or f"{called}-{number}", annotator, number)
            continue
        _read_line(building, number, line)
    yield from building.done()


def _begin(file: SourceFile, columns: _Columns, scheme: Scheme, name: str, annotator: str, line: int) -> _Building:
    whose = annotator if columns.tag is not None or columns.others else ""
    return _Building(file, columns, scheme, Document(name, whose, "", At(file.path, line)))


def _read_line(building: _Building, number: int, line: str | None) -> None:
    if line is None:
        building.refuse(number, "the line is not UTF-8")
    elif not line.strip():
        building.end_sentence()
    else:
        columns = building.columns
        cells = _cells(line, tab=columns.tab)
        if _is_comment(line, cells, columns):
            building.comment(number, line)
        elif len(cells) != columns.width:
            parted = "tabs" if columns.tab else "spaces"
            noun = "column" if len(cells) == 1 else "columns"
            building.refuse(number, f"the line has {len(cells)} {noun} parted by {parted}, and most have {columns.width}")
        else:
            building.add(number, cells)


def doccano_examples(file: SourceFile, called: str, annotator: str) -> Iterator[Document]:
    """The sentences of a file of doccano's, each of which is an example; called after the file and their first line."""
    survey, evidence = _survey(file), Evidence()
    columns = _Columns(tab=True, width=2, token=0, tag=1, conllu=False)
    if not survey.widths:
        return
    _weigh(file, columns, evidence)
    building: _Building | None = None
    for number, line in _lines(file):
        blank = line is not None and not line.strip()
        if building is None and not blank:
            building = _begin(file, columns, evidence.scheme, f"{called}-{number}", annotator, number)
        if building is not None and not blank:
            _read_line(building, number, line)
        elif building is not None:
            yield from building.done()
            building = None
    if building is not None:
        yield from building.done()
