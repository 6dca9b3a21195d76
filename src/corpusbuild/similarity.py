"""Which texts are nearly the same: MinHash proposes, exact Jaccard similarity decides.

A text's shingles are the runs of n words in it, lower-cased; a word is a run of letters, digits and
marks. Shingles are 64-bit hashes worked out here, the same on every machine and with every library.
A pair above the threshold is proposed but for about 4 in 100,000 at a similarity of 0.6, and fewer above
(42 bands of 3 rows; Leskovec et al., Mining of Massive Datasets, 3.4).
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache, partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
Mapping = Callable[[Callable[[int], Array], Iterable[int]], Iterable[Array]]
"""What applies a function to each item and gives the results in order: ``map``, or that of an executor."""

PERMUTATIONS = 126
_ROWS = 3
_BANDS = PERMUTATIONS // _ROWS
_SEED = 1
_NEIGHBOURS = 64  # a text that shares a band with thousands is compared with this many of them
_BATCH = 1 << 17  # bytes whose hashes are worked out together; small enough for the arrays to stay in cache
_SKETCHED = 256  # texts whose sketches leave the library together, as Python numbers
_HELD = 1 << 26  # bytes of sketches, and as many pairs, that wait in memory before they are written or merged

_BASE = 0x9E3779B97F4A7C15
_SQUARE = np.uint64(_BASE * _BASE % (1 << 64))
_MIXER = np.uint64(0xD6E8FEB86659FD93)
_WINDOW = 8  # bytes of a word that are looked at together, as one number

# A pair is one number, the lower index in its upper half.
_HALF = np.uint64(32)
_LOW = np.uint64((1 << 32) - 1)

# Above ASCII every character counts as part of a word but for these marks, which become spaces.
_MARKS = "\u00a0\u00ab\u00bb\u2010\u2011\u2013\u2014\u2018\u2019\u201c\u201d\u201e\u2026\u3001\u3002"

# What each byte becomes: itself in lower case within a word, zero between words.
_BYTES = bytes(byte if byte >= 128 or chr(byte).isalnum() or chr(byte) == "_" else 0 for byte in range(256)).lower()

# The first n bytes of a window.
_HEADS = np.array([(1 << 8 * count) - 1 for count in range(_WINDOW + 1)], dtype=np.uint64)


@lru_cache(maxsize=2)
def _powers(length: int) -> Array:
    """The powers of the base modulo 2^64, from one window of a word to the next."""
    powers = np.full(length, pow(_BASE, _WINDOW, 1 << 64), dtype=np.uint64)
    powers[0] = 1
    return np.cumprod(powers)


@lru_cache(maxsize=1)
def _two_bytes() -> Array:
    """The polynomial of each two bytes, by the number that they are."""
    both = np.arange(1 << 16, dtype=np.uint64)
    return (both & np.uint64(255)) + (both >> np.uint64(8)) * np.uint64(_BASE)


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
    return found + _batch_shingles(batch, size)


def _plain(text: str) -> bytes:
    """The text without marks. It is in lower case but for ASCII, which the table of bytes sees to."""
    if text.isascii():
        return text.encode()
    plain = _unmarked(text)
    if not plain.isascii():
        plain = _unmarked(text.lower())  # before the marks go: a sigma looks at what is around it
    return plain.encode("utf-8", "surrogatepass")


def _unmarked(text: str) -> str:
    for mark in _MARKS:
        text = text.replace(mark, " ")
    return text


def _batch_shingles(texts: Sequence[bytes], size: int) -> list[Array]:
    joined = b"\n".join((b"", *texts, bytes(_WINDOW)))
    data = np.frombuffer(joined.translate(_BYTES), dtype=np.uint8)
    word = data != 0
    edges = np.flatnonzero(word[1:] != word[:-1])
    edges += 1
    starts = np.ascontiguousarray(edges[::2])
    hashes = _word_hashes(data, starts, edges[1::2] - starts)
    count = max(len(hashes) - size + 1, 0)
    runs = np.zeros(count, dtype=np.uint64)
    for i in reversed(range(size)):
        runs += hashes[i : i + count]
        runs *= _MIXER
    runs = _mix(runs)
    bounds = np.cumsum([1] + [len(text) + 1 for text in texts])
    first = np.searchsorted(starts, bounds).tolist()
    return [runs[low : max(high - size + 1, low)] for low, high in pairwise(first)]


def _word_hashes(data: Array, starts: Array, lengths: Array) -> Array:
    """A hash of each word ``data[start : start + length]``: its bytes as a polynomial in the base modulo 2^64, mixed."""
    windows: Array = np.ndarray((len(data) - _WINDOW + 1,), dtype="<u8", buffer=data, strides=(1,))
    hashes = _polynomials(windows[starts], lengths)
    # One word in three needs a second window, hardly any a third; but there is no bound to how long one may be.
    for at, add in ((_WINDOW, _seconds), (2 * _WINDOW, _tails)):
        long = np.flatnonzero(lengths > at)
        if not len(long):
            break
        hashes[long] += add(windows, starts[long] + at, lengths[long] - at)
    return _mix(hashes)


def _seconds(windows: Array, starts: Array, lengths: Array) -> Array:
    """What the second window of each long word adds to its polynomial."""
    seconds: Array = _polynomials(windows[starts], lengths) * _powers(2)[1]
    return seconds


def _tails(windows: Array, starts: Array, lengths: Array) -> Array:
    """What all windows from the third on add to each word's polynomial."""
    counts = (lengths + _WINDOW - 1) // _WINDOW
    firsts = np.cumsum(counts) - counts
    steps = np.arange(counts.sum()) - np.repeat(firsts, counts)
    offsets = steps * _WINDOW
    values = _polynomials(windows[np.repeat(starts, counts) + offsets], np.repeat(lengths, counts) - offsets)
    powers = _powers(2 + (1 << int(counts.max()).bit_length()))
    tails: Array = np.add.reduceat(values * powers[steps + 2], firsts)
    return tails


def _polynomials(windows: Array, lengths: Array) -> Array:
    """The polynomial of each window's first ``length`` bytes, or of all of them where there are fewer."""
    table = _two_bytes()
    twos = (windows & _HEADS.take(lengths, mode="clip")).astype("<u8", copy=False).view("<u2")
    found: Array = table.take(twos[3::4])
    for i in (2, 1, 0):
        found *= _SQUARE
        found += table.take(twos[i::4])
    return found


def _mix(values: Array) -> Array:
    """The finaliser of SplitMix64."""
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        values = values ^ (values >> np.uint64(shift))
        values *= np.uint64(factor)
    mixed: Array = values ^ (values >> np.uint64(31))
    return mixed


def sketches(sets: Sequence[Array]) -> Array:
    """A MinHash sketch of each set: uint32, one row a set; a row of zeros for an empty set."""
    filled = [i for i, each in enumerate(sets) if len(each)]
    rows = np.zeros((len(sets), PERMUTATIONS), dtype=np.uint32)
    for at in range(0, len(filled), _SKETCHED):
        some = filled[at : at + _SKETCHED]
        rows[some] = _sketched([sets[i] for i in some])
    return rows


def _sketched(sets: Sequence[Array]) -> Array:
    from rensa import RMinHash  # noqa: PLC0415  needed only where there are texts to compare

    offsets = np.cumsum([0, *map(len, sets)], dtype=np.uint64)
    matrix = RMinHash.digest_matrix_from_flat_token_hashes(np.concatenate(sets), offsets, PERMUTATIONS, _SEED)
    # Numbers of Python are all that the library gives out; this is the quickest way back.
    pack = struct.Struct(f"<{PERMUTATIONS}I").pack
    return np.frombuffer(b"".join([pack(*row) for row in matrix.to_rows()]), dtype="<u4").reshape(len(sets), PERMUTATIONS)


# ---- pairs ----


class Sketches:
    """The sketches of many texts, kept by band, since bands are what is compared.

    They are held in memory; where a ``folder`` is given, no more than ``held`` bytes of them, and the rest in
    one file there, which is the caller's to remove. Each part of the file is uint32 ``[bands, texts, 3]``.
    """

    def __init__(self, folder: Path | None = None, held: int = _HELD) -> None:
        self._path = None if folder is None else folder / "sketches"
        self._most = held
        self._written: list[int] = []  # texts in each part of the file
        self._waiting: list[Array] = []
        self._filled: list[Array] = []

    def __len__(self) -> int:
        return sum(map(len, self._filled))

    def append(self, rows: Array) -> None:
        """Add the sketches of some texts, as :func:`sketches` makes them, behind those that are here."""
        self._filled.append(np.bitwise_or.reduce(rows, axis=1) != 0)
        self._waiting.append(np.ascontiguousarray(rows.reshape(len(rows), _BANDS, _ROWS).transpose(1, 0, 2), dtype="<u4"))
        if self._path is not None and sum(each.nbytes for each in self._waiting) > self._most:
            self._write(self._path)

    def _write(self, path: Path) -> None:
        part = np.concatenate(self._waiting, axis=1)
        with path.open("ab" if self._written else "wb") as file:
            part.tofile(file)
        self._written.append(part.shape[1])
        self._waiting = []

    def filled(self) -> Array:
        """Which texts have any shingles at all: bool, one a text."""
        return np.concatenate([np.zeros(0, dtype=bool), *self._filled])

    def band(self, number: int) -> Array:
        """One band of every text: uint32 ``[texts, 3]``."""
        rows = np.empty((len(self), _ROWS), dtype="<u4")
        at, offset = 0, 0
        for count in self._written:
            size = count * _ROWS * rows.itemsize
            part = np.fromfile(str(self._path), dtype="<u4", count=count * _ROWS, offset=offset + number * size)
            rows[at : at + count] = part.reshape(count, _ROWS)
            at, offset = at + count, offset + _BANDS * size
        for each in self._waiting:
            rows[at : at + each.shape[1]] = each[number]
            at += each.shape[1]
        return rows


def proposed_pairs(rows: Array | Sketches, order: Array | None = None, mapping: Mapping = map) -> Iterator[tuple[int, int]]:
    """The pairs of texts that share a band, each once, the lower index first, in order.

    ``order`` names some or all of the rows, each once: the pairs are then those of ``rows[order]``. ``mapping``
    takes the bands one by one; threads will do, since numpy sorts beside them.
    """
    if isinstance(rows, np.ndarray):
        kept = Sketches()
        for at in range(0, len(rows), 1 << 12):  # so much of it as stays in cache
            kept.append(rows[at : at + (1 << 12)])
        rows = kept
    pairs = packed_pairs(rows, order, mapping)
    for at in range(0, len(pairs), _BATCH):
        some = pairs[at : at + _BATCH]
        yield from zip((some >> _HALF).tolist(), (some & _LOW).tolist(), strict=True)


def packed_pairs(kept: Sketches, order: Array | None = None, mapping: Mapping = map) -> Array:
    """What :func:`proposed_pairs` gives, as one uint64 a pair: the lower index in the upper half."""
    order = np.arange(len(kept)) if order is None else order
    places = np.flatnonzero(kept.filled()[order])
    if len(places) < 2:
        return np.zeros(0, dtype=np.uint64)
    return _merged(mapping(partial(_band_pairs, kept, order, places), range(_BANDS)))


def _merged(found: Iterable[Array]) -> Array:
    """All that was found, sorted, each once; what was found more than once is not kept for long."""
    merged = np.zeros(0, dtype=np.uint64)
    waiting: list[Array] = []
    for pairs in found:
        waiting.append(pairs)
        if sum(map(len, waiting)) > max(_HELD // 8, len(merged)):
            merged, waiting = _once([merged, *waiting]), []
    return _once([merged, *waiting])


def _band_pairs(kept: Sketches, order: Array, places: Array, band: int) -> Array:
    """The pairs among these ``places`` of the order that share this band, packed and sorted."""
    keys = kept.band(band)
    members, hashes = _alike(keys, order, places)
    exact = keys[order[members]]
    same = _equal_neighbours(exact)
    if not np.array_equal(same, hashes[1:] == hashes[:-1]):  # two keys of one hash lie mingled
        sort = np.lexsort((members, *exact.T))
        members = members[sort]
        same = _equal_neighbours(exact[sort])
    groups = np.concatenate(([0], np.cumsum(~same)))
    return _neighbours(members.astype(np.uint64), groups)


def _alike(keys: Array, order: Array, places: Array) -> tuple[Array, Array]:
    """The places whose key has a hash that another's has, and these hashes; sorted by hash, then by place.

    A hash and a place share one number, so that numbers alone are sorted, which is several times quicker than
    to sort an index by them. What the place leaves of the hash may be equal where the keys are not.
    """
    low = np.uint64((1 << int(places[-1]).bit_length()) - 1)
    mixed = keys[:, 0] * _MIXER
    for i in range(1, _ROWS):
        mixed += keys[:, i]
        mixed *= _MIXER
    mixed = mixed[order[places]]
    mixed &= ~low
    mixed |= places.astype(np.uint64)
    mixed.sort()
    near = (mixed[1:] ^ mixed[:-1]) <= low
    alike = np.zeros(len(mixed), dtype=bool)
    alike[1:] = near
    alike[:-1] |= near
    mixed = mixed[alike]
    return (mixed & low).astype(np.int64), mixed & ~low


def _equal_neighbours(keys: Array) -> Array:
    same: Array = keys[1:, 0] == keys[:-1, 0]
    for i in range(1, _ROWS):
        same &= keys[1:, i] == keys[:-1, i]
    return same


def _neighbours(members: Array, groups: Array) -> Array:
    """Each member of a group with those that follow it there, up to a bound; packed, sorted. A group's members lie together, in order."""
    found = [np.zeros(0, dtype=np.uint64)]
    at = np.arange(len(members))
    for step in range(1, _NEIGHBOURS):
        at = at[: np.searchsorted(at, len(members) - step)]
        at = at[groups[at] == groups[at + step]]
        if not len(at):
            break
        found.append(members[at] << _HALF | members[at + step])
    pairs: Array = np.concatenate(found)
    pairs.sort(kind="stable")
    return pairs


def jaccard(one: Array, other: Array) -> float:
    """The share of their shingles that two texts have in common, exactly."""
    one, other = _once([one]), _once([other])
    either = len(_once([one, other]))
    return (len(one) + len(other) - either) / either if either else 0.0


def _once(parts: Sequence[Array]) -> Array:
    """The numbers in all parts, sorted, each once."""
    numbers = np.concatenate(parts)
    numbers.sort(kind="stable")  # the quickest where the parts are in order already, as a band's pairs are
    kept = np.ones(len(numbers), dtype=bool)
    np.not_equal(numbers[1:], numbers[:-1], out=kept[1:])
    return numbers[kept]
