"""A mapping at work: the rows of a source become those of a schema's tables and registries, and what is said of whole documents.

Rows that no rule takes, and that no path goes through, are reported as not carried over.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import product
from pathlib import Path as FilePath
from typing import Any

from corpusbuild.corpus.json_reading import JsonFault, read_json
from corpusbuild.diagnostics.finding import Finding
from corpusbuild.interchange.judging import Sound
from corpusbuild.interchange.mapping_values import Fields, Reached, RowRefusedError, fields, filled, outside, shown
from corpusbuild.interchange.model import At, Change, Kind, Row, TableSpec
from corpusbuild.interchange.nulls import Nulls
from corpusbuild.interchange.ordering import shown as shown_place
from corpusbuild.interchange.paths import Index
from corpusbuild.interchange.refusing import malformed, not_carried
from corpusbuild.schema.judging import Judge
from corpusbuild.schema.loading import ANNOTATION, ARTICLE, Schemas
from corpusbuild.schema.shape import Shape

DOCUMENT = "annotations"
"""The table of what an annotation document says outside of its tables."""

_CORRECT = "correct the record, or the mapping"


@dataclass(frozen=True, slots=True)
class Rule:
    """Which rows of the source make rows of ``table``, and how."""

    table: TableSpec
    source: str
    where: Mapping[str, tuple[Any, ...]]
    fields: Fields

    def takes(self, row: Row) -> bool:
        """Whether a row of the source makes one."""
        return row.table == self.source and all(row.values.get(name) in wanted for name, wanted in self.where.items())


@dataclass
class Registry:
    """The entries of a registry as they come, each key once, and where each was said first."""

    key: str
    entries: dict[str, dict[str, Any]] = field(default_factory=dict)
    said: dict[str, At] = field(default_factory=dict)

    def add(self, entry: dict[str, Any], at: At) -> Iterator[str]:
        """Take an entry; of one that is there, what was not said before. Yields the columns that say something else."""
        key = str(entry[self.key])
        known = self.entries.setdefault(key, {})
        self.said.setdefault(key, at)
        for name, value in entry.items():
            if known.setdefault(name, value) != value:
                yield name


@dataclass
class Mapped:
    """A mapping at work: what the corpus's tables and schemas are, and each document as these have it.

    ``tables`` are those of annotation documents, and ``whole`` what is said outside of these. ``metadata`` is a folder with metadata of
    documents by their names, ``detached`` one of articles that are put in as they are; ``given`` are the registries that files beside
    the mapping hold, by owner (empty where shared) and table. None of the folders need be there.
    """

    contents: dict[str, bytes]
    schemas: Schemas
    shape: Shape
    source: dict[str, TableSpec]
    tables: tuple[TableSpec, ...]
    whole: TableSpec
    rules: tuple[Rule, ...]
    article: Mapping[str, Any]
    metadata: FilePath | None = None
    detached: FilePath | None = None
    given: Mapping[tuple[str, str], list[dict[str, Any]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        documents = Judge(self.schemas, ANNOTATION)
        files = dict(self.shape.registry_schemas)
        keyed = [(table.name, table.key) for table in self.shape.registries if table.key is not None]
        self._registries = {name: Registry(key) for name, key in keyed}
        self._article_nulls = Nulls(Judge(self.schemas, ARTICLE))
        self._nulls = {table.name: Nulls(documents) for table in (*self.tables, self.whole)}
        self._nulls |= {name: Nulls(Judge(self.schemas, files[name])) for name in self._registries}
        for (owner, name), entries in self.given.items():
            for entry in entries if not owner else ():
                list(self._registries[name].add(entry, At("")))

    @cached_property
    def registries(self) -> frozenset[str]:
        """The tables whose data are files of their own."""
        return frozenset(table.name for table in self.shape.registries)

    @cached_property
    def members(self) -> dict[str, str]:
        """Table → the property of the annotation document that holds it."""
        return {table.name: table.member for table in self.shape.tables}

    @property
    def entries(self) -> dict[tuple[str, str], list[dict[str, Any]]]:
        """The entries of all registries, by owner (empty where shared) and table."""
        made = {("", name): list(registry.entries.values()) for name, registry in self._registries.items() if registry.entries}
        return {**{place: list(entries) for place, entries in self.given.items()}, **made}

    def map(self, document: Sound) -> Sound:
        """A document in the tables of the target; one without a text only tells findings."""
        if not document.text:
            return document
        findings: list[Finding] = []
        index = Index(document.rows, self.source)
        made = _Made()
        carried: set[int] = set()
        refused: set[int] = set()
        spent: dict[int, At] = {}
        numbers = Counter[str]()
        for rule, row in product(self.rules, document.rows):
            if rule.takes(row):
                numbers[rule.table.name] += 1
                index.used = {id(row)}
                faults = list(self._take(rule, Reached(row, index, document.text), numbers[rule.table.name], made))
                findings += faults
                whole = not any(each.name == _REFUSED for each in faults)
                carried |= index.used if whole else set()
                refused |= set() if whole else {id(row)}
                spent |= dict.fromkeys(index.used if not whole else (), row.at)
        findings += [self._left(row) for row in document.rows if id(row) not in carried | refused | spent.keys()]
        # One cause, one finding: what is of a refused row only is left out with it.
        gone = [row for row in document.rows if id(row) in spent.keys() - carried - refused and row.at != spent[id(row)]]
        left_out = [Change(row.at, f"left out with the record in {shown_place(spent[id(row)])}, which was refused") for row in gone]
        metadata, told = self._metadata(document)
        return replace(
            document,
            rows=made.rows,
            whole=made.whole,
            metadata=metadata,
            findings=[*document.findings, *findings, *told],
            changes=[*document.changes, *left_out],
            carried=[(row.at, row.table, self._key(row)) for row in document.rows if id(row) in carried - refused],
        )

    def _key(self, row: Row) -> Any:
        return row.values.get(self.source[row.table].key or "")

    def _left(self, row: Row) -> Finding:
        labels = (row.values.get(each.name) for each in self.source[row.table].columns if each.kind is Kind.LABEL)
        label = next((each for each in labels if isinstance(each, str)), "")
        what = " ".join(filter(None, (self._key(row), label))) or "this record"
        return not_carried(row.at, f"no rule takes {what}, of {row.table}")

    def _take(self, rule: Rule, reached: Reached, number: int, made: _Made) -> Iterator[Finding]:
        """Make a row of one of the source; what is wrong with it."""
        table, at = rule.table, reached.row.at
        what = "what is said of the document" if table.name == DOCUMENT else f"a row of {table.name}"
        try:
            found = fields(rule.fields, table.columns, reached)
        except RowRefusedError as why:
            yield malformed(at, f"this cannot be {what}: {why}", _CORRECT)
            return
        registry = self._registries.get(table.name)
        if table.key is not None and registry is None:
            found.setdefault(table.key, f"{table.name[0]}{number}")
        values, faults = self._judged(table, found)
        faults += outside(values, table.columns)
        if faults:
            yield malformed(at, f"this cannot be {what}: {'; '.join(faults)}", _CORRECT)
        elif registry is not None:
            for name in registry.add(values, at):
                key = values[registry.key]
                first = shown_place(registry.said[key]) or "the mapping's own file"
                yield not_carried(at, f'{name} of "{key}", of {table.name}, is another in {first}, and is kept as it is there')
        elif table.name != DOCUMENT:
            made.rows.append(Row(table.name, values, at))
        elif made.whole:
            yield malformed(at, "another record says something of the document as a whole", _CORRECT)
        else:
            made.whole.update(values)

    def _judged(self, table: TableSpec, found: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
        """A row as the schema wants it written, and what it has against it, whatever its words are."""
        around: dict[str, Any] = {"article": "a", "annotator": "a"}

        def said(values: dict[str, Any]) -> Any:
            row = shown(values, table.columns)
            if table.name in self._registries:
                return row
            return {**around, **row} if table.name == DOCUMENT else {**around, self.members[table.name]: [row]}

        depth = 2 if table.name in self.members else 0
        values, faults = self._nulls[table.name].written(filled(found, table.columns), said, depth)
        return values, [_told(*fault) for fault in faults]

    def _metadata(self, document: Sound) -> tuple[dict[str, Any], list[Finding]]:
        beside, why = self._beside(document.name)
        if why:
            return {}, [malformed(document.at, why)]
        known = replace(document, metadata={**document.metadata, **beside})
        metadata = {name: _metadatum(how, known) for name, how in self.article.items()}
        metadata = {name: value for name, value in metadata.items() if value is not None}
        written, faults = self._article_nulls.written(metadata, lambda each: each)
        if not faults:
            return written, []
        told = "; ".join(_told(*fault) for fault in faults)
        return metadata, [
            malformed(document.at, f"the article's metadata are not as article.json wants them: {told}", "say in [article] where they are")
        ]

    def _beside(self, name: str) -> tuple[dict[str, Any], str]:
        """The metadata of a document that stand in a file of its name, and why they cannot be read."""
        if self.metadata is None or "/" in name or "\\" in name or name.startswith("."):
            return {}, ""
        path = self.metadata / f"{name}.json"
        if path.is_symlink():
            return {}, f"{self.metadata.name}/{name}.json is a link, and is not followed"
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            return {}, ""
        except OSError as error:
            return {}, f"{self.metadata.name}/{name}.json cannot be read: {error.strerror}"
        value = read_json(data)
        if isinstance(value, JsonFault) or not isinstance(value, dict):
            why = value.reason if isinstance(value, JsonFault) else "it should be an object"
            return {}, f"{self.metadata.name}/{name}.json is not what it should be: {why}"
        return value, ""


@dataclass
class _Made:
    """What a document becomes."""

    rows: list[Row] = field(default_factory=list)
    whole: dict[str, Any] = field(default_factory=dict)


_REFUSED = malformed(At(""), "").name


def _told(pointer: Sequence[Any], message: str) -> str:
    return ": ".join(each for each in ("/".join(map(str, pointer)), message) if each)


def _metadatum(how: Any, document: Sound) -> Any:
    if how == "name":
        return document.name
    if how == "first-line":
        return next((line.strip() for line in document.text.split("\n") if line.strip()), None)
    return how["value"] if "value" in how else document.metadata.get(how["metadata"], how.get("default"))
