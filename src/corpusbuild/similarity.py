"""Which texts are nearly the same: MinHash proposes, exact Jaccard similarity decides.

A text's shingles are the runs of n words in it, lower-cased; a word is a run of letters, digits and
marks. Shingles are 64-bit hashes worked out here, the same on every machine and with every library.
A pair above the threshold is proposed but for about 4 in 100,000 at a similarity of 0.6, and fewer above
(42 bands of 3 rows; Leskovec et al., Mining of Massive Datasets, 3.4).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]

PERMUTATIONS = 126
_ROWS = 3
_SEED = 1
_NEIGHBOURS = 64  # a text that shares a band with thousands is compared with this many of them
_BATCH = 1 << 16  # bytes whose hashes are worked out together; small enough for the arrays to stay in cache

_BASE = 0x9E3779B97F4A7C15
_INVERSE = pow(_BASE, -1, 1 << 64)
_MIXERS = np.array([pow(0xD6E8FEB86659FD93, i + 1, 1 << 64) for i in range(20)], dtype=np.uint64)

# Above ASCII every byte counts as part of a word but for these marks, which become spaces.
_MARKS = tuple(mark.encode() for mark in "\u00a0\u00ab\u00bb\u2010\u2011\u2013\u2014\u2018\u2019\u201c\u201d\u201e\u2026\u3001\u3002")


def _word_bytes() -> Array:
    table = np.zeros(256, dtype=bool)
    table[list(b"0123456789abcdefghijklmnopqrstuvwxyz_")] = True
    table[128:] = True
    return table


_WORD_BYTES = _word_bytes()


@lru_cache(maxsize=2)
def _powers(length: int) -> tuple[Array, Array]:
    """The powers of the base and of its inverse modulo 2^64."""
    powers, inverses = np.full(length, _BASE, dtype=np.uint64), np.full(length, _INVERSE, dtype=np.uint64)
    powers[0] = inverses[0] = 1
    return np.cumprod(powers), np.cumprod(inverses)


def shingles(texts: Sequence[str], size: int) -> list[Array]:
    """The shingles of each text in order, as uint64, repetitions included; empty for fewer than ``size`` words."""
    found: list[Array] = []
    batch: list[bytes] = []
    length = 0
    for text in texts:
        batch.append(_plain(text))
        length += len(batch[-1])
        if length >= _BATCH:
            found += _batch_shingles(batch, size)
            batch, length = [], 0
    return found + (_batch_shingles(batch, size) if batch else [])


def _plain(text: str) -> bytes:
    data = text.lower().encode("utf-8", "surrogatepass")
    if not data.isascii():
        for mark in _MARKS:
            data = data.replace(mark, b" ")
    return data


def _batch_shingles(texts: Sequence[bytes], size: int) -> list[Array]:
    data = np.frombuffer(b"\n" + b"\n".join(texts) + b"\n", dtype=np.uint8)
    word = _WORD_BYTES[data]
    edges = np.flatnonzero(word[1:] != word[:-1]) + 1
    hashes = _word_hashes(data, edges[::2], edges[1::2])
    count = max(len(hashes) - size + 1, 0)
    runs = np.zeros(count, dtype=np.uint64)
    for i in range(size):
        runs += hashes[i : i + count] * _MIXERS[i]
    runs = _mix(runs)
    bounds = np.cumsum([1] + [len(text) + 1 for text in texts])
    first = np.searchsorted(edges[::2], bounds).tolist()
    return [runs[low : max(high - size + 1, low)] for low, high in pairwise(first)]


def _word_hashes(data: Array, starts: Array, ends: Array) -> Array:
    """A polynomial hash of each word ``data[start:end]``, from prefix sums modulo 2^64."""
    powers, inverses = _powers(1 << (len(data)).bit_length())
    sums = np.zeros(len(data) + 1, dtype=np.uint64)
    np.multiply(data, powers[: len(data)], out=sums[1:], dtype=np.uint64)
    np.cumsum(sums, out=sums)
    return _mix((sums[ends] - sums[starts]) * inverses[starts])


def _mix(values: Array) -> Array:
    """The finaliser of SplitMix64."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed: Array = values ^ (values >> np.uint64(31))
    return mixed


def sketches(sets: Sequence[Array]) -> Array:
    """A MinHash sketch of each set: uint32, one row a set; a row of zeros for an empty set."""
    from rensa import RMinHash  # noqa: PLC0415  needed only where there are texts to compare

    filled = [i for i, each in enumerate(sets) if len(each)]
    rows = np.zeros((len(sets), PERMUTATIONS), dtype=np.uint32)
    if filled:
        flat = np.concatenate([sets[i] for i in filled])
        offsets = np.concatenate(([0], np.cumsum([len(sets[i]) for i in filled]))).astype(np.uint64)
        matrix = RMinHash.digest_matrix_from_flat_token_hashes(flat, offsets, PERMUTATIONS, _SEED)
        rows[filled] = np.array(matrix.to_rows(), dtype=np.uint32)
    return rows


def proposed_pairs(rows: Array) -> Iterator[tuple[int, int]]:
    """The pairs of rows that share a band, each once, the lower index first, in order."""
    filled = np.flatnonzero(rows.any(axis=1))
    pairs: set[tuple[int, int]] = set()
    for band in range(0, PERMUTATIONS, _ROWS):
        keys = np.ascontiguousarray(rows[filled, band : band + _ROWS]).view(np.dtype((np.void, 4 * _ROWS))).ravel()
        order = np.argsort(keys, kind="stable")
        keys = keys[order]
        for step in range(1, min(_NEIGHBOURS, len(keys))):
            same = np.flatnonzero(keys[step:] == keys[:-step])
            if not len(same):
                break
            ones, others = filled[order[same]].tolist(), filled[order[same + step]].tolist()
            pairs |= {(min(a, b), max(a, b)) for a, b in zip(ones, others, strict=True)}
    yield from sorted(pairs)


def jaccard(one: Array, other: Array) -> float:
    """The share of their shingles that two texts have in common, exactly."""
    if not len(one) or not len(other):
        return 0.0
    one, other = np.unique(one), np.unique(other)
    common = len(np.intersect1d(one, other, assume_unique=True))
    return common / (len(one) + len(other) - common)
