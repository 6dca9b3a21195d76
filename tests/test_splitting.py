"""Splits: what decides an article's split, in which order; a group is never cut."""

from __future__ import annotations

import random
from collections import Counter
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpusbuild import Corpus, Report, splitting
from corpusbuild.corpus.config import Splits
from corpusbuild.splitting import by_hash
from dealing_by_name import Tie, deal
from generated import Record, make_corpus, unlike

RATIOS = {"train": 0.8, "validation": 0.1, "test": 0.1}

# ---- the hash ----


def test_the_hash_approximates_the_ratios_over_many_groups() -> None:
    counts = Counter(by_hash(f"event-{number}", RATIOS) for number in range(20_000))
    assert {split: round(count / 20_000, 2) for split, count in counts.items()} == RATIOS


def test_ratios_are_shares_that_need_not_add_up_to_one() -> None:
    thirds = {"a": 1, "b": 1, "c": 1}
    counts = Counter(by_hash(f"g{number}", thirds) for number in range(9000))
    assert all(2800 < counts[split] < 3200 for split in thirds)
    for number in range(200):
        assert by_hash(f"g{number}", RATIOS) == by_hash(f"g{number}", {split: share * 37 for split, share in RATIOS.items()})


def test_the_hash_is_never_to_change() -> None:
    """These are in the locks of people's corpora."""
    assert [by_hash(name, RATIOS) for name in ("summit-2023", "summit-2024", "", "peristiwa", "é", "平壤")] == HASHED


@pytest.mark.parametrize(
    ("digest", "ratios", "split"),
    [
        ("00", RATIOS, "train"),
        ("ff", RATIOS, "test"),
        ("ff", {"a": 1, "b": 1, "c": 1}, "c"),
        ("80", {"a": 1, "b": 1}, "b"),
        ("7f", {"a": 1, "b": 1}, "a"),
    ],
)
def test_a_hash_at_an_edge_falls_into_one_split(digest: str, ratios: dict[str, float], split: str) -> None:
    """The greatest number there is rounds to the end of the line, which is in no part of it."""
    with pytest.MonkeyPatch.context() as patch:
        rest = "ff" if digest == "ff" else "00"
        patch.setattr(
            splitting, "hashlib", SimpleNamespace(sha256=lambda _: SimpleNamespace(digest=lambda: bytes.fromhex(digest + 31 * rest)))
        )
        assert by_hash("g", ratios) == split


HASHED = ["train", "train", "validation", "validation", "train", "train"]


@given(st.dictionaries(st.text(min_size=1, max_size=5), st.none() | st.sampled_from(["g1", "g2", "g3", "g4"]), max_size=12), st.randoms())
def test_the_split_of_a_group_depends_on_its_name_only(groups: dict[str, str | None], chance: random.Random) -> None:
    splits = Splits(group="event", ratios=RATIOS)
    dealt = deal(groups, [], splits).split
    assert dealt == {article: by_hash(group if group is not None else article, RATIOS) for article, group in groups.items()}
    order = list(groups)
    chance.shuffle(order)
    some = order[: len(order) // 2]
    assert deal({article: groups[article] for article in some}, [], splits).split == {article: dealt[article] for article in some}


# ---- assign, ties ----


@st.composite
def corpora(draw: st.DrawFn) -> tuple[dict[str, str | None], list[Tie], Splits]:
    articles = [f"a{number}" for number in range(draw(st.integers(1, 10)))]
    groups = {article: draw(st.none() | st.sampled_from(["g1", "g2", "g3", "g4", "g5"])) for article in articles}
    pairs = st.tuples(st.sampled_from(articles), st.sampled_from(articles)).filter(lambda pair: pair[0] != pair[1])
    ties = [Tie(*pair, draw(st.none() | st.floats(0.6, 1))) for pair in draw(st.lists(pairs, max_size=6))] if len(articles) > 1 else []
    assign = draw(st.dictionaries(st.sampled_from(["g1", "g2", "g3", "a1"]), st.sampled_from(["train", "test"]), max_size=3))
    return groups, ties, Splits(group="event", ratios=draw(st.sampled_from([{}, RATIOS])), assign=assign)


@given(corpora())
def test_groups_are_never_cut_assign_comes_first_and_ties_hold(case: tuple[dict[str, str | None], list[Tie], Splits]) -> None:
    groups, ties, splits = case
    dealing = deal(groups, ties, splits)
    of_group: dict[str, set[str | None]] = {}
    for article, group in groups.items():
        name = group if group is not None else article
        of_group.setdefault(name, set()).add(dealing.split.get(article))
        if name in splits.assign:
            assert dealing.split[article] == splits.assign[name]
        assert (article in dealing.split) or (name in dealing.unplaced or splits.assign)
    assert all(len(found) == 1 for found in of_group.values())
    refused = [conflict.tie for conflict in dealing.conflicts]
    for tie in ties:
        together = dealing.split.get(tie.article) == dealing.split.get(tie.other)
        assert together or tie in refused
    for conflict in dealing.conflicts:
        assert conflict.splits == (dealing.split[conflict.tie.article], dealing.split[conflict.tie.other])
        assert conflict.splits[0] != conflict.splits[1]
    if splits.ratios or not splits.assign:
        assert dealing.split.keys() == groups.keys()
        assert not dealing.unplaced


def test_without_splits_everything_is_train() -> None:
    assert deal({"a": None, "b": "x"}, [], Splits()).split == {"a": "train", "b": "train"}


def test_an_article_without_a_group_is_a_group_of_its_own() -> None:
    dealing = deal({"a": None, "b": None, "c": "g", "d": "g"}, [], Splits(group="event", ratios=RATIOS))
    assert dealing.groups == 3


def test_a_tie_takes_a_group_along() -> None:
    splits = Splits(group="event", assign={"new": "test"}, ratios={"train": 1.0})
    groups = {"a1": "old", "a2": "old", "b1": "new"}
    assert deal(groups, [], splits).split == {"a1": "train", "a2": "train", "b1": "test"}
    assert deal(groups, [Tie("a2", "b1")], splits).split == {"a1": "test", "a2": "test", "b1": "test"}


def test_tied_groups_go_by_the_first_of_their_names() -> None:
    names = [f"g{number}" for number in range(30)]
    groups = {f"a-{name}": name for name in names}
    splits = Splits(group="event", ratios=RATIOS)
    for one, other in zip(names, names[1:] + names[:1], strict=True):
        dealt = deal(groups, [Tie(f"a-{one}", f"a-{other}")], splits).split
        assert dealt[f"a-{one}"] == dealt[f"a-{other}"] == by_hash(min(one, other), RATIOS)


def test_the_first_of_their_names_is_the_first_in_byte_order_whichever_article_comes_first() -> None:
    splits = Splits(group="event", ratios=RATIOS)
    names = [f"g{number}" for number in range(30)]
    assert len({by_hash(name, RATIOS) for name in names}) > 1
    for one, other in pairwise(names):
        dealt = deal({"a": max(one, other), "b": min(one, other)}, [Tie("a", "b")], splits).split
        assert dealt == dict.fromkeys(("a", "b"), by_hash(min(one, other), RATIOS))


def test_what_config_holds_apart_stays_apart_and_is_said() -> None:
    splits = Splits(group="event", assign={"g1": "train", "g2": "test"})
    tie = Tie("a", "b", 0.9)
    dealing = deal({"a": "g1", "b": "g2"}, [tie], splits)
    assert dealing.split == {"a": "train", "b": "test"}
    assert [(conflict.tie, conflict.splits) for conflict in dealing.conflicts] == [(tie, ("train", "test"))]


def test_a_group_that_no_split_is_named_for() -> None:
    dealing = deal({"a": "g1", "b": "g2", "c": "g2", "d": None}, [], Splits(group="event", assign={"g1": "train"}))
    assert dealing.unplaced == {"g2": "b", "d": "d"}
    assert dealing.split == {"a": "train"}


# ---- the lock ----


def test_a_new_member_goes_where_the_lock_has_its_group() -> None:
    splits = Splits(group="event", ratios={"train": 1, "test": 1e-9})
    dealing = deal({"a": "g", "b": "g", "c": "h"}, [], splits, {"b": "test"})
    assert dealing.split == {"a": "test", "b": "test", "c": "train"}
    assert (dealing.moved, dealing.torn) == ({}, [])
    assert deal({"a": "g", "c": "h"}, [Tie("a", "c")], splits, {"c": "test"}).split == {"a": "test", "c": "test"}


def test_a_group_that_the_lock_has_in_two_splits_is_told_for_each_member_that_is_elsewhere() -> None:
    splits = Splits(group="event", ratios={"train": 1, "test": 1})
    groups = {"a": "f", "b": "g", "c": "g", "d": "g", "e": "g"}
    dealing = deal(groups, [], splits, {"a": "test", "b": "train", "c": "test", "d": "train", "e": "test"})
    assert dealing.torn == [("g", ("b", "c"), ("train", "test")), ("g", ("b", "e"), ("train", "test"))]
    assert dealing.split == {"a": "test", **dict.fromkeys("bcde", "train")}
    assert dealing.moved == {"c": "test", "e": "test"}


def test_the_config_comes_before_the_lock() -> None:
    splits = Splits(group="event", ratios={"train": 1, "test": 1e-9}, assign={"f": "train", "none": "test"})
    dealing = deal({"a": "f", "b": "g"}, [], splits, {"a": "test", "b": "test"})
    assert dealing.split == {"a": "train", "b": "test"}
    assert dealing.moved == {"a": "test"}
    assert dealing.torn == []


def test_a_split_that_there_is_no_more_holds_nothing() -> None:
    splits = Splits(group="event", ratios={"train": 1, "test": 1e-9})
    dealing = deal({"a": "g", "b": "g"}, [], splits, {"a": "dev", "b": "test"})
    assert dealing.split == {"a": "test", "b": "test"}
    assert dealing.moved == {"a": "dev"}
    assert dealing.torn == []


def test_an_article_that_no_split_is_named_for_has_not_moved() -> None:
    dealing = deal({"a": "g", "b": "h"}, [], Splits(group="event", assign={"h": "train"}), {"a": "dev", "b": "train"})
    assert dealing.split == {"b": "train"}
    assert dealing.moved == {}
    assert dealing.unplaced == {"g": "a"}


# ---- from outside ----


def records(*events: str | None, **changes: dict[str, Any]) -> list[Record]:
    """Articles a0, a1, … of these events, with texts that are not alike."""
    found = [{"id": f"a{number}", "text": unlike(number), "event": event} for number, event in enumerate(events)]
    return [{**each, **changes.get(each["id"], {})} for each in found]


def checked(root: Path, articles: list[Record], config: str) -> Report:
    documents = [{"article": each["id"], "annotator": "ana"} for each in articles]
    return Corpus.open(make_corpus(root / "corpus", articles, documents, config), search=False).check()


def only(report: Report) -> Any:
    (found,) = report
    return found


def test_fewer_groups_than_splits_names_both_numbers(tmp_path: Path) -> None:
    config = '[tool.corpusbuild.splits]\ngroup = "event"\nratios = { train = 0.8, validation = 0.1, test = 0.1 }\n'
    found = only(checked(tmp_path, records("g1", "g2", "g2"), config))
    assert found.finding.code == "CB507"
    assert "2 groups" in found.finding.message
    assert "3 splits" in found.finding.message
    assert (found.place.path, found.place.line) == ("pyproject.toml", 3)


def test_ties_make_fewer_groups(tmp_path: Path) -> None:
    config = '[tool.corpusbuild.splits]\ngroup = "event"\nratios = { train = 0.8, test = 0.2 }\n'
    report = checked(tmp_path, records("g1", "g2", a1={"based_on": "a0"}), config)
    assert "1 group for 2 splits" in only(report).finding.message


def test_a_derived_text_assigned_away_from_its_original(tmp_path: Path) -> None:
    config = '[tool.corpusbuild.splits]\ngroup = "event"\nassign = { g1 = "train", g2 = "test" }\n'
    found = only(checked(tmp_path, records("g1", "g2", a1={"based_on": "a0"}), config))
    assert found.finding.code == "CB502"
    assert found.place.path == "raw/a1.json"
    assert found.place.pointer == "/based_on"
    for word in ("a0", "a1", "train", "test"):
        assert word in found.finding.message


def test_near_duplicates_assigned_apart_are_both_shown(tmp_path: Path) -> None:
    config = '[tool.corpusbuild.splits]\ngroup = "event"\nassign = { g1 = "train", g2 = "test" }\n'
    found = only(checked(tmp_path, records("g1", "g2", a1={"text": "Judul lain. " + unlike(0)}), config))
    assert found.finding.code == "CB503"
    assert {found.place.path, *(place.path for place in found.also)} == {"raw/a0.txt", "raw/a1.txt"}
    for word in ("a0", "a1", "train", "test"):
        assert word in found.finding.message


@pytest.mark.parametrize("text", ["Judul lain. " + unlike(0), unlike(0)], ids=["nearly", "quite"])
def test_near_duplicates_that_nothing_holds_apart_join(tmp_path: Path, text: str) -> None:
    config = '[tool.corpusbuild.splits]\ngroup = "event"\nratios = { x = 1, y = 1, z = 1 }\n'
    articles = records(*(f"g{number}" for number in range(12)), **{f"a{number}": {"text": text} for number in range(1, 4)})
    corpus = Corpus.open(make_corpus(tmp_path / "corpus", articles, config=config), search=False)
    made = corpus.make()
    assert made.ok
    import pyarrow.parquet as pq

    splits = {}
    for file in (made.path / "data" / "articles").iterdir():
        splits.update(dict.fromkeys(pq.read_table(file, columns=["article_id"])["article_id"].to_pylist(), file.name.split("-")[0]))
    assert len(splits) == 12
    assert len({splits[f"a{number}"] for number in range(4)}) == 1
    assert len(set(splits.values())) == 3


def test_an_unknown_group_and_a_group_without_a_split(tmp_path: Path) -> None:
    config = '[tool.corpusbuild.splits]\ngroup = "event"\nassign = { g1 = "train", kunjungan = "train" }\n'
    report = checked(tmp_path, records("g1", "pidato"), config)
    assert [(each.finding.code, each.place.path, each.place.line) for each in report] == [
        ("CB510", "pyproject.toml", 5),
        ("CB509", "raw/a1.json", 1),
    ]


def test_a_split_that_nothing_is_in(tmp_path: Path) -> None:
    config = '[tool.corpusbuild.splits]\ngroup = "event"\nratios = { train = 1e9, test = 1e-9 }\n'
    found = only(checked(tmp_path, records("g1", "g2"), config))
    assert found.finding.code == "CB506"
    assert '"test"' in found.finding.message
    assert found.finding.severity == "warning"
