"""Blocks: where a split is cut, and what is in each."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpusbuild import blocks
from corpusbuild.blocks import Block, Blocks, cut, ends_block
from corpusbuild.diagnostics.where import Origin
from corpusbuild.facts import AnnotationFact, AnnotationFacts, ArticleFact, ArticleFacts


@contextmanager
def bounds(least: int, greatest: int, chars: int, ends: int) -> Iterator[None]:
    """Blocks of a few articles, where there are a few articles."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (("LEAST", least), ("GREATEST", greatest), ("CHARS", chars), ("_ENDS", ends)):
            patch.setattr(blocks, name, value)
        yield


# ---- where a split is cut ----


def test_which_ids_end_a_block_is_never_to_change() -> None:
    """The bytes of people's data sets depend on it."""
    assert [number for number in range(5000) if ends_block(f"a{number}")] == [569, 611, 991, 2986, 4348, 4882]
    assert [number for number in range(2000) if ends_block(f"berita-é-{number}")] == [516, 671, 735, 1980]


@given(
    st.lists(st.integers(0, 12), max_size=60), st.integers(1, 5), st.integers(1, 9), st.integers(1, 40), st.sampled_from((0, 1, 3, 1023))
)
def test_a_block_ends_at_the_first_article_where_it_may(chars: list[int], least: int, greatest: int, most: int, ends: int) -> None:
    ids = [f"artikel-{number}" for number in range(len(chars))]

    def may_end(low: int, high: int) -> bool:
        bits = int(hashlib.sha256(ids[high - 1].encode()).hexdigest(), 16) & ends
        return high - low >= greatest or sum(chars[low:high]) >= most or (high - low >= least and bits == 0)

    with bounds(least, greatest, most, ends):
        runs = cut(pa.array(ids, pa.string()), np.array(chars, dtype=np.int64))
    assert [number for low, high in runs for number in range(low, high)] == list(range(len(ids)))
    for low, high in runs:
        assert low < high
        assert may_end(low, high) or high == len(ids)
        assert not any(may_end(low, before) for before in range(low + 1, high))


def test_blocks_of_a_large_split_are_neither_small_nor_large() -> None:
    ids = [f"a{number}" for number in range(20_000)]
    sizes = [high - low for low, high in cut(pa.array(ids), np.ones(len(ids), dtype=np.int64))]
    assert len(sizes) > 10
    assert all(256 <= size <= 4096 for size in sizes[:-1])
    assert [high - low for low, high in cut(pa.array(["z"] * 9000), np.ones(9000, dtype=np.int64))] == [4096, 4096, 808]
    # A text of 2^25 code points is a block with what is before it.
    assert cut(pa.array(["x", "y", "z"]), np.array([1, 1 << 25, 1])) == [(0, 2), (2, 3)]
    assert cut(pa.array(["x", "y", "z"]), np.array([1, (1 << 25) - 2, 1])) == [(0, 3)]


def test_a_block_may_end_as_soon_as_it_has_the_least_size() -> None:
    with bounds(2, 9, 1000, 0):
        assert cut(pa.array([*"abcde"]), np.ones(5, dtype=np.int64)) == [(0, 2), (2, 4), (4, 5)]


def test_ids_and_lengths_of_different_numbers_are_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        cut(pa.array(["x", "y"]), np.array([1]))


# ---- what is in a block ----


def article(number: int) -> ArticleFact:
    name, (one, other) = f"raw/a{number}", ("0" * 64, "1" * 64)
    return ArticleFact(f"a{number}", Origin(f"{name}.json"), Origin(f"{name}.txt"), one, number, False, other, None, (), ())


def annotation(number: int, annotator: str) -> AnnotationFact:
    return AnnotationFact(f"a{number}", annotator, Origin(f"annotations/{annotator}/a{number}.json"), "2" * 64, {}, ())


written = st.lists(st.sets(st.sampled_from(["ana", "budi", "citra"])).map(sorted), max_size=6)


@given(written)
def test_a_block_gives_each_article_back_with_what_is_written_about_it(annotators: list[list[str]]) -> None:
    units = [(article(number), tuple(annotation(number, name) for name in names)) for number, names in enumerate(annotators)]
    block = Block.of("test", units)
    assert block.split == "test"
    assert list(block.units()) == units
    assert block.counts.dtype == np.int64


def test_a_block_that_does_not_count_each_article_is_refused() -> None:
    block = Block("train", ArticleFacts.of([article(0), article(1)]), AnnotationFacts.of([]), np.array([0]))
    with pytest.raises(ValueError, match="zip"):
        list(block.units())


@given(written, st.randoms(), st.data())
def test_blocks_are_put_together_from_facts_in_any_order(annotators: list[list[str]], chance: random.Random, data: st.DataObject) -> None:
    """Facts come in the order of the files; what a block has is in the order of ids, whatever the blocks are."""
    articles = [article(number) for number in range(len(annotators))]
    documents = [annotation(number, name) for number, names in enumerate(annotators) for name in names]
    stored, stored_documents = list(articles), list(documents)
    chance.shuffle(stored)
    chance.shuffle(stored_documents)
    starts = np.cumsum([0, *map(len, annotators)])
    edges = sorted({min(edge, len(articles)) for edge in data.draw(st.sets(st.integers(1, 5), max_size=3))} | {0, len(articles)})
    runs = [("test" if number % 2 else "train", np.arange(low, high)) for number, (low, high) in enumerate(pairwise(edges))]
    found = Blocks(
        ArticleFacts.of(stored),
        AnnotationFacts.of(stored_documents),
        np.array([stored.index(each) for each in articles], dtype=np.int64),
        np.array([stored_documents.index(each) for each in documents], dtype=np.int64),
        starts,
        tuple(runs),
    )
    assert len(found) == len(runs)
    assert found.sizes == tuple(len(run) for _, run in runs)
    expected = [
        (split, articles[number], tuple(annotation(number, name) for name in annotators[number]))
        for split, run in runs
        for number in run.tolist()
    ]
    assert list(found.units()) == expected
    assert [(block.split, *unit) for block in found for unit in block.units()] == expected
