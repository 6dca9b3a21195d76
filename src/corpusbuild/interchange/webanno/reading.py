"""Read WebAnno TSV 3: layers become tables, and what cannot be read is a finding at its line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from corpusbuild.errors import CannotGoOn
from corpusbuild.interchange.files import SourceFile, source_files
from corpusbuild.interchange.model import At, Change, Document, Source, TableSpec, Unit
from corpusbuild.interchange.refusing import malformed, no_text
from corpusbuild.interchange.webanno.annotations import Assembly
from corpusbuild.interchange.webanno.body import laid, read_body
from corpusbuild.interchange.webanno.header import Header, read_header
from corpusbuild.interchange.webanno.layout import Layout, layout
from corpusbuild.interchange.whose import Whose, whose

_MOST_BYTES = 256 << 20
_SUFFIX = ".tsv"
_HEAD_BYTES = 1 << 20


class WebAnno:
    """WebAnno TSV 3.0 to 3.3: the files ``*.tsv`` of a folder, of an archive, or one file."""

    name = "webanno"
    unit: Unit | None = Unit.UTF16

    def tables(self, source: Source) -> Sequence[TableSpec]:
        """Sentences, tokens, and a table for each layer that any file declares."""
        return _layout(source).specs

    def documents(self, source: Source) -> Iterator[Document]:
        """A document for each file."""
        files, findings = source_files(source.path)
        made = _layout(source)
        for finding in findings:
            yield Document(finding.where.origin.path, "", None, At(finding.where.origin.path), findings=[finding])
        named = [(whose(file.path, source), file) for file in files if file.suffix == _SUFFIX]
        for names, file in sorted(named, key=lambda each: (each[0], each[1].path)):
            yield _document(file, names, made)


def _layout(source: Source) -> Layout:
    files = [file for file in source_files(source.path)[0] if file.suffix == _SUFFIX]
    headers = [header for header in map(_header, files) if header is not None]
    if not headers:
        raise CannotGoOn(
            "no file here is WebAnno TSV 3", str(source.path), "such a file is called *.tsv and begins with #FORMAT=WebAnno TSV 3"
        )
    return layout(headers)


def _header(file: SourceFile) -> Header | None:
    with file.open() as opened:
        return read_header(_lines(opened.read(_HEAD_BYTES)), file.path)


def _lines(data: bytes) -> list[str]:
    """Lines end with a line feed, or with it and a carriage return before; nothing else ends one."""
    return [line.removesuffix("\r") for line in data.decode("utf-8-sig", "surrogateescape").split("\n")]


def _document(file: SourceFile, names: Whose, made: Layout) -> Document:
    at = At(file.path)
    with file.open() as opened:
        data = opened.read(_MOST_BYTES + 1)
    if len(data) > _MOST_BYTES:
        return Document(file.path, "", None, at, findings=[malformed(at, f"the file has more than {_MOST_BYTES:,} bytes: it is not read")])
    try:
        data.decode()
    except UnicodeDecodeError as error:
        line = At(file.path, data.count(b"\n", 0, error.start) + 1)
        return Document(file.path, "", None, at, findings=[no_text(line, "the line is not UTF-8", "save the file as UTF-8")])
    lines = _lines(data)
    header = read_header(lines, file.path)
    if header is None:
        fault = malformed(At(file.path, 1), "the first line is not that of WebAnno TSV 3", "it begins with #FORMAT=WebAnno TSV 3")
        return Document(file.path, "", None, at, findings=[fault])
    document = Document(*names, None, at, findings=list(header.findings))
    first = next((number for number, line in enumerate(lines) if number and not line.startswith("#T_")), len(lines))
    sentences = read_body(enumerate(lines[first:], start=first + 1), header, file.path, document.findings)
    text = laid(sentences)
    assembly = Assembly(header, made)
    for sentence in sentences:
        for piece in sentence.pieces:
            assembly.add(piece)
    document.text = text.text
    document.rows = list(assembly.rows(sentences, text))
    document.findings += assembly.findings
    if text.padded:
        document.changes.append(Change(at, "what stands between its sentences is not in the format: a line feed and blanks are put there"))
    return document
