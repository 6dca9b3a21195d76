"""Read UIMA CAS, as XMI with its type system and as JSON: the same tables as of WebAnno TSV, and what that cannot carry."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from corpusbuild.diagnostics.finding import Finding
from corpusbuild.errors import CannotGoOn
from corpusbuild.interchange.files import SourceFile, source_files
from corpusbuild.interchange.model import At, Change, Document, Source, TableSpec, Unit
from corpusbuild.interchange.refusing import no_text
from corpusbuild.interchange.uima.cas import Cas, has_doctype, read_cas_json, read_xmi
from corpusbuild.interchange.uima.layout import Layout, layout
from corpusbuild.interchange.uima.rows import Rows
from corpusbuild.interchange.uima.shapes import Seen, Shown
from corpusbuild.interchange.uima.types import Types, add_dkpro, add_json, add_xml
from corpusbuild.interchange.whose import Whose, whose

_MOST_BYTES = 256 << 20
_SUFFIXES = frozenset({".xmi", ".json"})
_TYPE_SYSTEM = "typesystem.xml"


class _Known(NamedTuple):
    """What a source's files become, and the types that only their records showed."""

    layout: Layout
    derived: frozenset[str]


class Uima:
    """UIMA CAS: the files ``*.xmi`` and ``*.json`` of a folder, of an archive, or one file.

    Types are those of each ``TypeSystem.xml`` in the source (beside the file, if the source is one), or of the file that the option
    ``typesystem`` names; JSON may bring its own. For XMI with none beside or above it, there are those of DKPro Core, too, and what
    records show.
    """

    name = "uima"
    unit: Unit | None = Unit.UTF16

    def tables(self, source: Source) -> Sequence[TableSpec]:
        """A table for each type that any file has records of."""
        return _known(source).layout.specs

    def documents(self, source: Source) -> Iterator[Document]:
        """A document for each text of each file."""
        known = _known(source)
        for finding in source_files(source.path)[1]:
            yield Document(finding.where.origin.path, "", None, At(finding.where.origin.path), findings=[finding])
        named = [(whose(file.path, source), file) for file in _files(source)]
        for names, file in sorted(named, key=lambda each: (each[0], each[1].path)):
            yield from _documents(file, names, known)


def _files(source: Source) -> list[SourceFile]:
    return [file for file in source_files(source.path)[0] if file.suffix in _SUFFIXES]


def _known(source: Source) -> _Known:
    files = _files(source)
    if not files:
        raise CannotGoOn("no file here is a UIMA CAS", str(source.path), "such files are called *.xmi or *.json")
    types = Types()
    told = _type_systems(source, types)
    untold = [file for file in files if file.suffix == ".xmi" and not _is_told(file, told)]
    for file in files:
        if file.suffix == ".json":
            add_json(types, _cas(file).types, file.path)
    derived: set[str] = set()
    if untold:
        add_dkpro(types)
        shown = Shown()
        for file in untold:
            shown.see(_cas(file), types)
        derived = shown.derive(types)
    seen = Seen()
    whole = 0
    broken: list[Finding] = []
    for file in files:
        cas = _cas(file)
        whole += cas.whole
        broken += [] if cas.whole else cas.findings[-1:]  # why reading broke off
        seen.see(cas, types)
    if not whole:
        first = broken[0].where
        place = f"{first.origin.path}:{getattr(first, 'line', 1)}"
        help_text = "its XMI begins with xmi:XMI, its JSON has %FEATURE_STRUCTURES"
        raise CannotGoOn(f"no file here is a UIMA CAS: {broken[0].message}", place, help_text)
    return _Known(layout(types, seen), frozenset(derived))


def _is_told(file: SourceFile, told: set[PurePosixPath]) -> bool:
    """Whether a type system stands beside a file, or in a folder above it."""
    return any(folder in told for folder in PurePosixPath(file.path).parents)


def _type_systems(source: Source, types: Types) -> set[PurePosixPath]:
    """Add what type systems say; the folders whose files they describe."""
    option = source.options.get("typesystem")
    files = [SourceFile(option, Path(option))] if option else source_files(source.path)[0]
    if not option and source.path.is_file() and source.path.suffix != ".zip":
        beside = source_files(source.path.parent)[0]
        files = [file for file in beside if "/" not in file.path]
    told = [file for file in files if option or Path(file.path).name.lower() == _TYPE_SYSTEM]
    for file in told:
        data = _bytes(file)
        fault = f"it has more than {_MOST_BYTES:,} bytes" if data is None else has_doctype(data)
        if fault or data is None:
            raise CannotGoOn(f"the type system cannot be read: {fault}", file.path)
        add_xml(types, data, file.path)
    return {PurePosixPath()} if option else {PurePosixPath(file.path).parent for file in told}


def _bytes(file: SourceFile) -> bytes | None:
    with file.open() as opened:
        data = opened.read(_MOST_BYTES + 1)
    return data if len(data) <= _MOST_BYTES else None


def _cas(file: SourceFile) -> Cas:
    data = _bytes(file)
    if data is None:
        return Cas().broken(At(file.path), f"the file has more than {_MOST_BYTES:,} bytes: it is not read")
    return read_cas_json(data, file.path) if file.suffix == ".json" else read_xmi(data, file.path)


def _documents(file: SourceFile, names: Whose, known: _Known) -> Iterator[Document]:
    cas = _cas(file)
    rows = Rows(cas, known.layout) if cas.whole else None
    made = {
        sofa.id: Document(_called(names, place, sofa.name), names.annotator, sofa.text, sofa.at) for place, sofa in enumerate(cas.texts())
    }
    if rows is None or not made:
        if cas.whole:
            cas.findings.append(no_text(At(file.path), "there is no text in it (a Sofa)"))
        yield Document(file.path, "", None, At(file.path), findings=cas.findings)
        return
    for key, row in rows.rows():
        made[key].rows.append(row)
    first = next(iter(made.values()))
    first.findings, first.changes = cas.findings, rows.changes
    shown = sorted(known.derived & {each.type for each in cas.structures.values()})
    if shown:
        first.changes.append(Change(At(file.path), f"no type system is there: {', '.join(shown)} read by what the records show"))
    for key, document in made.items():
        document.metadata = rows.metadata(key)
        if document.text is None:
            document.findings.append(no_text(document.at, "the text is not in the file"))
            document.annotator, document.rows = "", []
        yield document


def _called(names: Whose, place: int, sofa: str) -> str:
    return f"{names.document}.{sofa}" if place else names.document
