"""Near-duplicates: MinHash proposes, exact Jaccard similarity decides."""

from __future__ import annotations

import random
import re
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpusbuild import Corpus, similarity
from corpusbuild.similarity import PERMUTATIONS, Sketches, jaccard, packed_pairs, proposed_pairs, shingles, sketches
from generated import make_corpus, unlike

# Letters of several lengths in UTF-8, digits, marks within and between words, an emoji, a line feed; letters whose
# lower case is longer, is ASCII, or depends on what is beside them; half of a surrogate pair, which is told elsewhere.
ALPHABET = "abCDéÉ平\U0001f6001_  \n.,'-\u2013\u2014\u2019\u201c\u201d\u2026\u3001Σ\u0130\u212a\x00\ud800"
MARKS = "\u00a0\u00ab\u00bb\u2010\u2011\u2013\u2014\u2018\u2019\u201c\u201d\u201e\u2026\u3001\u3002"
texts = st.text(ALPHABET, max_size=60)

# ---- what is too simple to be wrong ----


def words(text: str) -> list[str]:
    """Runs of letters, digits and marks that combine; above ASCII everything counts but punctuation that news uses."""
    return re.findall("[0-9a-z_\u0080-\U0010ffff]+", re.sub(f"[{MARKS}]", " ", text.lower()))


def runs(text: str, size: int) -> list[tuple[str, ...]]:
    found = words(text)
    return [tuple(found[at : at + size]) for at in range(len(found) - size + 1)]


def exact(one: str, other: str, size: int) -> float:
    ours, theirs = set(runs(one, size)), set(runs(other, size))
    return len(ours & theirs) / len(ours | theirs) if ours and theirs else 0.0


# ---- shingles ----


@given(st.lists(texts, max_size=6), st.integers(1, 5))
def test_shingles_are_the_runs_of_words(many: list[str], size: int) -> None:
    found = shingles(many, size)
    assert len(found) == len(many)
    hashed: dict[tuple[str, ...], int] = {}
    for text, values in zip(many, found, strict=True):
        plain = runs(text, size)
        assert len(values) == len(plain)
        assert len(np.unique(values)) == len(set(plain))
        # The same run has the same hash in every text, at every place; another run has another.
        for run, value in zip(plain, values.tolist(), strict=True):
            assert hashed.setdefault(run, value) == value
    assert len(set(hashed.values())) == len(hashed)


@given(st.lists(texts, min_size=1, max_size=6), st.integers(1, 5), st.data())
def test_what_a_text_is_compared_by_does_not_depend_on_its_neighbours(many: list[str], size: int, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(many) - 1))
    alone, together = shingles([many[at]], size), shingles(many, size)
    assert alone[0].tolist() == together[at].tolist()
    assert sketches(alone)[0].tolist() == sketches(together)[at].tolist()


def test_each_sketch_is_worked_out_once_whatever_is_worked_out_with_it() -> None:
    sets = shingles(["" if number % 3 == 0 else unlike(number) for number in range(20)], 5)
    together, counts, work_out = sketches(sets), list[int](), similarity._sketched

    def look(some: list[Any]) -> Any:
        counts.append(len(some))
        return work_out(some)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(similarity, "_SKETCHED", 4)
        patch.setattr(similarity, "_sketched", look)
        assert sketches(sets).tolist() == together.tolist()
    assert counts == [4, 4, 4, 1]


def test_texts_longer_than_a_batch_are_cut_nowhere() -> None:
    chance = random.Random(3)  # noqa: S311  a test
    many = [" ".join(f"k{chance.randrange(500)}" for _ in range(chance.choice([3, 40, 30_000]))) for _ in range(9)]
    found = shingles(many, 5)
    for text, values in zip(many, found, strict=True):
        assert len(values) == len(runs(text, 5))
        assert len(np.unique(values)) == len(set(runs(text, 5)))


@given(st.lists(st.sampled_from(["", "a", "satu", "satu dua ", "satu dua tiga"]), max_size=12))
def test_texts_are_worked_out_together_until_they_are_long_enough(many: list[str]) -> None:
    batches: list[list[int]] = []
    work_out = similarity._batch_shingles

    def look(texts: list[bytes], size: int) -> list[Any]:
        batches.append([len(text) for text in texts])
        return work_out(texts, size)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(similarity, "_BATCH", 9)
        patch.setattr(similarity, "_batch_shingles", look)
        assert len(shingles(many, 2)) == len(many)
    assert [length for batch in batches for length in batch] == [len(text) for text in many]
    assert all(sum(batch[:-1]) < 9 for batch in batches)
    assert all(sum(batch) >= 9 for batch in batches[:-1])


def test_case_and_marks_do_not_count() -> None:
    one, other = shingles(["Presiden “Putin” berkata: di Vostochny", "presiden putin BERKATA di vostochny…"], 3)
    assert one.tolist() == other.tolist()


def test_the_hashes_are_never_to_change() -> None:
    """Which pairs are proposed decides splits, and so the bytes of data sets that people have published."""
    (values,) = shingles(["satu dua tiga empat lima enam"], 5)
    assert values.tolist() == HASHES


HASHES = [15176171734961171197, 17208324608734683970]


def mixed(value: int) -> int:
    """The finaliser of SplitMix64."""
    value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9 % 2**64
    value = (value ^ value >> 27) * 0x94D049BB133111EB % 2**64
    return value ^ value >> 31


def shingle(run: tuple[str, ...]) -> int:
    hashes = [mixed(sum(byte * pow(0x9E3779B97F4A7C15, i, 2**64) for i, byte in enumerate(word.encode())) % 2**64) for word in run]
    return mixed(sum(each * pow(0xD6E8FEB86659FD93, i + 1, 2**64) for i, each in enumerate(hashes)) % 2**64)


@given(st.lists(st.lists(st.text("abcé平", min_size=1, max_size=40), max_size=12).map(" ".join), max_size=4), st.integers(1, 3))
def test_a_shingle_is_its_definition_however_long_its_words(many: list[str], size: int) -> None:
    for text, values in zip(many, shingles(many, size), strict=True):
        assert values.tolist() == [shingle(run) for run in runs(text, size)]


def test_a_very_long_word_is_a_word() -> None:
    text = "satu " + "平a" * 30_000 + " tiga"
    assert shingles([text], 3)[0].tolist() == [shingle(tuple(text.split()))]


# ---- similarity ----


@given(texts, texts, st.integers(1, 3))
def test_similarity_is_exact(one: str, other: str, size: int) -> None:
    assert jaccard(*shingles([one, other], size)) == exact(one, other, size)


def planted(count: int, share: float, seed: int) -> list[str]:
    """Texts in pairs: the second of each shares so much of the first."""
    chance = random.Random(seed)  # noqa: S311  a test
    found = []
    for number in range(count):
        first = [f"w{chance.randrange(10**6)}" for _ in range(120)]
        cut = round(len(first) * share)
        found += [" ".join(first), " ".join(first[:cut] + [f"v{number}x{i}" for i in range(len(first) - cut)])]
    return found


@pytest.mark.parametrize("share", [0.8, 0.9, 0.97, 1.0])
def test_planted_near_duplicates_are_proposed(share: float) -> None:
    many = planted(150, share, seed=7)
    sets = shingles(many, 5)
    pairs = set(proposed_pairs(sketches(sets)))
    wanted = {(at, at + 1) for at in range(0, len(many), 2) if jaccard(sets[at], sets[at + 1]) >= 0.6}
    assert len(wanted) == 150
    assert wanted <= pairs


def test_unlike_texts_are_hardly_ever_proposed() -> None:
    sets = shingles([unlike(number) for number in range(400)], 5)
    assert len(list(proposed_pairs(sketches(sets)))) < 10


def test_pairs_come_once_in_order_whatever_the_order_of_the_rows() -> None:
    many = planted(40, 0.9, seed=11)
    rows = sketches(shingles(many, 5))
    pairs = list(proposed_pairs(rows))
    assert pairs == sorted(set(pairs))
    assert all(low < high for low, high in pairs)
    order = np.random.default_rng(1).permutation(len(many))
    shuffled = {tuple(sorted((int(order[a]), int(order[b])))) for a, b in proposed_pairs(rows[order])}
    assert shuffled == set(pairs)


def test_texts_too_short_to_compare_are_like_nothing() -> None:
    sets = shingles(["satu dua", "satu dua", ""], 5)
    rows = sketches(sets)
    assert rows.shape == (3, PERMUTATIONS)
    assert not rows.any()
    assert list(proposed_pairs(rows)) == []
    assert jaccard(sets[0], sets[1]) == 0.0


# ---- pairs ----


def plainly_proposed(rows: Any) -> list[tuple[int, int]]:
    """Sort each band's keys as bytes; rows with the same key are a pair unless 64 or more lie between them."""
    filled = np.flatnonzero(rows.any(axis=1))
    pairs: set[tuple[int, int]] = set()
    for band in range(0, PERMUTATIONS, 3):
        keys = [rows[at, band : band + 3].tobytes() for at in filled]
        order = sorted(range(len(keys)), key=keys.__getitem__)
        for place, at in enumerate(order):
            for other in order[place + 1 : place + 64]:
                if keys[at] == keys[other]:
                    pairs.add((int(filled[at]), int(filled[other])))
    return sorted(pairs)


def made_rows(seed: int, count: int, values: int) -> Any:
    """Sketches of few values, so that many bands are shared; every ninth text is too short, some say the same."""
    chance = np.random.default_rng(seed)
    rows = chance.integers(1, values + 1, (count, PERMUTATIONS), dtype=np.uint32)
    rows[chance.random(count) < 0.2] = rows[:1]
    rows[::9] = 0
    return rows


row_sets = st.builds(made_rows, st.integers(0, 10**6), st.integers(0, 150), st.sampled_from([1, 4, 20, 2**31]))


@given(row_sets, st.lists(st.integers(0, 40), max_size=6), st.sampled_from([None, 0, 20_000]), st.data())
def test_pairs_are_the_plain_ones_wherever_the_sketches_lie(rows: Any, cuts: list[int], held: int | None, data: st.DataObject) -> None:
    order = None if data.draw(st.booleans()) else np.array(data.draw(st.permutations(range(len(rows)))), dtype=np.int64)
    if order is not None:
        order = order[: data.draw(st.integers(0, len(rows)))]
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(2) as pool:
        kept = Sketches() if held is None else Sketches(Path(folder), held)
        at = 0
        for cut in [*cuts, len(rows)]:
            kept.append(rows[at : at + cut])
            at = min(at + cut, len(rows))
        assert len(kept) == len(rows)
        assert kept.filled().dtype == bool
        assert kept.filled().tolist() == rows.any(axis=1).tolist()
        assert any(Path(folder).iterdir()) == (held is not None and len(rows) * PERMUTATIONS * 4 > held)
        found = list(proposed_pairs(kept, order, data.draw(st.sampled_from([map, pool.map]))))
    assert found == plainly_proposed(rows if order is None else rows[order])


@given(row_sets, st.sampled_from([0, 1, 1 << 40, 1 << 62]))
def test_keys_of_one_hash_are_told_apart(rows: Any, mixer: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(similarity, "_MIXER", np.uint64(mixer))
        assert list(proposed_pairs(rows)) == plainly_proposed(rows)


@pytest.mark.parametrize("column", range(3))
def test_keys_that_are_unlike_in_one_number_are_told_apart_at_a_glance(column: int) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a sort by all numbers of the keys, which takes many times as long")

    rows = np.ones((200, PERMUTATIONS), dtype=np.uint32)
    rows[:, column::3] = np.arange(200).reshape(-1, 1) // 2 + 1  # each two are the same
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(np, "lexsort", refuse)
        assert list(proposed_pairs(rows)) == [(at, at + 1) for at in range(0, 200, 2)]


@pytest.mark.parametrize("count", range(4))
def test_of_few_texts_none_is_missed(count: int) -> None:
    kept = Sketches()
    kept.append(np.ones((count, PERMUTATIONS), dtype=np.uint32))
    pairs = packed_pairs(kept)
    assert pairs.dtype == np.uint64
    assert pairs.tolist() == [low << 32 | high for low in range(count) for high in range(low + 1, count)]


def test_sketches_of_thousands_of_texts_are_taken_up_once_and_in_order() -> None:
    rows = np.zeros((9_000, PERMUTATIONS), dtype=np.uint32)
    for at in (0, 4_095, 4_096, 8_191, 8_192, 8_999):
        rows[at] = at // 4_096 + 1
    assert list(proposed_pairs(rows)) == [(0, 4_095), (4_096, 8_191), (8_192, 8_999)]


def test_each_band_is_given_to_whoever_works_them_out() -> None:
    bands: list[int] = []

    def mapping(work: Any, items: Any) -> Any:
        bands.extend(items)
        return map(work, bands)

    rows = made_rows(2, 50, 4)
    assert list(proposed_pairs(rows, mapping=mapping)) == plainly_proposed(rows)
    assert bands == list(range(PERMUTATIONS // 3))


def test_what_an_earlier_run_left_in_the_folder_is_no_sketch(tmp_path: Path) -> None:
    for rows in (made_rows(3, 60, 4), made_rows(4, 50, 4)):
        kept = Sketches(tmp_path, 0)
        kept.append(rows)
        kept.append(rows)
        assert list(proposed_pairs(kept)) == plainly_proposed(np.concatenate([rows, rows]))


def test_pairs_that_are_merged_now_and_then_are_the_same() -> None:
    rows = made_rows(5, 300, 3)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(similarity, "_HELD", 80)
        assert list(proposed_pairs(rows)) == plainly_proposed(rows)


def test_a_text_that_is_everywhere_is_compared_with_few() -> None:
    kept = Sketches()
    kept.append(np.ones((3_000, PERMUTATIONS), dtype=np.uint32))
    pairs = packed_pairs(kept)
    low, high = pairs >> np.uint64(32), pairs & np.uint64(2**32 - 1)
    assert len(pairs) == sum(3_000 - step for step in range(1, 64))
    assert (high - low).max() == 63


# ---- from outside ----


@pytest.mark.parametrize(("threshold", "codes"), [(0.59, ["CB403"]), (0.6, ["CB403"]), (0.61, [])])
def test_the_threshold_is_exact(tmp_path: Path, threshold: float, codes: list[str]) -> None:
    # 40 runs of five words each, 30 of them shared: 30 / 50.
    first = [f"w{number}" for number in range(44)]
    other = first[:34] + [f"v{number}" for number in range(10)]
    articles = [{"id": "a", "text": " ".join(first)}, {"id": "b", "text": " ".join(other)}, {"id": "c", "text": unlike(1)}]
    assert exact(articles[0]["text"], articles[1]["text"], 5) == 0.6
    documents = [{"article": each["id"], "annotator": "ana"} for each in articles]
    root = make_corpus(tmp_path / "corpus", articles, documents, f"[tool.corpusbuild.duplicates]\nthreshold = {threshold}\n")
    report = Corpus.open(root, search=False).check()
    assert [each.finding.code for each in report] == codes
    for each in report:
        assert "60%" in each.finding.message
        assert {each.place.path, *(place.path for place in each.also)} == {"raw/a.txt", "raw/b.txt"}


def test_equal_texts_are_found_however_short(tmp_path: Path) -> None:
    articles = [{"id": name, "text": text} for name, text in (("a", "Satu."), ("b", "Satu."), ("c", "Dua."))]
    documents = [{"article": each["id"], "annotator": "ana"} for each in articles]
    report = Corpus.open(make_corpus(tmp_path / "corpus", articles, documents), search=False).check()
    assert [(each.finding.code, each.place.path) for each in report] == [("CB402", "raw/b.txt")]
