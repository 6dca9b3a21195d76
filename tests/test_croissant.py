"""What Croissant says of a data set is what is in its Parquet files: read with mlcroissant, compared row by row."""

from __future__ import annotations

import hashlib
import json
import logging
import math
from dataclasses import dataclass
from dataclasses import field as fresh
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import mlcroissant as mlc
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from corpusbuild.corpus.config import Config, parse_config
from corpusbuild.emit.croissant import CONFORMS_TO, cite_as, license_of
from corpusbuild.workflow.corpus import Corpus
from written import CORPORA, copy_of

_SAID = {
    "license": 'license = "CC-BY-4.0"',
    "published": "published = 2025-03-01",
    "authors": 'authors = ["Wulandari, Sari", "An institute"]',
}


@dataclass(frozen=True)
class Described:
    """A data set and its Croissant file."""

    path: Path
    manifest: dict[str, Any]
    value: dict[str, Any]
    metadata: mlc.Metadata
    read: dict[str, list[dict[str, Any]]] = fresh(default_factory=dict)

    def record_sets(self) -> dict[str, dict[str, Any]]:
        return {each["@id"]: each for each in self.value["recordSet"]}

    def tables(self) -> list[str]:
        return [name for name, table in self.manifest["tables"].items() if table["splits"]]

    def records(self, record_set: str) -> list[dict[str, Any]]:
        """Read anew: mlcroissant keeps what it joined with, and gives its columns for records the next time."""
        if record_set not in self.read:
            self.read[record_set] = list(mlc.Dataset.from_metadata(self.metadata).records(record_set))
        return self.read[record_set]


@pytest.fixture(scope="module", params=sorted(CORPORA))
def described(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Described:
    folder = tmp_path_factory.mktemp(request.param)
    root = copy_of(request.param, folder / "corpus")
    # A corpus is told of in full where its config says in full what it is.
    config = root / "pyproject.toml"
    said = config.read_text("utf-8")
    more = [line for key, line in _SAID.items() if f"\n{key} =" not in said]
    config.write_text(said.replace("[tool.corpusbuild]\n", "\n".join(["[tool.corpusbuild]", *more]) + "\n", 1), "utf-8")
    return _describe(root, folder / "out")


def _describe(root: Path, path: Path) -> Described:
    made = Corpus.open(root, search=False).make(path, jobs=1)
    assert made.ok, list(made.report)
    value = json.loads((path / "croissant.json").read_bytes())
    return Described(path, json.loads((path / "manifest.json").read_bytes()), value, mlc.Dataset(path / "croissant.json").metadata)


# ---- valid ----


def test_mlcroissant_finds_no_error_and_warns_of_nothing(described: Described, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        metadata = mlc.Dataset(described.path / "croissant.json").metadata
    assert (metadata.issues.errors, metadata.issues.warnings) == (set(), set())
    assert [record.message for record in caplog.records] == []
    assert described.value["conformsTo"] == CONFORMS_TO
    assert metadata.ctx.conforms_to.value == CONFORMS_TO


def test_every_id_is_there_once_and_every_reference_leads_to_one(described: Described) -> None:
    defined: list[str] = []
    referred: list[str] = []

    def walk(value: Any) -> None:
        if isinstance(value, dict):
            if "@id" in value and not str(value["@id"]).startswith("cr:"):
                (referred if len(value) == 1 else defined).append(value["@id"])
            for key, each in value.items():
                if key not in {"@context", "data"}:
                    walk(each)
        elif isinstance(value, list):
            for each in value:
                walk(each)

    walk(described.value)
    assert len(defined) == len(set(defined))
    assert set(referred) <= set(defined)


def test_every_file_but_the_manifest_is_there_with_its_hash(described: Described) -> None:
    objects = {each["name"]: each for each in described.value["distribution"] if each["@type"] == "cr:FileObject"}
    there = {path.relative_to(described.path).as_posix() for path in described.path.rglob("*") if path.is_file()}
    assert set(objects) == there - {"manifest.json", "croissant.json"}
    for name, each in objects.items():
        data = (described.path / name).read_bytes()
        assert each["sha256"] == hashlib.sha256(data).hexdigest()
        assert each["contentSize"] == f"{len(data)} B"
        assert each["contentUrl"] == quote(name)


def test_the_manifest_lists_the_croissant_file(described: Described) -> None:
    data = (described.path / "croissant.json").read_bytes()
    assert described.manifest["files"]["croissant.json"] == {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def test_the_same_corpus_gives_the_same_bytes(described: Described, tmp_path: Path) -> None:
    root = described.path.parent / "corpus"
    assert Corpus.open(root, search=False).make(tmp_path / "out", jobs=2).ok
    assert (tmp_path / "out" / "croissant.json").read_bytes() == (described.path / "croissant.json").read_bytes()


# ---- read back ----


def test_every_table_with_rows_has_a_record_set_and_no_other(described: Described) -> None:
    made_of_files = [name for name, each in described.record_sets().items() if "data" not in each]
    assert sorted(made_of_files) == sorted(described.tables())


def test_every_record_is_the_parquet_row(described: Described, caplog: pytest.LogCaptureFixture) -> None:
    seen = 0
    for table in described.tables():
        with caplog.at_level(logging.WARNING):
            records = described.records(table)
        expected = _expected_records(described, table)
        assert len(records) == len(expected), table
        for got, wanted in zip(records, expected, strict=True):
            assert _plain(got) == wanted, table
        seen += len(records)
    assert seen
    assert [record.message for record in caplog.records] == []


def test_what_is_left_out_is_named_and_is_a_list_of_objects_within_another(described: Described) -> None:
    for table in described.tables():
        said = described.record_sets()[table]["description"]
        _, _, named = said.partition("does not lead there: ")
        assert sorted(named.split(", ") if named else []) == sorted(_unreachable(_schema(described, table)))


def test_rows_can_be_read_split_by_split(described: Described) -> None:
    for table in described.tables():
        splits = described.manifest["tables"][table]["splits"]
        of_split = [record[f"{table}/@split"].decode() for record in described.records(table)]
        assert {name: of_split.count(name) for name in splits} == {name: part["rows"] for name, part in splits.items()}
    names = [record["data-splits/name"] for record in described.records("data-splits")]
    assert set(names) == {name for table in described.tables() for name in described.manifest["tables"][table]["splits"]}


def test_labels_are_enumerations_in_the_order_of_the_schema(described: Described) -> None:
    found = 0
    for table in described.tables():
        for column in described.manifest["tables"][table]["fields"]:
            if "labels" in column:
                home = "articles" if table == "documents" else table.removesuffix("_by_annotator")
                labels = f"labels-of/{home}/{column['name']}"
                assert [record[f"{labels}/name"] for record in described.records(labels)] == column["labels"]
                assert described.record_sets()[labels]["dataType"] == "sc:Enumeration"
                found += 1
    assert found


def test_keys_are_unique(described: Described) -> None:
    keyed = 0
    for table in described.tables():
        key = described.record_sets()[table].get("key")
        if key is not None:
            ids = [each["@id"] for each in ([key] if isinstance(key, dict) else key)]
            rows = [tuple(record[each] for each in ids) for record in described.records(table)]
            assert len(set(rows)) == len(rows)
            keyed += 1
    assert keyed


def test_what_refers_to_a_table_is_among_its_keys(described: Described) -> None:
    followed = set()
    for table in described.tables():
        for field in described.record_sets()[table]["field"]:
            target = field["references"]["field"]["@id"] if "references" in field else ""
            home = target.rpartition("/")[0]
            if home in described.tables():
                keys = {record[target] for record in described.records(home)}
                for record in described.records(table):
                    values = record[field["@id"]]
                    assert set(values if isinstance(values, list) else [values]) - {None} <= keys
                followed.add((field["@id"], target))
    assert followed
    if "claims" in described.tables():
        assert ("claims/speakers", "speakers/id") in followed
        assert ("stances/target", "targets/id") in followed


# ---- what Croissant must give, from Arrow alone ----


def _schema(described: Described, table: str) -> pa.Schema:
    part = next(iter(described.manifest["tables"][table]["splits"].values()))
    return pq.read_schema(described.path / part["files"][0])


def _expected_records(described: Described, table: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    splits = described.manifest["tables"][table]["splits"]
    for file, split in sorted((file, split) for split, part in splits.items() for file in part["files"]):
        rows = pq.read_table(described.path / file)
        for row in rows.to_pylist():
            record: dict[str, Any] = {f"{table}/@split": split.encode()}
            for column in rows.schema:
                # pandas has no null among integers: it makes floats of all of them.
                rounded = pa.types.is_integer(column.type) and rows[column.name].null_count and row[column.name] is not None
                value = int(float(row[column.name])) if rounded else row[column.name]
                _expect(record, f"{table}/{quote(column.name, safe='')}", column.type, value)
            found.append(record)
    return found


def _expect(record: dict[str, Any], at: str, kind: pa.DataType, value: Any) -> None:
    """A column as mlcroissant gives it: objects by the id of each field in them, null where the object is."""
    if pa.types.is_struct(kind):
        for parent, leaf, path in _leaves(at, kind):
            record.setdefault(parent, {})[leaf] = _plain(_follow(value, path))
    elif pa.types.is_list(kind) and pa.types.is_struct(kind.value_type):
        for parent, leaf, path in _leaves(at, kind.value_type):
            items = None if value is None else [_plain(_follow(each, path)) for each in value]
            if parent == at:
                rows = record.setdefault(at, [{} for _ in items or ([] if items == [] else [None])])
                for i, row in enumerate(rows):
                    row[leaf] = items[i] if items else None
            else:
                record.setdefault(parent, {})[leaf] = items
    else:
        record[at] = _plain(value)


def _leaves(at: str, kind: pa.StructType) -> list[tuple[str, str, list[str]]]:
    """Each value in an object that one path leads to: its parent's id, its own, and the path."""
    found: list[tuple[str, str, list[str]]] = []
    for field in kind:
        below = f"{at}/{quote(field.name, safe='')}"
        if pa.types.is_struct(field.type):
            found += [(parent, leaf, [field.name, *path]) for parent, leaf, path in _leaves(below, field.type)]
        elif not _objects_in_list(field.type):
            found.append((at, below, [field.name]))
    return found


def _objects_in_list(kind: pa.DataType) -> bool:
    while pa.types.is_list(kind):
        kind = kind.value_type
        if pa.types.is_struct(kind):
            return True
    return False


def _unreachable(fields: Any, path: str = "", *, inside: bool = False) -> list[str]:
    """The paths of lists of objects that stand within a list or an object."""
    found: list[str] = []
    for field in fields:
        here = f"{path}{field.name}"
        if pa.types.is_struct(field.type):
            found += _unreachable(field.type, f"{here}/", inside=True)
        elif _objects_in_list(field.type):
            if inside or pa.types.is_list(field.type.value_type):
                found.append(here)
            else:
                found += _unreachable(field.type.value_type, f"{here}/", inside=True)
    return found


def _follow(value: Any, path: list[str]) -> Any:
    for step in path:
        if value is None:
            return None
        value = value[step]
    return value


def _plain(value: Any) -> Any:
    """Values that are equal where mlcroissant's types differ from Arrow's: bytes for text, timestamps of pandas, nan for null."""
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list | np.ndarray):
        rounded = None in value if isinstance(value, list) else False
        return [_plain(float(each) if rounded and type(each) is int else each) for each in value]
    if isinstance(value, str):
        return value.encode()
    if isinstance(value, float):
        return None if math.isnan(value) else value
    if isinstance(value, pd.Timestamp | datetime):
        return pd.Timestamp(value).tz_convert(UTC).tz_localize(None) if value.tzinfo else pd.Timestamp(value)
    return pd.Timestamp(value) if isinstance(value, date) else value


# ---- names that are words elsewhere ----

_NAMES = [
    "a b",
    "x.y",
    "it's",
    "back\\slash",
    "split",
    "@split",
    "é",
    "100%",
    "where",
    "#h",
    "a/b",
    'quo"te',
    "index",
    "$",
    "[0]",
]


def test_columns_and_members_may_have_any_name(tmp_path: Path) -> None:
    root = tmp_path / "corpus"
    text = {"type": "string"}
    inner = {"type": "object", "properties": dict.fromkeys(_NAMES, text), "additionalProperties": False}
    article = {"properties": {**dict.fromkeys(_NAMES, text), "inner": inner, "list": {"type": "array", "items": inner}}}
    values = {name: f"value of {name}" for name in _NAMES}
    files = {
        "pyproject.toml": '[tool.corpusbuild]\nname = "names"\nlicense = "CC0-1.0"\npublished = 2025-03-01\ngold = "gold"\n',
        "schema/article.json": json.dumps({"type": "object", **article, "additionalProperties": False}),
        "schema/annotation.json": json.dumps(
            {
                "type": "object",
                "properties": {"article": text, "annotator": text, **{name: {"enum": ["yes", "no"]} for name in ("a b", "x/y")}},
                "required": ["article", "annotator"],
                "additionalProperties": False,
            }
        ),
        "raw/one.txt": "One.\n",
        "raw/one.json": json.dumps({**values, "inner": values, "list": [values, {}, values]}),
        "annotations/one.json": json.dumps({"article": "one", "annotator": "gold", "a b": "yes", "x/y": "no"}),
    }
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(content, "utf-8")
    described = _describe(root, tmp_path / "out")
    assert (described.metadata.issues.errors, described.metadata.issues.warnings) == (set(), set())
    for table in described.tables():
        assert [_plain(record) for record in described.records(table)] == _expected_records(described, table)
    assert [record["labels-of/annotations/x%2Fy/name"] for record in described.records("labels-of/annotations/x%2Fy")] == ["yes", "no"]


# ---- what the config says ----


def test_nothing_is_said_that_the_config_does_not_say(tmp_path: Path) -> None:
    root = copy_of("emotions", tmp_path / "corpus")
    assert Corpus.open(root, search=False).make(tmp_path / "out", jobs=1).ok
    value = json.loads((tmp_path / "out" / "croissant.json").read_bytes())
    assert not {"license", "datePublished", "url"} & set(value)
    assert value["description"].startswith("Kitchen moods: 4 articles")


def test_a_citation_is_bibtex_of_what_the_config_says() -> None:
    authors = ("Wulandari, Sari", "Institut {Contoh")
    config = Config("deeds", "Deeds", "1.2.0", published="2025-03-01", authors=authors, url="https://example.org/deeds")
    assert cite_as(config) == (
        "@misc{deeds,\n  title = {Deeds},\n  author = {Wulandari, Sari and {Institut (Contoh}},\n"
        "  year = {2025},\n  version = {1.2.0},\n  url = {https://example.org/deeds}\n}"
    )


def test_who_made_it_is_a_person_or_a_body(described: Described) -> None:
    for each in described.value["creator"]:
        assert each["@type"] == ("sc:Person" if "familyName" in each else "sc:Organization")
        assert each["name"]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("CC-BY-4.0", "https://spdx.org/licenses/CC-BY-4.0"),
        ("MIT AND CC0-1.0", {"@type": "sc:CreativeWork", "name": "MIT AND CC0-1.0"}),
        ("LicenseRef-ours", {"@type": "sc:CreativeWork", "name": "LicenseRef-ours"}),
    ],
)
def test_a_licence_is_a_page_of_spdx_where_it_is_one_licence(written: str, said: Any) -> None:
    assert license_of(written) == said


def test_the_config_takes_a_date_as_toml_writes_it() -> None:
    assert parse_config(b'[tool.corpusbuild]\nname = "x"\npublished = 2025-03-01\n').published == "2025-03-01"
