"""Thrift's compact protocol: what is read is written again with the same bytes, and anything else is refused."""

from __future__ import annotations

import io
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpusbuild.emit.row_groups import footer
from corpusbuild.emit.thrift import (
    BINARY,
    BYTE,
    FALSE,
    I16,
    I32,
    I64,
    LIST,
    STRUCT,
    TRUE,
    Field,
    Items,
    Offset,
    Relative,
    Struct,
    parse,
    serialise,
    values,
)


def whole(bits: int) -> st.SearchStrategy[int]:
    return st.integers(-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)


LEAVES = {BYTE: st.integers(0, 255), I16: whole(16), I32: whole(32), I64: whole(64), BINARY: st.binary(max_size=200)}


def items(kinds: dict[int, st.SearchStrategy[Any]]) -> st.SearchStrategy[Items]:
    kinds = kinds | {TRUE: st.booleans(), FALSE: st.booleans()}
    return st.sampled_from(sorted(kinds)).flatmap(
        lambda kind: st.builds(Items, st.just(kind), st.lists(kinds[kind], max_size=20).map(tuple))
    )


def structs(depth: int) -> st.SearchStrategy[Struct]:
    kinds: dict[int, st.SearchStrategy[Any]] = dict(LEAVES)
    if depth:
        kinds |= {STRUCT: structs(depth - 1), LIST: items(kinds | {STRUCT: structs(depth - 1)})}
    flags = st.builds(lambda number, flag: Field(number, TRUE if flag else FALSE, flag), whole(16), st.booleans())
    others = st.tuples(whole(16) | st.integers(1, 30), st.sampled_from(sorted(kinds))).flatmap(
        lambda it: st.builds(Field, st.just(it[0]), st.just(it[1]), kinds[it[1]])
    )
    return st.lists(flags | others, max_size=5).map(tuple)


STRUCTS = structs(2)


@given(STRUCTS)
def test_values_survive(struct: Struct) -> None:
    assert parse(serialise(struct)) == struct


@given(st.binary(max_size=40) | STRUCTS.map(serialise), st.data())
def test_bytes_are_refused_or_written_again_as_they_were(data: bytes, draw: st.DataObject) -> None:
    at = draw.draw(st.integers(0, max(len(data) - 1, 0)))
    for each in (data, data[:at], data[:at] + draw.draw(st.binary(min_size=1, max_size=1)) + data[at + 1 :]):
        try:
            struct = parse(each)
        except ValueError:
            continue
        assert serialise(struct) == each


@given(STRUCTS)
def test_a_struct_that_is_cut_short_is_refused(struct: Struct) -> None:
    data = serialise(struct)
    for end in range(len(data)):
        with pytest.raises(ValueError):
            parse(data[:end])


MALFORMED = {
    "nothing": b"",
    "more than a struct": b"\x00\x00",
    "a kind that Parquet has not": b"\x17" + bytes(8) + b"\x00",
    "a map": b"\x1b\x00\x00",
    "a long number": b"\x16" + b"\x80" * 11 + b"\x01\x00",
    "a number beyond 64 bits": b"\x16" + b"\xff" * 9 + b"\x7f\x00",
    "a number beyond 32 bits": b"\x15\xff\xff\xff\xff\x1f\x00",
    "more bytes than a number takes": b"\x15\x80\x00\x00",
    "a number of a field that could be shorter": b"\x05\x02\x00\x00",
    "numbers of fields that pass 16 bits": b"\x05\xfe\xff\x03\x00\x15\x00\x00",
    "words longer than what is left": b"\x18\xff\xff\xff\x0fabc\x00",
    "a list longer than what is left": b"\x19\xf5\xff\xff\xff\x0f\x00",
    "a length of a list that could be shorter": b"\x19\xf3\x01\x00\x00",
    "neither true nor false": b"\x19\x11\x00\x00",
    "endless structs": b"\x1c" * 100_000,
    "endless lists": b"\x19" * 100_000,
}


@pytest.mark.parametrize("what", MALFORMED)
def test_malformed(what: str) -> None:
    with pytest.raises(ValueError):
        parse(MALFORMED[what])


@given(STRUCTS, st.integers(0, 2**40), st.lists(st.integers(0, 2**20), max_size=5))
def test_a_struct_is_moved_by_moving_its_offsets(struct: Struct, start: int, offsets: list[int]) -> None:
    def struct_at(place: int) -> Struct:
        pages = Items(STRUCT, [(*struct, Field(1, I64, Offset(place + each)), Field(2, I32, 7)) for each in offsets])
        return (*struct, Field(9, I64, Offset(place)), Field(1, LIST, pages))

    relative = Relative.of(struct_at(0))
    assert relative.offsets == (0, *offsets)
    assert relative.at(start) == serialise(struct_at(start))


@pytest.mark.parametrize(
    "how", [{}, {"compression": "zstd", "write_page_index": True}, {"data_page_version": "2.0", "use_dictionary": False}]
)
def test_real_footers(how: dict[str, Any]) -> None:
    table = pa.table(
        {"n": range(5000), "s": [str(i) for i in range(5000)], "l": [[i, None] for i in range(5000)], "b": [True, None] * 2500}
    )
    sink = io.BytesIO()
    pq.write_table(table, sink, row_group_size=700, data_page_size=100, **how)
    data = sink.getvalue()
    found = footer(pa.py_buffer(data))
    length = int.from_bytes(data[-8:-4], "little")
    assert serialise(found) == data[-8 - length : -8]
    groups = values(found)[4].values
    assert [values(group)[3] for group in groups] == [700] * 7 + [100]
    for column in [values(column) for group in groups for column in values(group)[1].values]:
        for index in (4, 6) if "write_page_index" in how else ():
            said = data[column[index] : column[index] + column[index + 1]]
            assert serialise(parse(said)) == said
