"""Two data sets compared table by table: records, schema, splits, everybody's rows; and never more than a little at once."""

from __future__ import annotations

import copy
import json
import random
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpusbuild.difference import reading
from corpusbuild.difference.comparing import compare
from corpusbuild.difference.difference import Difference
from corpusbuild.difference.nouns import How, Kind, What
from corpusbuild.errors import CannotGoOn, UnknownName
from data_sets import ARTICLES, CLAIMS, ZONES, article, as_manifest, claim, data_set, of_annotators, span, text

ADDED, REMOVED, CHANGED, MOVED = Kind
SPEAKERS = (text("id", nullable=False, key=True), text("name"))


def kinds(difference: Difference) -> list[tuple[str, Kind, str]]:
    return [(each.table, each.kind, each.key) for each in difference]


def compared(tmp_path: Path, old: Any, new: Any, **more: Any) -> Difference:
    return compare(data_set(tmp_path / "old", old), data_set(tmp_path / "new", new), **more)


def claims(*rows: Any, fields: Any = CLAIMS) -> Any:
    return {"claims": (fields, {"train": rows})}


# ---- records ----


def test_records_are_matched_by_key_and_counted(tmp_path):
    old = claims(claim("a", "c1"), claim("a", "c2"), claim("b", "c1"))
    new = claims(claim("a", "c2", certainty="possible"), claim("a", "c3"), claim("b", "c1"))
    difference = compared(tmp_path, old, new)
    assert kinds(difference) == [("claims", REMOVED, "a#c1"), ("claims", CHANGED, "a#c2"), ("claims", ADDED, "a#c3")]
    table = difference.tables["claims"]
    assert (table.before, table.after, table.added, table.removed, table.changed) == (3, 3, 1, 1, 1)
    assert table.fields == {"certainty": {How.VALUE: 1}}
    removed, _, added = difference
    assert removed.record == claim("a", "c1")
    assert (added.record, added.article, added.split) == (claim("a", "c3"), "a", "train")


def test_an_article_in_another_split_has_moved_and_its_records_are_the_same(tmp_path):
    rows = [article("a"), article("b"), article("c")]
    old = {"articles": (ARTICLES, {"train": rows[:2], "test": rows[2:]}), "claims": (CLAIMS, {"train": [claim("b", "c1")]})}
    new = {"articles": (ARTICLES, {"train": rows[:1], "test": rows[1:]}), "claims": (CLAIMS, {"test": [claim("b", "c1")]})}
    difference = compared(tmp_path, old, new)
    assert kinds(difference) == [("articles", MOVED, "b")]
    assert [(each.before, each.after) for each in next(iter(difference)).fields] == [("train", "test")]
    assert difference.splits == {}


def test_splits_that_came_and_went_are_named(tmp_path):
    old = {"articles": (ARTICLES, {"train": [article("a")], "dev": [article("b")]})}
    new = {"articles": (ARTICLES, {"train": [article("a")], "validation": [article("b")]})}
    assert compared(tmp_path, old, new).splits == {"dev": REMOVED, "validation": ADDED}


def test_a_registry_is_matched_by_its_key_whatever_the_order(tmp_path):
    people = [{"id": "ana", "name": "Ana"}, {"id": "ben", "name": "Ben"}, {"id": "eve", "name": "Eve"}]
    changed = {"id": "ben", "name": "Benjamin"}
    old = {"speakers": (SPEAKERS, {"registry": people})}
    new = {"speakers": (SPEAKERS, {"registry": [people[2], changed, people[0]]})}
    difference = compared(tmp_path, old, new)
    assert kinds(difference) == [("speakers", CHANGED, "ben")]
    assert difference.tables["speakers"].reordered == 1


def test_a_large_registry_is_compared_in_parts_with_the_same_result(tmp_path, monkeypatch):
    old = [{"id": f"p{i}", "name": f"n{i}"} for i in range(300)]
    new = [{**each, "name": "x"} if i % 50 == 0 else each for i, each in enumerate(old) if i % 77 != 1] + [{"id": "new", "name": "y"}]
    whole = compared(tmp_path / "whole", {"speakers": (SPEAKERS, {"registry": old})}, {"speakers": (SPEAKERS, {"registry": new})})
    held = []
    real = reading.part_of_registry
    monkeypatch.setattr("corpusbuild.difference.records.PART", 40)
    monkeypatch.setattr("corpusbuild.difference.records.part_of_registry", lambda *words: held.append(real(*words)) or held[-1])
    parts = compared(tmp_path / "parts", {"speakers": (SPEAKERS, {"registry": old})}, {"speakers": (SPEAKERS, {"registry": new})})
    assert sorted(kinds(parts)) == sorted(kinds(whole))
    assert len(held) > 10
    assert max(map(len, held)) < 100


def test_a_zone_that_came_first_changes_no_other(tmp_path):
    old = [{"article_id": "a", "extent": span(10 * i, f"words {i}"), "kind": "body"} for i in range(1, 5)]
    new = [{"article_id": "a", "extent": span(0, "Title"), "kind": "headline"}, *old]
    difference = compared(tmp_path, {"zones": (ZONES, {"train": old})}, {"zones": (ZONES, {"train": new})})
    assert kinds(difference) == [("zones", ADDED, "a[0]")]


# ---- everybody's rows ----


def by_annotators(fields, *rows):
    return {"claims_by_annotator": (of_annotators(fields), {"train": [{**row, "annotator": who} for who, row in rows]})}


def test_of_everybodys_rows_only_those_that_the_plain_table_lacks_are_compared(tmp_path):
    gold = claim("a", "c1")
    old = claims(gold) | by_annotators(CLAIMS, ("ana", gold), ("ben", gold))
    better = claim("a", "c1", certainty="possible")
    new = claims(better) | by_annotators(CLAIMS, ("ana", better), ("ben", gold), ("eve", gold))
    difference = compared(tmp_path, old, new)
    assert kinds(difference) == [("claims", CHANGED, "a#c1"), ("claims_by_annotator", ADDED, "a#c1")]
    assert list(difference)[1].annotator == "eve"
    assert (difference.tables["claims_by_annotator"].before, difference.tables["claims_by_annotator"].after) == (1, 2)


def test_another_gold_annotator_makes_everybodys_rows_worth_comparing(tmp_path):
    one, other = claim("a", "c1"), claim("a", "c1", certainty="possible")
    both = by_annotators(CLAIMS, ("ana", one), ("ben", other))
    old, new = data_set(tmp_path / "old", claims(one) | both), data_set(tmp_path / "new", claims(other) | both, gold="ben")
    difference = compare(old, new)
    assert kinds(difference) == [("claims", CHANGED, "a#c1")]
    assert [(each.name, each.before, each.after) for each in difference.metadata] == [("gold", "ana", "ben")]


def test_shared_entries_of_a_registry_are_not_told_of_twice(tmp_path):
    rows = [{"id": "ana", "name": "Ana"}]
    fields = (text("annotator"), *SPEAKERS)
    old = {"speakers": (SPEAKERS, {"registry": rows}), "speakers_by_annotator": (fields, {})}
    own = [{"annotator": None, **rows[0]}, {"annotator": "ben", "id": "x", "name": "X"}]
    new = {"speakers": (SPEAKERS, {"registry": rows}), "speakers_by_annotator": (fields, {"registry": own})}
    difference = compared(tmp_path, old, new)
    assert [(each.key, each.annotator) for each in difference] == [("x", "ben")]


def test_everybodys_rows_without_a_key_are_counted_annotator_by_annotator(tmp_path):
    def zones(kind):
        rows = [(who, start) for who in ("ana", "ben") for start in (0, 9)]
        told = [{"article_id": "a", "annotator": who, "extent": span(start, "Kata"), "kind": "body"} for who, start in rows]
        told[3]["kind"] = kind
        return {"zones": (ZONES, {"train": []}), "zones_by_annotator": (of_annotators(ZONES), {"train": told})}

    difference = compared(tmp_path, zones("body"), zones("headline"))
    assert [(each.kind, each.key, each.annotator) for each in difference] == [(CHANGED, "a[1]", "ben")]


def test_files_besides_the_data_that_came_went_and_changed_are_named(tmp_path):
    old, new = (data_set(tmp_path / name, claims(claim("a", "c1"))) for name in ("old", "new"))
    for side, files in (
        (old, {"schema/a.json": "1", "notes.md": "1", "same.txt": "1"}),
        (new, {"schema/a.json": "2", "more.md": "1", "same.txt": "1"}),
    ):
        side.manifest["files"] |= {path: {"bytes": 1, "sha256": digest} for path, digest in files.items()}
    assert compare(old, new).files == {"more.md": ADDED, "notes.md": REMOVED, "schema/a.json": CHANGED}


# ---- schema ----


def renamed(fields, **types):
    return tuple(replace(each, **types[each.name]) if each.name in types else each for each in fields)


def whats(difference):
    return [(each.what, each.field, each.before, each.after) for each in difference.schema]


def test_fields_that_came_and_went_are_no_changes_of_records(tmp_path):
    fields = (*CLAIMS[:-1], text("note"))
    row = claim("a", "c1")
    other = {name: value for name, value in row.items() if name != "weight"} | {"note": "x"}
    difference = compared(tmp_path, claims(row), claims(other, fields=fields))
    assert whats(difference) == [
        (What.FIELD_REMOVED, "weight", "double or null", None),
        (What.FIELD_ADDED, "note", None, "string or null"),
    ]
    assert difference.same_records


def test_a_field_that_came_deep_inside_is_found_there(tmp_path):
    via = next(each for each in CLAIMS if each.name == "via")
    item = replace(via.item, fields=(*via.item.fields, text("date")))
    old = claim("a", "c1", via=[{"speaker": "tass", "words": None}])
    new = claim("a", "c1", via=[{"speaker": "kcna", "words": None, "date": "2024"}])
    difference = compared(tmp_path, claims(old), claims(new, fields=renamed(CLAIMS, via={"item": item})))
    assert whats(difference) == [(What.FIELD_ADDED, "via[].date", None, "string or null")]
    assert [each.where for each in next(iter(difference)).fields] == ["via[0].speaker"]


def test_a_type_that_changed_is_said_once_and_not_for_every_record(tmp_path):
    fields = renamed(CLAIMS, weight={"type": "string"})
    difference = compared(tmp_path, claims(claim("a", "c1")), claims(claim("a", "c1", weight="1.0"), fields=fields))
    assert whats(difference) == [(What.TYPE, "weight", "double", "string")]
    assert difference.same_records


def test_what_may_be_null_is_compared(tmp_path):
    difference = compared(tmp_path, claims(claim("a", "c1")), claims(claim("a", "c1"), fields=renamed(CLAIMS, cue={"nullable": False})))
    assert whats(difference) == [(What.NEVER_NULL, "cue", "span or null", "span")]
    assert difference.same_records


def test_another_key_and_another_registry_are_changes_of_the_schema(tmp_path):
    via = next(each for each in CLAIMS if each.name == "via")
    item = replace(via.item, fields=(replace(via.item.fields[0], ref="agencies"), *via.item.fields[1:]))
    fields = renamed(CLAIMS, id={"key": False}, via={"item": item})
    difference = compared(tmp_path, claims(claim("a", "c1")), claims(claim("a", "c1"), fields=fields))
    assert whats(difference) == [(What.KEY, "id", "key", None), (What.REFERENCE, "via[].speaker", None, "agencies")]
    assert difference.same_records


LABELS = {
    "renamed": (
        ["certain", "certain", "possible"],
        ["sure", "sure", "possible"],
        ("sure", "possible", "unlikely"),
        (What.LABEL_RENAMED, 2),
    ),
    "not everywhere": (["certain", "certain"], ["sure", "possible"], ("sure", "possible", "unlikely"), None),
    "joined by another": (["certain", "possible"], ["sure", "sure"], ("sure", "possible", "unlikely"), None),
    "beside another change": (
        ["certain", "possible"],
        ["sure", "unlikely"],
        ("sure", "possible", "unlikely"),
        (What.LABEL_RENAMED, 1),
    ),
    "no rows": (["possible"], ["possible"], ("sure", "possible", "unlikely"), None),
}


@pytest.mark.parametrize("name", LABELS)
def test_a_label_is_taken_as_renamed_only_where_the_rows_say_so(tmp_path, name):
    before, after, labels, expected = LABELS[name]
    old = [claim("a", f"c{i}", certainty=each) for i, each in enumerate(before)]
    new = [claim("a", f"c{i}", certainty=each) for i, each in enumerate(after)]
    difference = compared(tmp_path, claims(*old), claims(*new, fields=renamed(CLAIMS, certainty={"labels": labels})))
    if expected is None:
        assert {each.what for each in difference.schema} == {What.LABEL_ADDED, What.LABEL_REMOVED}
    else:
        assert [(each.what, each.rows) for each in difference.schema] == [expected]
        assert whats(difference)[0][2:] == ("certain", "sure")


def test_labels_whose_numbers_change_are_told_of(tmp_path):
    rows = claim("a", "c1")
    at_end = compared(tmp_path / "1", claims(rows), claims(rows, fields=renamed(CLAIMS, certainty={"labels": (*CLAIMS[5].labels, "x")})))
    first = compared(tmp_path / "2", claims(rows), claims(rows, fields=renamed(CLAIMS, certainty={"labels": ("x", *CLAIMS[5].labels)})))
    assert [each.what for each in at_end.schema] == [What.LABEL_ADDED]
    assert [each.what for each in first.schema] == [What.LABEL_ADDED, What.LABELS_RENUMBERED]


def test_tables_that_came_and_went(tmp_path):
    zones = {"zones": (ZONES, {"train": [{"article_id": "a", "extent": None, "kind": "body"}]})}
    difference = compared(tmp_path, claims(claim("a", "c1")), zones)
    assert [(each.table, each.what) for each in difference.schema] == [("claims", What.TABLE_REMOVED), ("zones", What.TABLE_ADDED)]
    assert kinds(difference) == [("claims", REMOVED, "a#c1"), ("zones", ADDED, "a[0]")]
    assert (difference.tables["claims"].after, difference.tables["zones"].before) == (None, None)


def test_a_registry_that_became_a_table_of_articles_is_another_table(tmp_path):
    difference = compared(tmp_path, {"claims": (SPEAKERS, {"registry": [{"id": "x", "name": "X"}]})}, claims(claim("a", "c1")))
    assert kinds(difference) == [("claims", REMOVED, "x"), ("claims", ADDED, "a#c1")]


def test_one_table_alone(tmp_path):
    old = claims(claim("a", "c1")) | {"articles": (ARTICLES, {"train": [article("a")]})}
    new = claims(claim("a", "c2")) | {"articles": (ARTICLES, {"train": [article("a", "Other words.")]})}
    assert {each.table for each in compared(tmp_path, old, new, table="claims")} == {"claims"}
    with pytest.raises(UnknownName, match="claim"):
        compared(tmp_path / "again", old, new, table="claim")


# ---- what is damaged ----


def test_rows_out_of_order_are_refused(tmp_path):
    with pytest.raises(CannotGoOn, match="not in the order of article ids"):
        list(kinds(compared(tmp_path, claims(claim("b", "c1"), claim("a", "c1")), claims(claim("a", "c1")))))


def test_an_article_in_two_splits_is_refused(tmp_path):
    old = {"articles": (ARTICLES, {"train": [article("a")], "test": [article("a")]})}
    with pytest.raises(CannotGoOn, match='"a" is in two splits'):
        compared(tmp_path, old, {"articles": (ARTICLES, {"train": [article("a", "x")]})})


def test_a_file_that_is_not_there_or_not_parquet_is_an_error_with_its_name(tmp_path):
    old, new = data_set(tmp_path / "old", claims(claim("a", "c1"))), data_set(tmp_path / "new", claims(claim("a", "c2")))
    path = old.folder / "data/claims/train-00000-of-00001.parquet"
    path.write_bytes(b"PAR1 no")
    with pytest.raises(CannotGoOn, match=r"data/claims/train-00000-of-00001\.parquet cannot be read"):
        compare(old, new)
    path.unlink()
    with pytest.raises(CannotGoOn, match="cannot be read"):
        compare(old, new)


def test_a_manifest_that_names_columns_the_data_lack_is_an_error(tmp_path):
    old, new = data_set(tmp_path / "old", claims(claim("a", "c1"))), data_set(tmp_path / "new", claims(claim("a", "c2")))
    new.manifest["tables"]["claims"]["fields"].append(as_manifest(text("made_up")))
    with pytest.raises(CannotGoOn, match="no column made_up"):
        compare(old, new)


# ---- laws ----

IDS = st.sampled_from("abcdefg")
KEYS = st.sampled_from(["c1", "c2", "c3", "c4"])
SPANS = st.builds(span, st.integers(0, 50), st.sampled_from(["says", "said", "told us"]))
VALUES = st.fixed_dictionaries(
    {},
    optional={
        "cue": st.none() | SPANS,
        "content": st.lists(SPANS, max_size=3),
        "certainty": st.sampled_from(["certain", "possible", "unlikely"]),
        "speakers": st.lists(st.sampled_from(["ana", "ben", "eve"]), max_size=3),
        "via": st.lists(st.fixed_dictionaries({"speaker": st.none() | st.just("tass"), "words": st.none() | SPANS}), max_size=2),
        "weight": st.none() | st.floats(-5, 5),
    },
)
STATES = st.dictionaries(st.tuples(IDS, KEYS), VALUES, max_size=12)
SPLIT_OF = st.fixed_dictionaries({name: st.sampled_from(["train", "test"]) for name in "abcdefg"})


def state(values, split_of) -> Any:
    rows = {
        split: [claim(*key, **more) for key, more in sorted(values.items()) if split_of[key[0]] == split] for split in ("train", "test")
    }
    names = sorted({key[0] for key in values})
    articles = {split: [article(name) for name in names if split_of[name] == split] for split in ("train", "test")}
    return {"articles": (ARTICLES, articles), "claims": (CLAIMS, rows)}


@given(STATES, SPLIT_OF)
def test_nothing_differs_from_itself(tmp_path_factory, values, split_of):
    folder = tmp_path_factory.mktemp("law")
    # Other row groups, so that every row is read, and not the digests alone.
    one, other = data_set(folder / "a", state(values, split_of), group=2), data_set(folder / "b", state(values, split_of), group=3)
    difference = compare(one, other)
    assert list(difference) == []
    assert difference.same_records


@given(STATES, SPLIT_OF, st.dictionaries(st.tuples(IDS, KEYS), st.none() | VALUES, max_size=6), SPLIT_OF)
def test_a_difference_is_exactly_the_edits_and_mirrored_the_other_way_round(tmp_path_factory, values, split_of, edits, new_split_of):
    folder = tmp_path_factory.mktemp("law")
    edited = {key: value for key, value in (copy.deepcopy(values) | edits).items() if value is not None}
    old, new = data_set(folder / "old", state(values, split_of)), data_set(folder / "new", state(edited, new_split_of))
    before, after = ({f"{a}#{k}": claim(a, k, **more) for (a, k), more in each.items()} for each in (values, edited))
    articles = [{key[0] for key in each} for each in (values, edited)]
    expected = {("claims", REMOVED, key) for key in before.keys() - after.keys()}
    expected |= {("claims", ADDED, key) for key in after.keys() - before.keys()}
    expected |= {("claims", CHANGED, key) for key in before.keys() & after.keys() if before[key] != after[key]}
    expected |= {("articles", REMOVED, name) for name in articles[0] - articles[1]}
    expected |= {("articles", ADDED, name) for name in articles[1] - articles[0]}
    expected |= {("articles", MOVED, name) for name in articles[0] & articles[1] if split_of[name] != new_split_of[name]}
    forth, back = compare(old, new), compare(new, old)
    assert sorted(kinds(forth)) == sorted(expected)
    for each in forth:
        fields = [field.path[0] for field in each.fields]
        if each.kind is CHANGED:
            assert set(fields) == {name for name in before[each.key] if before[each.key][name] != after[each.key][name]}
    other = {ADDED: REMOVED, REMOVED: ADDED}
    mirror = {How.CAME: How.WENT, How.WENT: How.CAME}
    assert sorted((table, other.get(kind, kind), key) for table, kind, key in kinds(forth)) == sorted(kinds(back))
    turned = [(each.key, f.path, mirror.get(f.how, f.how), f.after, f.before) for each in forth for f in each.fields]
    there = [(each.key, f.path, f.how, f.before, f.after) for each in back for f in each.fields]
    assert sorted(turned, key=str) == sorted(there, key=str)
    assert {name: (t.added, t.removed, t.changed) for name, t in forth.tables.items()} == {
        name: (t.removed, t.added, t.changed) for name, t in back.tables.items()
    }


# ---- memory ----

MEASURE = """
import json, sys, tracemalloc
from pathlib import Path
import pyarrow as pa
from corpusbuild.difference.comparing import compare
from corpusbuild.difference.reading import Side
sides = [Side(path, Path(path), json.loads(Path(path, "m.json").read_text())) for path in sys.argv[1:]]
tracemalloc.start()
found = compare(*sides)
count = sum(1 for _ in found)
print(json.dumps([count, tracemalloc.get_traced_memory()[1], pa.default_memory_pool().max_memory()]))
"""


def test_tables_larger_than_what_is_held_are_compared(tmp_path):
    sizes = []
    for name, words in (("old", "says"), ("new", "said")):
        chance = random.Random(3)  # noqa: S311  a test's texts
        rows = [article(f"a{i:05d}", f"{words} {chance.randbytes(16_000).hex()}") for i in range(1500)]
        side = data_set(tmp_path / name, {"articles": (ARTICLES, {"train": rows})}, group=500)
        (tmp_path / name / "m.json").write_text(json.dumps(side.manifest))
        sizes.append(sum(len(row["text"]) for row in rows))
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, str(tmp_path / "old"), str(tmp_path / "new")], capture_output=True, text=True, check=True
    )
    count, python, arrow = json.loads(done.stdout)
    assert count == 1500
    # Every record differs, 48 MB on each side and 96 MB of what is found.
    assert min(sizes) > 45_000_000
    assert python < 8_000_000
    assert arrow < 32_000_000
