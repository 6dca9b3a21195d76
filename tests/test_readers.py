"""No reader fails in another way than it may, whatever it is given: what ``fuzz/`` looks for, in a few examples of each.

An input is a seed of the format that is cut, joined with another, sprinkled with what the format is made of, or changed as the JSON
that it is. What is found must be shown in every form, too.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from corpusbuild.errors import CannotGoOn

sys.path.insert(0, str(Path(__file__).parent.parent / "fuzz"))

from mutating import mutate
from readers import READERS
from seeds import seeds

Edit = tuple[float, float, bytes]
"""From where to where an input is replaced, as shares of it, and by what."""


@pytest.fixture(scope="module")
def reads(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], tuple[Callable[[bytes], None], list[bytes]]]:
    made: dict[str, tuple[Callable[[bytes], None], list[bytes]]] = {}

    def of(name: str) -> tuple[Callable[[bytes], None], list[bytes]]:
        if name not in made:
            made[name] = READERS[name].make(tmp_path_factory.mktemp(name)), seeds(name)
        return made[name]

    return of


def survives(read: Callable[[bytes], None], data: bytes) -> None:
    with suppress(CannotGoOn):
        read(data)


@pytest.mark.parametrize("name", READERS)
def test_what_is_sound_is_read(reads: Callable, name: str) -> None:
    read, sound = reads(name)
    for data in sound:
        survives(read, data)


@pytest.mark.parametrize("name", READERS)
def test_what_is_not_is_refused_as_the_contract_says(reads: Callable, name: str) -> None:
    read, sound = reads(name)
    tokens = [*READERS[name].tokens, b"\0", b"\xff", b"\xed\xa0\x80", b"\n", b"9" * 5_000, b"[" * 300]
    edits = st.tuples(st.floats(0, 1), st.floats(0, 0.3), st.one_of(st.sampled_from(tokens), st.binary(max_size=20)))

    # Inputs are short as they are; to make them shorter takes minutes.
    @settings(max_examples=25, phases=(Phase.reuse, Phase.generate))
    @given(st.sampled_from(sound), st.sampled_from(sound), st.lists(edits, max_size=4), st.integers(0, 1 << 32))
    def check(data: bytes, other: bytes, edits: list[Edit], seed: int) -> None:
        made = mutate(data, READERS[name].most, seed, lambda each, _: each) if READERS[name].json else data
        for start, share, instead in edits:
            at = int(start * len(made))
            made = made[:at] + instead + made[at + int(share * len(made)) :]
        survives(read, made)
        survives(read, (made[: len(made) // 2] + other[len(other) // 2 :])[: READERS[name].most])

    check()
