"""How values are written out in what is said of them."""

from __future__ import annotations

import pytest

from corpusbuild.rules.showing import excerpt


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "null"),
        ("Café", '"Café"'),
        ("a" * 58, f'"{"a" * 58}"'),
        ("a" * 59, f'"{"a" * 58}…'),
        ("a" * 1_000, f'"{"a" * 58}…'),
        (list(range(100)), "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, …"),
    ],
    ids=["null", "no escapes", "just as long", "one more", "much more", "a list"],
)
def test_a_value_is_shown_as_json_and_cut_where_it_is_long(value: object, shown: str) -> None:
    assert excerpt(value) == shown
