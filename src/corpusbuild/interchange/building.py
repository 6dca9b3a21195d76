"""Write a corpus folder from documents, one by one, and put it in place when all are written.

What takes all of them to know (the schemas, who is gold) is gathered on the way and written last.
"""

from __future__ import annotations

import glob
import shutil
from collections import Counter
from collections.abc import Iterable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from corpusbuild.corpus.ids import fault
from corpusbuild.corpus.json_writing import written
from corpusbuild.corpus.scratch import building_site, site, take_away_if_left
from corpusbuild.corpus.whole import put_folder
from corpusbuild.errors import CannotGoOn, CannotWrite
from corpusbuild.interchange.anchoring import written_anchors, written_object
from corpusbuild.interchange.generating import Names, Seen, annotation_schema, annotator_schema, article_schema, metadata_name, names_of
from corpusbuild.interchange.ids import Ids
from corpusbuild.interchange.judging import Sound
from corpusbuild.interchange.mapping import Mapped
from corpusbuild.interchange.model import Change, ColumnSpec, Kind, Row, TableSpec
from corpusbuild.interchange.recording import RECORDS, Records

_ANNOTATORS = "annotators"
_ANCHORS = {Kind.WORDS, Kind.SEGMENTS}
_JSON = {str: "string", bool: "boolean", int: "integer", float: "number", list: "array", dict: "object"}


@dataclass(slots=True)
class _Annotator:
    name: str
    predicted: bool
    documents: int = 0
    rows: int = 0


@dataclass
class Builder:
    """A corpus that is being written beside ``target``, where nothing may stand yet.

    Its schemas are made from what is seen, unless ``mapped`` has them. ``place`` is closed by whoever gave it, however the run
    ends: nothing is left behind then.
    """

    target: Path
    place: ExitStack
    mapped: Mapped | None = None
    tables: dict[str, TableSpec] = field(default_factory=dict)
    articles: int = 0
    annotations: int = 0
    rows: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        take_away_if_left(building_site(self.target.absolute()))
        if self.target.exists() and (not self.target.is_dir() or any(self.target.iterdir())):
            raise CannotWrite("this folder is not empty", str(self.target), "choose a new folder")
        self.registries = frozenset({_ANNOTATORS}) if self.mapped is None else self.mapped.registries
        self._ids = Ids(self.registries)
        # The schemas that ship want plain names; those of a registry that is given are as they should be.
        self._annotator_ids = Ids(plain=self.mapped is not None and _ANNOTATORS in self.registries)
        self._annotator_ids.keep(str(each["id"]) for each in self._entries(_ANNOTATORS))
        self._annotators: dict[tuple[str, bool], _Annotator] = {}
        self._seen: dict[str, Seen] = {}
        self._types: dict[str, set[str]] = {}
        self._filled: Counter[str] = Counter()
        self._called: dict[str, str] = {}
        self._last = ""
        try:
            folder = self.place.enter_context(site(building_site(self.target.absolute())))
            if folder is None:
                raise CannotGoOn("another run is writing here", str(self.target), "wait for it to end")
            self.folder: Path = folder
            for each in ("raw", "annotations", "schema"):
                (folder / each).mkdir()
            self._file: BinaryIO = self.place.enter_context((folder / RECORDS).open("wb"))
        except OSError as error:
            raise self._unwritable(error) from error
        self.records = Records(self._file)

    def _unwritable(self, error: OSError) -> CannotWrite:
        return CannotWrite(
            f"this cannot be written: {error.strerror or error}",
            str(self.target),
            "make room, or the folder above it writable; nothing was written",
        )

    # ---- one document ----

    def add(self, document: Sound) -> None:
        """Write a document; those of one name come one after another, and the text with the first."""
        article = self._ids.of(document.name)
        changes = list(document.changes)
        if article != document.name:
            changes.append(Change(document.at, f'the name "{document.name}" became "{article}"'))
        try:
            if document.name != self._last or not self.articles:
                self._last = document.name
                self.articles += 1
                self._add_article(article, document)
            annotator = self._annotator(document) if document.annotator else ""
            self.records.document(document.name, article, annotator, document.at, document.unit)
            carried = document.carried
            if carried is None:
                carried = [(row.at, row.table, self._key(row)) for row in document.rows]
            self.records.rows(article, annotator, carried, changes)
            self.records.findings(article, document.findings)
            if annotator:
                self._add_annotations(article, annotator, document)
        except OSError as error:
            raise self._unwritable(error) from error

    def refused(self, document: Sound) -> None:
        """Note what became of a document that cannot be written at all."""
        self.records.findings(document.name, document.findings)

    def _key(self, row: Row) -> Any:
        key = self.tables[row.table].key
        return None if key is None else row.values.get(key)

    def _add_article(self, article: str, document: Sound) -> None:
        (self.folder / "raw" / f"{article}.txt").write_text(document.text, "utf-8", newline="")
        metadata = document.metadata
        if self.mapped is None:
            metadata = {name: value for name, value in metadata.items() if value is not None}
            for name, value in metadata.items():
                self._types.setdefault(name, set()).add(_JSON[type(value)])
                self._filled[name] += 1
            metadata = {self._renamed(name): value for name, value in metadata.items()}
        (self.folder / "raw" / f"{article}.json").write_text(written(metadata), "utf-8", newline="")

    def _renamed(self, name: str) -> str:
        if name not in self._called:
            # None may be called as another is, whichever comes first.
            self._called[name] = metadata_name(name, {*self._called.values(), *map(self.names.table, self.tables)})
            if self._called[name] != name:
                self.records.renamed("property of articles", name, self._called[name])
        return self._called[name]

    def _annotator(self, document: Sound) -> str:
        wanted = document.annotator
        who = (wanted, document.predicted)
        if who not in self._annotators:
            # People and systems are never one annotator.
            other = (wanted, not document.predicted) in self._annotators
            name = self._annotator_ids.of(f"{wanted}-{'predicted' if document.predicted else 'annotated'}" if other else wanted)
            self._annotators[who] = _Annotator(name, document.predicted)
            if name != wanted:
                self.records.renamed("annotator", wanted, name)
        found = self._annotators[who]
        found.documents += 1
        found.rows += len(document.rows)
        return found.name

    def _add_annotations(self, article: str, annotator: str, document: Sound) -> None:
        self.annotations += 1
        tables: dict[str, list[dict[str, Any]]] = {}
        for row in document.rows:
            spec = self.tables[row.table]
            self._seen.setdefault(row.table, Seen()).note(row, self._label_columns(spec))
            self.rows[self.names.table(row.table)] += 1
            member = self.names.table(row.table) if self.mapped is None else self.mapped.members[row.table]
            tables.setdefault(member, []).append(self._written_row(row, spec, document.text))
        whole = {} if self.mapped is None else written_object(document.whole, self.mapped.whole.columns, document.text)
        folder = self.folder / "annotations" / annotator
        folder.mkdir(exist_ok=True)
        content = written({"article": article, "annotator": annotator, **whole, **tables})
        (folder / f"{article}.json").write_text(content, "utf-8", newline="")

    def _written_row(self, row: Row, spec: TableSpec, text: str) -> dict[str, Any]:
        if self.mapped is not None:
            return written_object(row.values, spec.columns, text)
        made: dict[str, Any] = {}
        for column in spec.columns:
            value = row.values.get(column.name)
            if value is None and not column.listed:
                continue
            if column.kind in _ANCHORS and value is not None:
                value = written_anchors(column, value, text)
            made[self.names.column(row.table, column.name)] = list(value or ()) if column.listed else value
        return made

    def _label_columns(self, spec: TableSpec) -> list[ColumnSpec]:
        return [column for column in spec.columns if column.kind is Kind.LABEL]

    # ---- all of them ----

    def declare(self, tables: Iterable[TableSpec]) -> None:
        """Say which tables there are; again, where more is known."""
        self.tables = {table.name: table for table in tables}
        self.names = names_of(self.tables.values(), self.registries) if self.mapped is None else Names({}, {})

    def finish(self, name: str, title: str, gold: str | None = None) -> str | None:
        """Write what all documents decide, and put the corpus in place. Returns who is gold.

        Raises :class:`~corpusbuild.errors.CannotWrite`.
        """
        try:
            self._add_detached()
            chosen = self._gold(gold)
            for old, new in self.names.tables.items():
                self.records.renamed("table", old, new)
            for (table, old), new in self.names.columns.items():
                self.records.renamed(f"column of {table}", old, new)
            self._file.close()
            self._write_schemas()
            self._write_registries()
            self._settle_folders()
            (self.folder / "pyproject.toml").write_text(_config(name, title, chosen), "utf-8", newline="\n")
            (self.folder / ".gitignore").write_bytes(files("corpusbuild.templates").joinpath("minimal/gitignore").read_bytes())
            put_folder(self.folder, self.target)
        except OSError as error:
            raise self._unwritable(error) from error
        return chosen

    def _add_detached(self) -> None:
        """Put in the articles that are detached, and what is written about them, as the mapping's folder has them."""
        home = None if self.mapped is None else self.mapped.detached
        for path in sorted(home.glob("raw/*.json")) if home is not None else ():
            if _leads_away(path, home) or fault(path.stem) or (self.folder / "raw" / path.name).exists():
                raise CannotWrite("this can be no article of the corpus, or is one already", str(path), "take it out of the folder")
            shutil.copyfile(path, self.folder / "raw" / path.name)
            self.articles += 1
            self.records.kept(f"raw/{path.name}", path.stem)
            for annotated in sorted(path.parent.parent.glob(f"annotations/*/{glob.escape(path.name)}")):
                found = self._annotators.setdefault((annotated.parent.name, False), _Annotator(annotated.parent.name, predicted=False))
                if _leads_away(annotated, home) or found.name != annotated.parent.name:
                    raise CannotWrite("this can be no annotation of the corpus", str(annotated), "take it out of the folder")
                found.documents += 1
                (self.folder / "annotations" / found.name).mkdir(exist_ok=True)
                shutil.copyfile(annotated, self.folder / "annotations" / found.name / path.name)
                self.annotations += 1
                self.records.kept(f"annotations/{found.name}/{path.name}", path.stem)

    def discard(self) -> None:
        """Leave nothing behind."""
        with suppress(OSError):  # what is in the buffer, where the disk is full
            self.place.close()

    def _gold(self, wanted: str | None) -> str | None:
        """Whose labels are the reference: whoever is named; the only one; else who annotated most documents, and of those most in them."""
        people = {who: each for (who, predicted), each in self._annotators.items() if not predicted}
        if wanted is not None:
            if wanted not in people:
                raise CannotWrite(f'no annotator is called "{wanted}"', str(self.target), f"annotators are {', '.join(people)}")
            return people[wanted].name
        ranked = sorted((-each.documents, -each.rows, each.name) for each in (people or self._annotators).values())
        return ranked[0][-1] if ranked else None

    @property
    def annotators(self) -> list[str]:
        """Those who annotated, systems apart."""
        return sorted(each.name for each in self._annotators.values() if not each.predicted)

    def _write_schemas(self) -> None:
        schemas = {} if self.mapped is None else dict(self.mapped.contents)
        if self.mapped is None:
            names = {name: self._renamed(name) for name in self._types}
            types = {names[name]: found for name, found in self._types.items()}
            filled = {names[name]: count for name, count in self._filled.items()}
            made = {
                "annotation.json": annotation_schema(self.tables.values(), self._seen, self.names),
                "article.json": article_schema(types, filled, self.articles),
                "annotator.json": annotator_schema(),
            }
            schemas = {file: written(schema).encode() for file, schema in made.items()}
            schemas["anchor.json"] = files("corpusbuild.templates").joinpath("minimal/schema/anchor.json").read_bytes()
        for file, content in schemas.items():
            (self.folder / "schema" / file).write_bytes(content)

    def _entries(self, table: str) -> list[dict[str, Any]]:
        """The entries of a registry that the mapping gives."""
        return [] if self.mapped is None else self.mapped.entries.get(("", table), [])

    def _write_registries(self) -> None:
        """The registries that a mapping fills, and who annotated."""
        entries = {} if self.mapped is None else self.mapped.entries
        if _ANNOTATORS in self.registries:
            entries["", _ANNOTATORS] = self._annotator_entries()
        for (owner, table), rows in entries.items():
            folder = self.folder / "annotations" / owner
            folder.mkdir(exist_ok=True)
            (folder / f"{table}.json").write_text(written(rows), "utf-8", newline="")

    def _annotator_entries(self) -> list[dict[str, Any]]:
        """Those whom the mapping has, and then everybody else who annotated."""
        entries = list(self._entries(_ANNOTATORS))
        known = {each["id"] for each in entries}
        for (wanted, predicted), each in sorted(self._annotators.items(), key=lambda item: item[1].name):
            if each.name not in known:
                called = {"name": wanted} if each.name != wanted else {}
                entries.append({"id": each.name, "kind": "model" if predicted else "human", **called, "prediction": predicted})
        return entries

    def _settle_folders(self) -> None:
        """Where one annotator did all, documents stand in ``annotations/`` itself."""
        owned = self.mapped is not None and any(owner for owner, _ in self.mapped.entries)
        if len(self._annotators) == 1 and not owned:
            (only,) = self._annotators.values()
            folder = self.folder / "annotations"
            inner = folder.with_name("annotations.inner")
            (folder / only.name).rename(inner)
            for registry in folder.glob("*.json"):
                registry.rename(inner / registry.name)
            folder.rmdir()
            inner.rename(folder)


def _leads_away(path: Path, home: Path | None) -> bool:
    """Whether a file is elsewhere, by a link of its own or of a folder that it is in."""
    return home is None or not path.resolve().is_relative_to(home.resolve())


def _config(name: str, title: str, gold: str | None) -> str:
    lines = [
        "[tool.corpusbuild]",
        f"name = {orjson.dumps(name).decode()}",
        f"title = {orjson.dumps(title).decode()}",
        'version = "0.1.0"',
        "# SPDX, and BCP 47: what the source does not say.",
        '# license = "CC-BY-4.0"',
        '# language = ["en"]',
    ]
    if gold is not None:
        lines += ["# The annotator whose labels are the reference.", f"gold = {orjson.dumps(gold).decode()}"]
    return "\n".join(lines) + "\n"
