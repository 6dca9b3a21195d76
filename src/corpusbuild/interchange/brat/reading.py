"""Read a folder of brat's: texts, and annotations beside them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import PurePosixPath

from corpusbuild.diagnostics.finding import Finding
from corpusbuild.errors import CannotGoOn
from corpusbuild.interchange.brat.configuration import CONFIGURATION, declared_labels
from corpusbuild.interchange.brat.records import Records
from corpusbuild.interchange.brat.tables import brat_tables
from corpusbuild.interchange.files import SourceFile, source_files
from corpusbuild.interchange.model import At, Document, Source, TableSpec, Unit
from corpusbuild.interchange.refusing import malformed, no_text, not_carried
from corpusbuild.interchange.whose import Whose, whose

_MOST_BYTES = 256 << 20
"""What is larger is no document of a person's."""


class Brat:
    """brat standoff. Who annotated is told by the option ``pattern``, such as ``{document}_{annotator}.ann``, else ``annotator``."""

    name = "brat"
    unit = Unit.CODE_POINTS

    def tables(self, source: Source) -> Sequence[TableSpec]:
        """One table for each kind of record, with the labels of every ``annotation.conf``."""
        files, _ = source_files(source.path)
        labels: dict[str, tuple[str, ...]] = {}
        for each in files:
            if PurePosixPath(each.path).name == CONFIGURATION:
                text, _ = _text(each, each.path)
                for column, found in declared_labels(text or "").items():
                    labels[column] = tuple(dict.fromkeys((*labels.get(column, ()), *found)))
        return brat_tables(labels)

    def documents(self, source: Source) -> Iterator[Document]:
        """A document for each ``.ann`` file, and for each text that has none."""
        files, findings = source_files(source.path)
        by_path = {each.path: each for each in files}
        if not any(each.suffix in {".ann", ".txt"} for each in files):
            raise CannotGoOn("there is neither .txt nor .ann here", str(source.path), "name the folder that brat keeps its documents in")
        annotations = sorted(((whose(each.path, source), each) for each in files if each.suffix == ".ann"), key=_by_name)
        texts = {
            name: _text_of(name, [each for _, each in group], by_path)
            for name, group in groupby(annotations, key=lambda pair: pair[0].document)
        }
        used = {each.path for found in texts.values() for each in found.values()}
        alone = [(Whose(_name(each.path), ""), each) for each in files if each.suffix == ".txt" and each.path not in used]
        for told, each in sorted((*annotations, *alone), key=_by_name):
            if each.suffix == ".txt":
                yield _bare(told, each)
            elif each.path in texts[told.document]:
                yield _annotated(told, each, texts[told.document][each.path])
            else:
                lost = no_text(At(each.path), "there is no text to these annotations", _way_out(each, by_path))
                yield Document(told.document, told.annotator, None, At(each.path), findings=[lost])
        strangers = [each.path for each in files if each.suffix not in {".ann", ".txt", ".conf"}]
        findings += [not_carried(At(path), "this file is no part of brat's format") for path in strangers]
        for finding in findings:
            path = finding.where.origin.path
            yield Document(path, "", None, At(path), findings=[finding])


def _by_name(pair: tuple[Whose, SourceFile]) -> tuple[str, str, str]:
    return (*pair[0], pair[1].path)


def _name(path: str) -> str:
    return ".".join(PurePosixPath(path).with_suffix("").parts)


def _text_of(name: str, annotations: Sequence[SourceFile], files: dict[str, SourceFile]) -> dict[str, SourceFile]:
    """The text of each ``.ann`` file of a document: beside it, or in its folder or one above it under the document's name."""
    found = {}
    for each in annotations:
        path = PurePosixPath(each.path)
        places = [path.with_suffix(".txt"), *(folder / f"{name.rpartition('.')[2]}.txt" for folder in path.parents)]
        places += [folder / f"{name}.txt" for folder in path.parents]
        text = next((files[place.as_posix()] for place in places if place.as_posix() in files), None)
        if text is not None:
            found[each.path] = text
    return found


def _bare(told: Whose, file: SourceFile) -> Document:
    """A text that nobody annotated."""
    text, findings = _text(file, file.path)
    return Document(told.document, "", text, At(file.path), findings=findings)


def _way_out(file: SourceFile, files: Mapping[str, SourceFile]) -> str:
    """What to do about annotations without a text: one may stand there under the part of their name that says whose they are not."""
    path = PurePosixPath(file.path)
    for mark in ("_", ".", "-"):
        document, _, annotator = path.stem.rpartition(mark)
        if annotator and document and path.with_name(f"{document}.txt").as_posix() in files:
            return f"if {annotator} annotated {document}.txt, say so with --annotator '{{doc}}{mark}{{annotator}}.ann'"
    return f"put {path.stem}.txt beside them"


def _annotated(told: Whose, file: SourceFile, text_file: SourceFile) -> Document:
    text, findings = _text(text_file, text_file.path)
    lines, more = _text(file, file.path)
    records = Records(file.path).read((lines or "").removeprefix("\ufeff"))
    return Document(told.document, told.annotator, text, At(text_file.path), records.rows, findings=[*findings, *more, *records.findings])


def _text(file: SourceFile, path: str) -> tuple[str | None, list[Finding]]:
    """What a file says; nothing, with a finding, where it cannot be read."""
    with file.open() as opened:
        data = opened.read(_MOST_BYTES + 1)
    if len(data) > _MOST_BYTES:
        return None, [malformed(At(path), f"this file has more than {_MOST_BYTES >> 20} MiB")]
    try:
        return data.decode("utf-8"), []
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        refuse = no_text if path.endswith(".txt") else malformed
        return None, [refuse(At(path, line), f"byte {error.start:,} is not UTF-8", "save the file in UTF-8")]
