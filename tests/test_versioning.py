"""What an edit of a corpus demands of its version: the table of docs/versioning.md, by editing a real corpus."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import pytest

from bundled import copy_corpus
from corpusbuild import Corpus, diff
from corpusbuild.difference.nouns import Bump, SchemaChange, What
from corpusbuild.release.changelog import changelog_entry
from corpusbuild.release.versioning import next_version, schema_text, suffices
from generated import make_corpus, unlike

SPLITS = '\n[tool.corpusbuild.splits]\ngroup = "event"\nassign = { "one" = "train", "two" = "test" }\n'
ABOUT = 'description = "What it is."\nurl = "https://example.org"\npublished = "2024-05-01"\n'
DOCUMENT = {
    "annotator": "ana",
    "spans": [{"id": "s0", "words": "kata1x0", "label": "PER"}, {"id": "s1", "words": "kata1x1", "label": "ORG"}],
}


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    articles = [{"id": f"a{i}", "text": unlike(i) + "\n", "event": "one" if i < 3 else "two"} for i in range(1, 5)]
    config = f'version = "1.2.3"\ntitle = "Made"\n{ABOUT}license = "CC-BY-4.0"\ngold = "ana"\n{SPLITS}'
    root = make_corpus(tmp_path / "old", articles, [{"article": "a1", **DOCUMENT}], config)
    (root / "card.md").write_text("What it si.\n", "utf-8")
    return root


def edit(root: Path, path: str, *pairs: tuple[str, str]) -> None:
    file = root / path
    content = file.read_text("utf-8")
    for old, new in pairs:
        assert old in content
        content = content.replace(old, new)
    file.write_text(content, "utf-8")


def document(root: Path, name: str = "a1") -> dict:
    return json.loads((root / "annotations" / f"{name}.json").read_bytes())


def write(root: Path, value: dict, path: str) -> None:
    (root / "annotations" / path).parent.mkdir(exist_ok=True)
    (root / "annotations" / path).write_text(json.dumps(value), "utf-8")


def spans(root: Path, change) -> None:
    value = document(root)
    change(value["spans"])
    write(root, value, "a1.json")


def schema(root: Path, change, file: str = "annotation.json") -> None:
    value = json.loads((root / "schema" / file).read_bytes())
    change(value["properties"]["spans"]["items"] if file == "annotation.json" else value)
    (root / "schema" / file).write_text(json.dumps(value, indent=2), "utf-8")


def add_article(root: Path, event: str = "one") -> None:
    (root / "raw" / "a9.txt").write_text(unlike(9) + "\n", "utf-8")
    (root / "raw" / "a9.json").write_text(json.dumps({"event": event}), "utf-8")


def rename_key(root: Path) -> None:
    spans(root, lambda rows: rows[0].update(id="s7"))


def change_text(root: Path) -> None:
    edit(root, "raw/a2.txt", ("kata2x9", "kata2y9"))


def rename_label(root: Path) -> None:
    edit(root, "schema/annotation.json", ('"PER"', '"PERSON"'))
    edit(root, "annotations/a1.json", ('"PER"', '"PERSON"'))


def add_required(root: Path) -> None:
    schema(root, lambda items: (items["properties"].update(sure={"type": "boolean"}), items["required"].append("sure")))
    spans(root, lambda rows: [row.update(sure=True) for row in rows])


def annotate_by_another(root: Path) -> None:
    write(root, {"article": "a1", **DOCUMENT, "annotator": "ben"}, "ben/a1.json")


def change_by_another(root: Path) -> None:
    write(root, {"article": "a1", **DOCUMENT, "annotator": "eve", "spans": []}, "eve/a1.json")


def set_label_order(items: dict) -> None:
    items["properties"]["label"]["enum"] = ["LOC", "ORG", "PER"]


def new_split(root: Path) -> None:
    edit(root, "pyproject.toml", ('"two" = "test"', '"two" = "test", "three" = "validation"'))
    add_article(root, "three")


EDITS = {
    "fix a typo in the card": (Bump.PATCH, lambda root: edit(root, "card.md", ("si", "is"))),
    "describe a column": (Bump.PATCH, lambda root: schema(root, lambda items: items["properties"]["label"].update(description="Who."))),
    "change the title": (Bump.PATCH, lambda root: edit(root, "pyproject.toml", ('"Made"', '"Made anew"'))),
    "change the description": (Bump.PATCH, lambda root: edit(root, "pyproject.toml", ("What it is.", "What it was."))),
    "change the address": (Bump.PATCH, lambda root: edit(root, "pyproject.toml", ("example.org", "example.com"))),
    "change the day of publication": (Bump.PATCH, lambda root: edit(root, "pyproject.toml", ("2024-05-01", "2024-05-02"))),
    "annotate in another order": (Bump.PATCH, lambda root: spans(root, lambda rows: rows.reverse())),
    "list fields in another order": (
        Bump.PATCH,
        lambda root: schema(root, lambda items: items.update(properties=dict(reversed(items["properties"].items())))),
    ),
    "add an article": (Bump.MINOR, add_article),
    "add a claim": (
        Bump.MINOR,
        lambda root: spans(root, lambda rows: rows.append({"id": "s2", "words": "kata1x2", "label": "LOC"})),
    ),
    "add an optional field": (
        Bump.MINOR,
        lambda root: schema(root, lambda items: items["properties"].update(note={"type": ["string", "null"]})),
    ),
    "add a required field": (Bump.MINOR, add_required),
    "add a label": (Bump.MINOR, lambda root: edit(root, "schema/annotation.json", ('"LOC"', '"LOC",\n "MISC"'))),
    "add a split": (Bump.MINOR, new_split),
    "annotation by another annotator": (Bump.MINOR, annotate_by_another),
    "fill in what an article's metadata lacked": (
        Bump.MINOR,
        lambda root: edit(root, "raw/a2.json", ('"event": "one"', '"event": "one", "date": "2024-06-01"')),
    ),
    "never null any more": (Bump.MINOR, lambda root: (add_scores(root), schema(root, lambda items: items["required"].append("score")))),
    "rename a label": (Bump.MAJOR, rename_label),
    "drop a label": (Bump.MAJOR, lambda root: schema(root, lambda items: items["properties"]["label"].update(enum=["PER", "ORG"]))),
    "list labels in another order": (Bump.MAJOR, lambda root: schema(root, set_label_order)),
    "move an article to another split": (Bump.MAJOR, lambda root: edit(root, "raw/a2.json", ('"one"', '"two"'))),
    "drop a split": (Bump.MAJOR, lambda root: edit(root, "pyproject.toml", ('"two" = "test"', '"two" = "train"'))),
    "change a span": (Bump.MAJOR, lambda root: edit(root, "annotations/a1.json", ("kata1x0", "kata1x0 kata1x1"))),
    "change a label": (Bump.MAJOR, lambda root: edit(root, "annotations/a1.json", ('"PER"', '"LOC"'))),
    "fill in what an annotation lacked": (Bump.MAJOR, lambda root: spans(root, lambda rows: rows[1].update(score=0.5))),
    "drop a claim": (Bump.MAJOR, lambda root: spans(root, lambda rows: rows.pop())),
    "drop an article": (Bump.MAJOR, lambda root: [(root / "raw" / f"a3.{end}").unlink() for end in ("txt", "json")]),
    "change the text of an article": (Bump.MAJOR, change_text),
    "rename a key": (Bump.MAJOR, rename_key),
    "drop a field": (Bump.MAJOR, lambda root: schema(root, lambda items: items["properties"].pop("score"))),
    "change the type of a field": (
        Bump.MAJOR,
        lambda root: schema(root, lambda items: items["properties"].update(score={"type": "integer"})),
    ),
    "may be null": (Bump.MAJOR, lambda root: schema(root, lambda items: items["required"].remove("label"))),
    "change the licence": (Bump.MAJOR, lambda root: edit(root, "pyproject.toml", ("CC-BY-4.0", "CC-BY-NC-4.0"))),
    "change the name": (Bump.MAJOR, lambda root: edit(root, "pyproject.toml", ('name = "made"', 'name = "other"'))),
    "nothing but the version": (Bump.NONE, lambda root: edit(root, "pyproject.toml", ("1.2.3", "1.3.0"))),
}


def add_scores(root: Path) -> None:
    spans(root, lambda rows: [row.update(score=0.5) for row in rows])


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_demands(corpus, tmp_path, name):
    bump, change = EDITS[name]
    if name == "never null any more":
        add_scores(corpus)
    new = copy_corpus(tmp_path / "new", corpus, ("pyproject.toml", "raw", "schema", "annotations", "card.md"))
    change(new)
    difference = diff(corpus, new)
    assert difference.demand.bump is bump, difference.demand
    assert bool(difference.demand.reasons) == (bump is not Bump.NONE)
    assert difference.is_empty == (bump is Bump.NONE)


def test_the_page_says_what_is_tested():
    page = (Path(__file__).parents[1] / "docs" / "versioning.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| ([^|]+?) \| (none|patch|minor|major) \|", page, re.MULTILINE))
    assert rows == {name: str(bump) for name, (bump, _) in EDITS.items()}


def test_another_annotators_change_is_a_change_too(corpus, tmp_path):
    annotate_by_another(corpus)
    new = copy_corpus(tmp_path / "new", corpus, ("pyproject.toml", "raw", "schema", "annotations", "card.md"))
    edit(new, "annotations/ben/a1.json", ('"PER"', '"LOC"'))
    demand = diff(corpus, new).demand
    assert demand.bump is Bump.MAJOR
    assert demand.reasons[0].text == "spans of other annotators: 1 record changed (a1#s0)"


@pytest.mark.parametrize(
    ("old", "bump", "least"),
    [
        ("1.2.3", Bump.NONE, "1.2.3"),
        ("1.2.3", Bump.PATCH, "1.2.4"),
        ("1.2.3", Bump.MINOR, "1.3.0"),
        ("1.2.3", Bump.MAJOR, "2.0.0"),
        ("0.3.1", Bump.NONE, "0.3.1"),
        ("0.3.1", Bump.PATCH, "0.3.2"),
        ("0.3.1", Bump.MINOR, "0.3.2"),
        ("0.3.1", Bump.MAJOR, "0.4.0"),
        ("0.0.0", Bump.MAJOR, "0.1.0"),
    ],
)
def test_the_least_version(old, bump, least):
    assert next_version(old, bump) == least
    assert suffices(old, bump, least)
    assert suffices(old, bump, "10.0.0")
    assert bump is Bump.NONE or not suffices(old, bump, old)


def test_numbers_are_compared_as_numbers():
    assert suffices("1.9.0", Bump.MINOR, "1.10.0")
    assert not suffices("1.10.0", Bump.MINOR, "1.9.0")


def test_a_changelog_names_what_was_wrong(corpus, tmp_path):
    new = copy_corpus(tmp_path / "new", corpus, ("pyproject.toml", "raw", "schema", "annotations", "card.md"))
    edit(new, "annotations/a1.json", ('"PER"', '"LOC"'))
    add_article(new)
    entry = changelog_entry(diff(corpus, new), "2.0.0", date(2024, 7, 1))
    assert entry == (
        "## 2.0.0 (2024-07-01)\n\nSince 1.2.3, a major change:\n\n- `spans: 1 record changed (a1#s0)`\n\n"
        "| table | before | after | added | removed | changed |\n|---|---:|---:|---:|---:|---:|\n"
        "| `articles` | 4 | 5 | 1 | 0 | 0 |\n| `annotations` | 1 | 1 | 0 | 0 | 0 |\n| `spans` | 2 | 2 | 0 | 0 | 1 |\n\n"
        "- `README.md` changed\n\n### Errata\n\n#### `spans`\n\n- changed: `a1#s0`\n  - `label`: `PER` → `LOC`\n"
    )


def test_a_corpus_that_was_only_opened_is_not_touched(corpus):
    before = {path: path.stat().st_mtime_ns for path in corpus.rglob("*")}
    diff(corpus, corpus=Corpus.open(corpus))
    assert {path: path.stat().st_mtime_ns for path in corpus.rglob("*")} == before


@pytest.mark.parametrize("what", [What.TABLE_ADDED, What.TABLE_REMOVED])
def test_a_table_that_comes_or_goes_is_told_in_a_line(what: What) -> None:
    assert schema_text(SchemaChange("spans", what)) == f"spans: {what.value}"
