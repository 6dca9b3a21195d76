"""Dialogues as Label Studio's tag ``Paragraphs`` shows them: what is said, turn by turn, as one text, and regions of it.

A region says in which turns it begins and ends, and counts UTF-16 units of the turn. Its words are as the browser copied them: with
line ends of its own between turns, and white space as it was shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from corpusbuild.interchange.carrying import is_integer
from corpusbuild.interchange.model import Segment

TEXT_KEY = "text"
"""The key of a turn's words, unless the configuration says another."""


@dataclass(frozen=True, slots=True)
class Dialogue:
    """The words of each turn."""

    turns: tuple[str, ...]

    @classmethod
    def of(cls, value: Any, key: str = TEXT_KEY) -> Dialogue | None:
        """The dialogue that a value of a task's data is; None where it is none."""
        if not isinstance(value, list) or not value:
            return None
        turns = [each.get(key) if isinstance(each, Mapping) else None for each in value]
        return cls(tuple(str(each) for each in turns)) if all(isinstance(each, str) for each in turns) else None

    @property
    def text(self) -> str:
        """All turns, each on a line of its own."""
        return "\n".join(self.turns)

    def segment(self, value: Mapping[str, Any]) -> Segment | str:
        """Where a region is in the text, in UTF-16 units; why it is nowhere, where it is not."""
        edges: list[int] = []
        starts = list(accumulate((_units(turn) + 1 for turn in self.turns), initial=0))
        for turn, place in (("start", "startOffset"), ("end", "endOffset")):
            number, offset = _number(value.get(turn)), value.get(place)
            if number is None or offset is None or not is_integer(offset):
                return f'the region does not say with whole numbers in which turn it has its {turn}, and where in it ("{place}")'
            if number >= len(self.turns):
                return f"the region is in turn {number}, and the last is {len(self.turns) - 1}"
            if not 0 <= offset <= _units(self.turns[number]):
                return f"the region has its {turn} at {offset} in turn {number}, which has {_units(self.turns[number])} UTF-16 units"
            edges.append(starts[number] + offset)
        if edges[1] < edges[0]:
            return "the region ends before it begins"
        return Segment(edges[0], edges[1], self._words(edges, value.get("text")))

    def _words(self, edges: Sequence[int], stored: Any) -> str | None:
        """The words that stand there, where they are those that are stored but for white space; else what is stored."""
        if not isinstance(stored, str):
            return None
        units = self.text.encode("utf-16-le", "surrogatepass")[edges[0] * 2 : edges[1] * 2]
        stands = units.decode("utf-16-le", "replace")
        return stands if "".join(stands.split()) == "".join(stored.split()) else stored


def _number(value: Any) -> int | None:
    """The number of a turn, which is written as a string or as a number."""
    if isinstance(value, str) and value.isascii() and value.isdigit():
        return int(value)
    return value if is_integer(value) and isinstance(value, int) and value >= 0 else None


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
