"""Strict JSON: whichever way bytes are read, the value is the same, and no key stands twice."""

from __future__ import annotations

import json
from typing import Any

import jiter
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpusbuild.corpus.json_reading import JsonFault, read_json

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


def carefully(data: bytes) -> Any:
    return jiter.from_json(data, allow_inf_nan=False, cache_mode="keys", catch_duplicate_keys=True)


@given(VALUES, st.sampled_from([(",", ":"), (", ", ": ")]), st.booleans(), st.sampled_from(["", "\n", "\r\n", " "]))
def test_a_value_is_read_as_the_careful_reader_reads_it(value: Any, separators: tuple[str, str], escaped: bool, end: str) -> None:  # noqa: FBT001  drawn
    data = (json.dumps(value, separators=separators, ensure_ascii=escaped) + end).encode()
    read, wanted = read_json(data), carefully(data)
    assert read == wanted
    assert repr(read) == repr(wanted)  # 1 is not 1.0, nor true


@pytest.mark.parametrize("data", [b'{"a":1,"a":1}', b'{"a":{"b":1,"b":2}}', b'[{"a":1,"\\u0061":2}]', b'{"x":[],"a":"a","a":"a"}\n'])
def test_a_key_that_stands_twice_is_seen_however_it_is_written(data: bytes) -> None:
    for written in (data, data.replace(b":", b": ")):
        assert isinstance(read_json(written), JsonFault)


@given(VALUES, VALUES, TEXT)
def test_a_repeated_key_is_seen_anywhere(one: Any, other: Any, key: str) -> None:
    name = orjson.dumps(key)
    data = (
        b'{"o":[{' + name + b":" + json.dumps(one, ensure_ascii=False).encode() + b"," + name + b":" + json.dumps(other).encode() + b"}]}"
    )
    assert isinstance(read_json(data), JsonFault)


@given(st.binary(max_size=30))
def test_what_is_not_json_is_a_fault(data: bytes) -> None:
    try:
        wanted = carefully(data)
    except ValueError:
        assert isinstance(read_json(data), JsonFault)
    else:
        assert repr(read_json(data)) == repr(wanted)
