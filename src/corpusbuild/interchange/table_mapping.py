"""The mapping that says what tables mean: which files hold texts, which hold rows about them, and what their columns are."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

from corpusbuild.corpus.json_reading import JsonFault, read_json
from corpusbuild.corpus.toml_reading import read_toml
from corpusbuild.errors import BadConfig
from corpusbuild.interchange.model import Kind
from corpusbuild.text.nearest import nearest_name

NOT_READ = "none"
"""The kind of a column that is left out."""

_RESERVED = frozenset({"article_id", "annotator", "uid", "id"})


@dataclass(frozen=True, slots=True)
class Sheet:
    """Files of the source that are read alike; ``format`` is empty where their names tell it, and so is what ``dialect`` does not say."""

    file: str
    format: str = ""
    dialect: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Texts:
    """A table of texts."""

    sheet: Sheet
    text: str
    id: str = ""


@dataclass(frozen=True, slots=True)
class SpanColumns:
    """The columns of a span."""

    start: str
    end: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a column means; ``name`` is the one that it gets, ``kind`` None for a column that is left out."""

    name: str
    kind: Kind | None = Kind.STRING
    table: str = ""
    split: str = ""
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rows:
    """A table of rows about texts."""

    sheet: Sheet
    table: str
    article: str = ""
    id: str = ""
    annotator: str = ""
    annotated_by: str = "gold"
    predicted: bool = False
    spans: Mapping[str, SpanColumns] = field(default_factory=dict)
    columns: Mapping[str, Meaning] = field(default_factory=dict)

    @property
    def taken(self) -> frozenset[str]:
        """The columns of the file that have a part of their own."""
        of_spans = (name for span in self.spans.values() for name in (span.start, span.end, span.words))
        return frozenset(filter(None, (self.article, self.id, self.annotator, *of_spans)))

    def meanings(self, columns: Sequence[str]) -> dict[str, Meaning]:
        """What the columns of a file mean that have no part of their own, in their order; those that nothing is said of are strings."""
        names = {*_RESERVED, *self.spans, *(meaning.name for meaning in self.columns.values())}
        meanings: dict[str, Meaning] = {}
        for column in columns:
            if column in self.columns:
                meanings[column] = self.columns[column]
            elif column not in self.taken:
                meanings[column] = Meaning(_free_name(column, names))
                names.add(meanings[column].name)
        return meanings


@dataclass(frozen=True, slots=True)
class TableMapping:
    """What a mapping file says."""

    path: Path
    texts: tuple[Texts, ...]
    rows: tuple[Rows, ...]


def mapping_schema() -> dict[str, Any]:
    """The JSON Schema of a mapping."""
    schema: dict[str, Any] = json.loads(files("corpusbuild.interchange").joinpath("table_mapping.schema.json").read_bytes())
    return schema


def read_mapping(path: Path) -> TableMapping:
    """The mapping in a TOML or JSON file. Raises :class:`~corpusbuild.errors.BadConfig`, with the line where that is known."""
    values = _parsed(path)
    _judge(values, path)
    texts = tuple(Texts(_sheet(each, path), each["text"], each.get("id", "")) for each in values["texts"])
    rows = tuple(_rows(each, texts, path) for each in values.get("rows", ()))
    names = [each.table for each in rows]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise BadConfig(f'two tables of rows are called "{twice}"', str(path), "give each its own name, or read their files by one pattern")
    return TableMapping(path, texts, rows)


def _parsed(path: Path) -> dict[str, Any]:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise BadConfig(f"cannot be read: {error.strerror}", str(path)) from error
    if path.suffix.lower() == ".json":
        values = read_json(data)
        if isinstance(values, JsonFault):
            line = data.count(b"\n", 0, values.byte) + 1
            raise BadConfig(f"this is not JSON: {values.reason}", f"{path}:{line}")
    else:
        try:
            values = read_toml(data)
        except ValueError as error:
            found = re.search(r"at line (\d+)", str(error))
            raise BadConfig(f"this is not TOML: {error}", f"{path}:{found[1] if found else 1}") from error
    if not isinstance(values, dict):
        raise BadConfig("a mapping is an object", str(path))
    return _at_length(values)


def _at_length(values: dict[str, Any]) -> dict[str, Any]:
    """The mapping with its short forms written out."""
    if isinstance(values.get("texts"), dict):
        values["texts"] = [values["texts"]]
    for rows in values["rows"] if isinstance(values.get("rows"), list) else ():
        columns = rows.get("columns") if isinstance(rows, dict) else None
        if isinstance(columns, dict):
            rows["columns"] = {name: {"kind": said} if isinstance(said, str) else said for name, said in columns.items()}
    return values


def _judge(values: dict[str, Any], path: Path) -> None:
    import jsonschema_rs  # noqa: PLC0415  start-up time

    schema = mapping_schema()
    errors = jsonschema_rs.Draft202012Validator(schema, offline=True).iter_errors(values)
    # A key that is misspelt is one that is missing, too: the former says more.
    for error in sorted(errors, key=lambda each: each.kind.name != "additionalProperties"):
        where = ".".join(str(step + 1) if isinstance(step, int) else str(step) for step in error.instance_path)
        facts = error.kind.as_dict()
        if error.kind.name == "additionalProperties":
            unknown = facts["unexpected"][0]
            near = nearest_name(unknown, _known(schema, list(error.instance_path)))
            help_text = f'did you mean "{near}"?' if near else ""
            raise BadConfig(f'unknown key "{unknown}"' + (f" in {where}" if where else ""), str(path), help_text)
        if error.kind.name == "required":
            raise BadConfig(f'{where or "the mapping"} has no "{facts["property"]}"', str(path))
        raise BadConfig(f"{where}: {error.message}" if where else str(error.message), str(path))


def _known(schema: dict[str, Any], path: Sequence[str | int]) -> list[str]:
    """The keys that an object of the mapping may have."""
    place = schema
    for step in path:
        place = place["items"] if isinstance(step, int) else place["properties"].get(step, place.get("additionalProperties"))
        while "$ref" in place:
            place = schema["$defs"][place["$ref"].rpartition("/")[2]]
        if isinstance(place.get("additionalProperties"), dict) and step is not path[-1]:
            place = {**place, "properties": {str(path[-1]): place["additionalProperties"]}}
    return list(place.get("properties", ()))


def _sheet(said: Mapping[str, Any], path: Path) -> Sheet:
    dialect = {key: said[key] for key in ("delimiter", "quote", "encoding", "escape") if key in said}
    # A comma or a tab parts cells, whichever the file's name tells, unless another sign is named.
    parting, quote, escape = (dialect.get(key, usual) for key, usual in (("delimiter", ",\t"), ("quote", '"'), ("escape", "")))
    if {*parting} & {quote, escape} or quote == escape != "" or {"\n", "\r"} & {*parting, quote, escape}:
        message = f"{said['file']}: cells cannot be told apart by these signs"
        raise BadConfig(message, str(path), "name signs that differ and end no line, as `delimiter`, `quote` and `escape`")
    if "encoding" in dialect and not _is_encoding(dialect["encoding"]):
        raise BadConfig(f'{said["file"]}: there is no encoding "{dialect["encoding"]}"', str(path))
    return Sheet(said["file"], said.get("format", ""), dialect)


def _is_encoding(name: str) -> bool:
    """Whether text can be read in an encoding, with bytes among it that are none of it."""
    try:
        "".encode(name)  # what is no encoding of text, such as base64, has a decoder all the same
        codecs.getincrementaldecoder(name)("surrogateescape").decode(b"", final=True)
    except (LookupError, ValueError):
        return False
    return True


def _rows(said: Mapping[str, Any], texts: Sequence[Texts], path: Path) -> Rows:
    spans = {name: SpanColumns(**columns) for name, columns in said.get("spans", {}).items()}
    columns: dict[str, Meaning] = {}
    for column, meaning in said.get("columns", {}).items():
        kind = meaning.get("kind", "string")
        name = meaning.get("as") or _free_name(column, {*_RESERVED, *spans, *(each.name for each in columns.values())})
        if name in _RESERVED or name in spans or any(each.name == name for each in columns.values()):
            raise BadConfig(
                f'{said["table"]}: the name "{name}" is taken, for the column "{column}"', str(path), "give it another with `as`"
            )
        if (kind == Kind.REFERENCE) != bool(meaning.get("table")):
            raise BadConfig(f'{said["table"]}: the column "{column}" has a `table` only if it is a reference, and then it must', str(path))
        columns[column] = Meaning(
            name,
            None if kind == NOT_READ else Kind(kind),
            meaning.get("table", ""),
            meaning.get("split", ""),
            tuple(meaning.get("labels", ())),
        )
    if "article" not in said and not any(each.sheet.file == said["file"] for each in texts):
        message = f"{said['table']}: nothing says which text a row is about"
        raise BadConfig(message, str(path), "name the column that has the text's id, as `article`")
    simple = {key: said[key] for key in ("article", "id", "annotator", "annotated_by", "predicted") if key in said}
    return Rows(_sheet(said, path), said["table"], **simple, spans=spans, columns=columns)


def _free_name(column: str, taken: frozenset[str] | set[str]) -> str:
    """The name of a column in lower case with underscores, another where it is taken."""
    name = re.sub(r"\W+", "_", column.lower()).strip("_") or "column"
    name = f"column_{name}" if name[0].isdigit() else name
    name = f"source_{name}" if name in _RESERVED else name
    free, count = name, 1
    while free in taken:
        count += 1
        free = f"{name}_{count}"
    return free
